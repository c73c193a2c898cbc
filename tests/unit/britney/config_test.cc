#include "britney/config.h"

#include <doctest/doctest.h>

#include <string>

#include "support/memory_files.h"

namespace sluice::britney {
namespace {

using migrate::RuleSet;
using migrate::Switch;
using Names = std::vector<std::string>;

// The least that makes sense; `more` stands before it, so that it wins.
std::string config_text(const std::string& more) {
  return more +
         "\nTESTING = t\nUNSTABLE = u\nNONINST_STATUS = n\nEXCUSES_OUTPUT = e\n"
         "SMOOTH_UPDATES = libs oldlibs\nMINDAYS_LOW = 10\nMINDAYS_MEDIUM = 5\n"
         "DEFAULT_URGENCY = medium\n";
}

Read<Config> parsed(const std::string& more, const Overrides& overrides = {}) {
  auto read = parse_config(config_text(more), "britney.conf", overrides);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().text()));
  return std::move(*read);
}

Config config(const std::string& more, const Overrides& overrides = {}) {
  return parsed(more, overrides).value;
}

std::string error_of(const std::string& text) {
  const auto read = parse_config(text, "britney.conf", {});
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == base::ErrorKind::invalid);
  return read.error().text();
}

bool config_mentions(const Messages& messages, std::string_view text) {
  for (const auto& message : messages)
    if (message.text.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace

// migration 0.1
TEST_CASE("config: Debian's rules without any of Ubuntu's keys") {
  const auto read = parsed("");

  CHECK(read.value.settings.rules == RuleSet::debian);
  CHECK(config_mentions(read.messages, "Rules of Debian: the configuration defines no key"));
}

// migration 0.1
TEST_CASE("config: one of Ubuntu's keys, even empty, chooses Ubuntu's rules and is named") {
  const auto read = parsed("PARTIAL_UNSTABLE =\n");

  CHECK(read.value.settings.rules == RuleSet::ubuntu);
  CHECK(read.value.settings.partial_unstable);
  CHECK(config_mentions(read.messages,
                        "Rules of Ubuntu: the configuration defines PARTIAL_UNSTABLE"));
}

// migration 0.1
TEST_CASE("config: each of the ten keys chooses Ubuntu's rules") {
  for (const auto* key : {"PARTIAL_UNSTABLE", "PARTIAL_SOURCE", "HAS_ARCH_ALL_BUILDDS",
                          "CHECK_BUILDD", "IMPLICIT_DEPS", "PIUPARTS_ENABLE", "ADT_DB_URL",
                          "ADT_REFERENCE_MAX_AGE", "EMAIL_ENABLE", "SRUREGRESSIONEMAIL_ENABLE"}) {
    CAPTURE(key);
    CHECK(config(std::string(key) + " = no").settings.rules == RuleSet::ubuntu);
  }
}

// migration 0.1, 1.1
TEST_CASE("config: --distribution ubuntu chooses Ubuntu's rules, other names do not") {
  CHECK(config("", {.distribution = "ubuntu"}).settings.rules == RuleSet::ubuntu);
  CHECK(config("", {.distribution = "ubuntu"}).settings.links_to_launchpad());
  CHECK(config("", {.distribution = "Ubuntu"}).settings.rules == RuleSet::debian);
  CHECK(config("").settings.distribution == "Debian");
}

// migration 0.1
TEST_CASE("config: --rules beats everything") {
  const auto read =
      parsed("EMAIL_ENABLE = yes\n", {.distribution = "ubuntu", .rules = RuleSet::debian});

  CHECK(read.value.settings.rules == RuleSet::debian);
  CHECK(read.value.email.stuck == Switch::off);
  CHECK(config_mentions(read.messages, "--rules"));
}

// migration 1.3
TEST_CASE("config: defaults of Ubuntu's rules") {
  const auto settings = config("PIUPARTS_ENABLE =\n").settings;

  CHECK(settings.series.empty());
  CHECK(settings.has_arch_all_buildds);
  CHECK(settings.implicit_deps);
  CHECK(settings.piuparts);
  CHECK_FALSE(settings.check_buildd);
  CHECK_FALSE(settings.partial_unstable);
  CHECK_FALSE(settings.partial_source);
  CHECK(settings.remove_obsolete);
  CHECK_FALSE(settings.ignore_cruft);
  CHECK(settings.check_consistency_level == 2);
  CHECK(settings.components_checked);
}

// migration 1.3
TEST_CASE("config: defaults of Debian's rules") {
  const auto settings = config("").settings;

  CHECK(settings.series == "testing");
  CHECK(settings.has_arch_all_buildds);
  CHECK_FALSE(settings.implicit_deps);
  CHECK(settings.piuparts);
}

// migration 1.3
TEST_CASE("config: Ubuntu's switches are on only for yes") {
  const auto settings = config(
                            "HAS_ARCH_ALL_BUILDDS = no\nCHECK_BUILDD = yes\nIMPLICIT_DEPS = off\n"
                            "PIUPARTS_ENABLE = no\nPARTIAL_SOURCE = anything\n")
                            .settings;

  CHECK_FALSE(settings.has_arch_all_buildds);
  CHECK(settings.check_buildd);
  CHECK_FALSE(settings.implicit_deps);
  CHECK_FALSE(settings.piuparts);
  CHECK(settings.partial_source);
}

// migration 1.3
TEST_CASE("config: paths are taken as they are, with the defaults of the peers") {
  const auto paths = config("HEIDI_OUTPUT = out/HeidiResult\nTPU = data/tpu\n").paths;

  CHECK(paths.testing == "t");
  CHECK(paths.unstable == "u");
  CHECK(paths.tpu == "data/tpu");
  CHECK(paths.pu.empty());
  CHECK(paths.noninst_status == "n");
  CHECK(paths.excuses_output == "e");
  CHECK(paths.excuses_yaml_output.empty());
  CHECK(paths.heidi_delta_output == "out/HeidiResultDelta");
  CHECK(paths.hints_dir == "u/Hints");
  CHECK(paths.state_dir.empty());
}

// migration 1.3
TEST_CASE("config: without HEIDI_OUTPUT there is no delta either") {
  CHECK(config("").paths.heidi_delta_output.empty());
}

// migration 1.2
TEST_CASE("config: an empty TPU is no suite and a warning") {
  const auto read = parsed("TPU =\n");

  CHECK(read.value.paths.tpu.empty());
  CHECK(config_mentions(read.messages, "TPU is empty"));
}

// migration 1.2
TEST_CASE("config: %(SERIES) is replaced under Ubuntu's rules only") {
  const auto* more = "STATE_DIR = state/%(SERIES)\n";

  CHECK(config(more, {.series = "noble", .rules = RuleSet::ubuntu}).paths.state_dir ==
        "state/noble");
  CHECK(config(more, {.rules = RuleSet::ubuntu}).paths.state_dir == "state/");
  CHECK(config(more, {.series = "noble"}).paths.state_dir == "state/%(SERIES)");
}

// migration 1.1, 1.3
TEST_CASE("config: architectures keep their order, once each; the command line wins") {
  CHECK(config("ARCHITECTURES = b a b\n").settings.architectures == Names{"b", "a"});
  CHECK(config("ARCHITECTURES = a\n", {.architectures = "c d"}).settings.architectures ==
        Names{"c", "d"});
  CHECK(config("").settings.architectures.empty());
}

// migration 1.3
TEST_CASE("config: lists of architectures may be missing or empty") {
  const auto settings = config("NOBREAKALL_ARCHES = a b\nBREAK_ARCHES =\n").settings;

  CHECK(settings.nobreakall == migrate::ArchNames{"a", "b"});
  CHECK(settings.break_archs.empty());
  CHECK(settings.new_archs.empty());
  CHECK(settings.outofsync.empty());
}

// migration 0
TEST_CASE("config: the vocabulary of 2015 is understood") {
  const auto read = config("FUCKED_ARCHES = hurd-i386\nCOMPONENTS = main, contrib\n");

  CHECK(read.settings.rules == RuleSet::debian);
  CHECK(read.settings.outofsync == migrate::ArchNames{"hurd-i386"});
  CHECK(read.components == Names{"main", "contrib"});
  CHECK(config("OUTOFSYNC_ARCHES = a\nFUCKED_ARCHES = b\n").settings.outofsync ==
        migrate::ArchNames{"a"});
}

// migration 0
TEST_CASE("config: empty COMPONENTS mean the flat layout") {
  CHECK_FALSE(config("COMPONENTS =\n").components);
  CHECK_FALSE(config("").components);
}

// migration 1.2, 1.3
TEST_CASE("config: ages by urgency, names in lower case up to the next underscore") {
  const auto age = config(
                       "MINDAYS_CRITICAL_X = 0\nMINDAYS_HIGH = 3\nMINDAYS_HIGH = 2\n"
                       "NO_PENALTIES = high Emergency\nBOUNTY_MIN_AGE = high\n")
                       .settings.age;

  CHECK(age.days_of_urgency.at("critical") == 0);
  CHECK(age.days_of_urgency.at("high") == 2);
  CHECK(age.days_of_urgency.at("low") == 10);
  CHECK(age.default_urgency == "medium");
  CHECK(age.no_penalties.contains("high"));
  CHECK(age.no_penalties.contains("emergency"));
  CHECK(age.bounty_min_age == "high");
}

// migration 1.2
TEST_CASE("config: hint users come in the order of their lines") {
  const auto users = config("HINTS_B_REST = ALL\nHINTS_A-B = block remark\nHINTS_X =\n").hint_users;

  REQUIRE(users.size() == 3);
  CHECK(users[0].name == "b");
  CHECK(users[0].permissions.all);
  CHECK(users[1].name == "a-b");
  CHECK(users[1].permissions.words.contains("block"));
  CHECK_FALSE(users[2].permissions.all);
  CHECK(users[2].permissions.words.empty());
}

// migration 1.2
TEST_CASE("config: a hint line without a user costs that line") {
  const auto read = parsed("HINTS_ = ALL\n");

  CHECK(read.value.hint_users.empty());
  CHECK(config_mentions(read.messages, "names no user"));
}

// migration 1.3
TEST_CASE("config: IGNORE_CRUFT is off when unset, empty or 0, else on") {
  CHECK_FALSE(config("IGNORE_CRUFT = 0\n").settings.ignore_cruft);
  CHECK_FALSE(config("IGNORE_CRUFT =\n").settings.ignore_cruft);
  CHECK(config("IGNORE_CRUFT = 1\n").settings.ignore_cruft);
  CHECK(config("IGNORE_CRUFT = no\n").settings.ignore_cruft);
}

// migration 1.3
TEST_CASE("config: single values") {
  const auto read = config(
      "FAKE_RUNTIME = 1700864000\nREMOVE_OBSOLETE = no\n"
      "CHECK_CONSISTENCY_LEVEL = 9\nALL_BUILDARCH = amd64\n"
      "ADT_PPAS = team/one\nEMAIL_HOST = mail:25\n");

  CHECK(read.fake_runtime == 1700864000);
  CHECK_FALSE(read.settings.remove_obsolete);
  CHECK(read.settings.check_consistency_level == 3);
  CHECK(read.settings.all_buildarch == "amd64");
  CHECK_FALSE(read.settings.components_checked);
  CHECK(read.email.host == "mail:25");
  CHECK(read.settings.adt.ppas == Names{"team/one"});
}

// migration 1.3
TEST_CASE("config: both kinds of mail, without a warning") {
  const auto read = parsed("EMAIL_ENABLE = yes\nSRUREGRESSIONEMAIL_ENABLE = dry-run\n");

  CHECK(read.value.email.stuck == Switch::on);
  CHECK(read.value.email.sru_regression == Switch::dry_run);
  CHECK(std::ranges::count(read.messages, base::Level::warning, &Message::level) == 0);
}

// migration 1.3
TEST_CASE("config: every required key that is missing is named with file and expectation") {
  const auto error = error_of("");

  for (const auto* part :
       {"britney.conf: TESTING is missing, expected the directory of the target suite",
        "UNSTABLE is missing", "NONINST_STATUS is missing", "EXCUSES_OUTPUT is missing",
        "SMOOTH_UPDATES is missing, expected a list of sections, or ALL",
        "DEFAULT_URGENCY is missing, expected an urgency that has a MINDAYS_ line"}) {
    CAPTURE(part);
    CHECK(error.find(part) != std::string::npos);
  }
}

// migration 1.3
TEST_CASE("config: values without sense are fatal, with line and value") {
  struct Row {
    const char* line;
    const char* error;
  };
  for (const auto& row : {
           Row{"MINDAYS_LOW = ten", "line 1: MINDAYS_LOW is \"ten\", expected a number of days"},
           Row{"MINDAYS_LOW = 99999999999", "MINDAYS_LOW is \"99999999999\""},
           Row{"MINDAYS_X =", "MINDAYS_X is \"\""},
           Row{"DEFAULT_URGENCY = urgent", "DEFAULT_URGENCY is \"urgent\", expected an urgency"},
           Row{"FAKE_RUNTIME = now", "FAKE_RUNTIME is \"now\", expected seconds"},
           Row{"FAKE_RUNTIME = 9223372036854775807", "FAKE_RUNTIME is \"9223372036854775807\""},
           Row{"BOUNTY_MIN_AGE = soon", "BOUNTY_MIN_AGE is \"soon\", expected a number"},
           Row{"CHECK_CONSISTENCY_LEVEL = all", "CHECK_CONSISTENCY_LEVEL is \"all\""},
       }) {
    CAPTURE(row.line);
    CHECK(error_of(config_text(row.line)).find(row.error) != std::string::npos);
  }
}

// migration 1.3
TEST_CASE("config: an empty but present SMOOTH_UPDATES is allowed") {
  const auto read = parse_config(
      "TESTING = t\nUNSTABLE = u\nNONINST_STATUS = n\nEXCUSES_OUTPUT = e\nSMOOTH_UPDATES =\n"
      "MINDAYS_LOW = 10\nDEFAULT_URGENCY = low\n",
      "britney.conf", {});

  REQUIRE(read);
  CHECK(read->value.settings.smooth_updates.empty());
}

// migration 1.1
TEST_CASE("config: a file that is not there is an error that names it") {
  test::MemoryFileSystem files;

  const auto read = read_config(files, "/etc/britney.conf", {});

  REQUIRE_FALSE(read);
  CHECK(read.error().kind == base::ErrorKind::not_found);
  CHECK(read.error().text().find("/etc/britney.conf") != std::string::npos);
}

// migration 1.2
TEST_CASE("config: binary garbage is refused, not understood") {
  test::MemoryFileSystem files;
  files.put("conf", std::string("\x7f\x45\x4c\x46\0\0=\xff\n\x80=", 11));

  CHECK(read_config(files, "conf", {}).error().kind == base::ErrorKind::invalid);
}

// migration 1.3
TEST_CASE("config: a good file is read") {
  test::MemoryFileSystem files;
  files.put("conf", config_text("ADT_ENABLE = no\n"));

  const auto read = read_config(files, "conf", {});

  REQUIRE(read);
  CHECK(read->value.settings.smooth_updates.contains("oldlibs"));
}

}  // namespace sluice::britney
