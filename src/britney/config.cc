#include "britney/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "britney/config_adt.h"
#include "britney/config_text.h"

namespace sluice::britney {
namespace {

using base::ErrorKind;
using migrate::RuleSet;
using migrate::Switch;

// Keys that only Ubuntu's britney knows: whoever defines one of them, even empty, runs that one.
constexpr std::array<std::string_view, 10> kUbuntuKeys = {
    "PARTIAL_UNSTABLE", "PARTIAL_SOURCE",           "HAS_ARCH_ALL_BUILDDS", "CHECK_BUILDD",
    "IMPLICIT_DEPS",    "PIUPARTS_ENABLE",          "ADT_DB_URL",           "ADT_REFERENCE_MAX_AGE",
    "EMAIL_ENABLE",     "SRUREGRESSIONEMAIL_ENABLE"};

// A limit beyond any sense, so that nobody who counts in seconds can overflow.
constexpr std::int64_t kDaysMax = 1'000'000;
constexpr std::int64_t kDelaySecondsMax = kDaysMax * 86'400;

using Names = std::set<std::string, std::less<>>;

struct Choice {
  RuleSet rules;
  std::string reason;
};

// migration 0.1
Choice choose_rules(const ConfigText& text, const Overrides& overrides) {
  if (overrides.rules) return {*overrides.rules, "--rules says so"};
  for (const auto key : kUbuntuKeys)
    if (text.defines(key))
      return {RuleSet::ubuntu, fmt::format("the configuration defines {}", key)};
  if (overrides.distribution == "ubuntu") return {RuleSet::ubuntu, "--distribution is ubuntu"};
  return {RuleSet::debian, "the configuration defines no key that only Ubuntu's britney knows"};
}

// The word between the first and the second `_`: HINTS_A_B is user "a", HINTS_A-B is "a-b".
std::string second_part(std::string_view key) { return base::to_lower(base::split(key, '_')[1]); }

std::optional<std::int64_t> parse_days(std::string_view text) {
  const auto days = base::parse_int(text);
  return days && *days >= -kDaysMax && *days <= kDaysMax ? days : std::nullopt;
}

std::vector<std::string> word_list(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : base::split_words(text))
    if (std::ranges::find(words, word) == words.end()) words.emplace_back(word);
  return words;
}

Names word_set(std::string_view text) {
  const auto words = base::split_words(text);
  return Names(words.begin(), words.end());
}

class ConfigReader {
 public:
  ConfigReader(ConfigText text, std::string file, const Overrides& overrides)
      : text_(std::move(text)), file_(std::move(file)), overrides_(overrides) {}

  base::Result<Read<Config>> read() {
    const auto [rules, reason] = choose_rules(text_, overrides_);
    say(base::Level::info,
        fmt::format("Rules of {}: {}", rules == RuleSet::ubuntu ? "Ubuntu" : "Debian", reason));
    settings().rules = rules;
    read_identity();
    read_paths();
    read_architectures();
    read_rules();
    read_ages();
    read_hint_users();
    read_services();
    if (!problems_.empty()) return base::fail(ErrorKind::invalid, base::join(problems_, "; "));
    return Read<Config>{std::move(config_), std::move(messages_)};
  }

 private:
  migrate::Settings& settings() { return config_.settings; }
  bool ubuntu() const { return config_.settings.rules == RuleSet::ubuntu; }

  void say(base::Level level, std::string text) { messages_.push_back({level, std::move(text)}); }

  void reject(const Assignment& found, std::string_view expectation) {
    problems_.push_back(fmt::format("{}, line {}: {} is \"{}\", expected {}", file_, found.line,
                                    found.key, found.value, expectation));
  }

  void reject(std::string_view key, std::string_view expectation) {
    if (const auto found = text_.find(key)) return reject(*found, expectation);
    problems_.push_back(fmt::format("{}: {} is missing, expected {}", file_, key, expectation));
  }

  std::string require(std::string_view key, std::string_view expectation) {
    auto value = text_.value(key);
    if (value.empty()) reject(key, expectation);
    return value;
  }

  // Nothing if the key is unset or empty.
  std::optional<std::int64_t> integer(std::string_view key, std::string_view expectation) {
    const auto value = text_.value(key);
    if (value.empty()) return std::nullopt;
    const auto number = base::parse_int(value);
    const bool sensible = number && *number >= -kDelaySecondsMax && *number <= kDelaySecondsMax;
    if (!sensible) reject(key, expectation);
    return sensible ? number : std::nullopt;
  }

  // Keys of Ubuntu's alone; under Debian's rules `debian` holds whatever the file says.
  bool is_yes(std::string_view key, bool unset, bool debian) const {
    if (!ubuntu()) return debian;
    const auto value = text_.value(key);
    return value.empty() ? unset : value == "yes";
  }

  Switch switch_of(std::string_view key) const {
    const auto value = text_.value(key);
    if (value == "yes") return Switch::on;
    return value == "dry-run" && ubuntu() ? Switch::dry_run : Switch::off;
  }

  void read_identity() {
    settings().distribution = overrides_.distribution.value_or("Debian");
    settings().coinstallability = overrides_.coinstallability;
    config_.paths.parsed_cache = overrides_.parsed_cache;
    settings().series = overrides_.series.value_or(ubuntu() ? "" : "testing");
    if (ubuntu()) text_.expand_series(settings().series);
  }

  // A suite with the path "" could only fail later, at files in the root directory.
  std::string additional_suite(std::string_view key) {
    auto path = text_.value(key);
    if (path.empty() && text_.defines(key))
      say(base::Level::warning, fmt::format("{}: {} is empty: no such suite", file_, key));
    return path;
  }

  void read_paths() {
    auto& paths = config_.paths;
    paths.testing = require("TESTING", "the directory of the target suite");
    paths.unstable = require("UNSTABLE", "the directory of the source suite");
    paths.pu = additional_suite("PU");
    paths.tpu = additional_suite("TPU");
    paths.noninst_status = require("NONINST_STATUS", "the name of an output file");
    paths.excuses_output = require("EXCUSES_OUTPUT", "the name of an output file");
    paths.excuses_yaml_output = text_.value("EXCUSES_YAML_OUTPUT");
    paths.upgrade_output = text_.value("UPGRADE_OUTPUT");
    paths.heidi_output = text_.value("HEIDI_OUTPUT");
    paths.heidi_delta_output = text_.value("HEIDI_DELTA_OUTPUT");
    if (paths.heidi_delta_output.empty() && !paths.heidi_output.empty())
      paths.heidi_delta_output = paths.heidi_output + "Delta";
    paths.static_input_dir = text_.value("STATIC_INPUT_DIR");
    paths.state_dir = text_.value("STATE_DIR");
    paths.hints_dir = text_.value("HINTSDIR");
    if (paths.hints_dir.empty()) paths.hints_dir = paths.unstable + "/Hints";
  }

  void read_architectures() {
    settings().architectures =
        word_list(overrides_.architectures.value_or(text_.value("ARCHITECTURES")));
    settings().nobreakall = word_set(text_.value("NOBREAKALL_ARCHES"));
    settings().outofsync = word_set(text_.value("OUTOFSYNC_ARCHES"));
    // The name of the same key in 2015.
    if (settings().outofsync.empty()) settings().outofsync = word_set(text_.value("FUCKED_ARCHES"));
    settings().break_archs = word_set(text_.value("BREAK_ARCHES"));
    settings().new_archs = word_set(text_.value("NEW_ARCHES"));
    settings().all_buildarch = text_.value("ALL_BUILDARCH");
    // Separated by commas in 2015; a name contains none.
    auto components = word_list(base::replace_all(text_.value("COMPONENTS"), ",", " "));
    if (!components.empty()) config_.components = std::move(components);
  }

  void read_rules() {
    auto& to = settings();
    to.partial_unstable = ubuntu() && text_.defines("PARTIAL_UNSTABLE");
    to.partial_source = ubuntu() && text_.defines("PARTIAL_SOURCE");
    to.has_arch_all_buildds = is_yes("HAS_ARCH_ALL_BUILDDS", true, true);
    to.check_buildd = is_yes("CHECK_BUILDD", false, false);
    to.implicit_deps = is_yes("IMPLICIT_DEPS", true, false);
    to.piuparts = is_yes("PIUPARTS_ENABLE", true, true);
    if (!text_.defines("SMOOTH_UPDATES")) reject("SMOOTH_UPDATES", "a list of sections, or ALL");
    to.smooth_updates = word_set(text_.value("SMOOTH_UPDATES"));
    const auto ignore_cruft = text_.value("IGNORE_CRUFT");
    to.ignore_cruft = !ignore_cruft.empty() && ignore_cruft != "0";
    const auto remove_obsolete = text_.value("REMOVE_OBSOLETE");
    to.remove_obsolete = remove_obsolete.empty() || remove_obsolete == "yes";
    const auto level = integer("CHECK_CONSISTENCY_LEVEL", "a number from 0 to 3").value_or(2);
    to.check_consistency_level = static_cast<int>(std::clamp<std::int64_t>(level, 0, 3));
  }

  void read_ages() {
    auto& age = settings().age;
    for (const auto& each : text_.with_prefix("MINDAYS_")) {
      const auto days = parse_days(each.value);
      // A later line replaces an earlier one, as in the peers: this is a table, not an option.
      if (days) age.days_of_urgency[second_part(each.key)] = *days;
      if (!days) reject(each, "a number of days");
    }
    age.default_urgency = base::to_lower(text_.value("DEFAULT_URGENCY"));
    if (!age.days_of_urgency.contains(age.default_urgency))
      reject("DEFAULT_URGENCY", "an urgency that has a MINDAYS_ line");
    age.no_penalties = word_set(base::to_lower(text_.value("NO_PENALTIES")));
    const auto floor = base::to_lower(text_.value("BOUNTY_MIN_AGE"));
    if (!floor.empty()) age.bounty_min_age = floor;
    if (!parse_days(age.bounty_min_age) && !age.days_of_urgency.contains(age.bounty_min_age))
      reject("BOUNTY_MIN_AGE", "a number of days or an urgency that has a MINDAYS_ line");
    config_.fake_runtime = integer("FAKE_RUNTIME", "seconds since the epoch");
  }

  void read_hint_users() {
    for (const auto& each : text_.with_prefix("HINTS_")) {
      const auto name = second_part(each.key);
      if (name.empty()) {
        say(base::Level::warning,
            fmt::format("{}, line {}: {} names no user, ignored", file_, each.line, each.key));
        continue;
      }
      auto permissions = migrate::parse_permissions(each.value);
      const auto known = std::ranges::find(config_.hint_users, name, &HintUser::name);
      if (known == config_.hint_users.end())
        config_.hint_users.push_back({name, std::move(permissions)});
      else
        known->permissions = std::move(permissions);
    }
  }

  void read_services() {
    auto adt = read_adt(text_, file_, settings().rules);
    settings().adt = std::move(adt.settings);
    append(messages_, std::move(adt.messages));
    problems_.insert(problems_.end(), adt.problems.begin(), adt.problems.end());
    settings().components_checked = settings().adt.ppas.empty();
    auto& email = config_.email;
    email.stuck = ubuntu() ? switch_of("EMAIL_ENABLE") : Switch::off;
    email.sru_regression = ubuntu() ? switch_of("SRUREGRESSIONEMAIL_ENABLE") : Switch::off;
    auto& settings = config_.settings;
    settings.stuck_mail = email.stuck != Switch::off;
    settings.sru_regression_mail = email.sru_regression != Switch::off;
    if (!text_.value("EMAIL_HOST").empty()) email.host = text_.value("EMAIL_HOST");
  }

  ConfigText text_;
  std::string file_;
  const Overrides& overrides_;
  Config config_;
  Messages messages_;
  std::vector<std::string> problems_;
};

}  // namespace

base::Result<Read<Config>> parse_config(std::string_view text, const std::string& file,
                                        const Overrides& overrides) {
  return ConfigReader(ConfigText::parse(text), file, overrides).read();
}

base::Result<Read<Config>> read_config(sys::FileSystem& files, const std::string& file,
                                       const Overrides& overrides) {
  constexpr std::string_view kContext = "reading the configuration";
  const auto view = files.open(file);
  if (!view) return base::fail_with(view.error(), kContext);
  auto read = parse_config((*view)->bytes(), file, overrides);
  if (!read) return base::fail_with(std::move(read.error()), kContext);
  return read;
}

}  // namespace sluice::britney
