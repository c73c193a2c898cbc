#include "cli/command_line.h"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::cli;

namespace {

using Words = std::vector<std::string>;

CommandLine parse(const Words& words, const std::string& program = "/usr/bin/sluice") {
  return parse_command_line(program, words);
}

MigrateArguments migrating(const Words& words, const std::string& program = "sluice") {
  const auto parsed = parse(words, program);
  if (const auto* answer = std::get_if<Answer>(&parsed)) INFO(answer->error);
  REQUIRE(std::holds_alternative<MigrateArguments>(parsed));
  return std::get<MigrateArguments>(parsed);
}

Answer answer(const Words& words, const std::string& program = "sluice") {
  const auto parsed = parse(words, program);
  REQUIRE(std::holds_alternative<Answer>(parsed));
  return std::get<Answer>(parsed);
}

}  // namespace

// migration 1.1
TEST_CASE("command line: defaults of migrate") {
  const auto arguments = migrating({"migrate"});

  CHECK(arguments.config == "/etc/britney.conf");
  CHECK(arguments.verbosity == 0);
  CHECK(arguments.compute_migrations);
  CHECK_FALSE(arguments.architectures);
  CHECK_FALSE(arguments.actions);
  CHECK_FALSE(arguments.rules);
  CHECK_FALSE(arguments.dry_run);
}

// migration 1.1
TEST_CASE("command line: every option of migrate is understood") {
  const auto arguments = migrating({"migrate",
                                    "-v",
                                    "-v",
                                    "--config",
                                    "a.conf",
                                    "--architectures",
                                    "amd64 arm64",
                                    "--actions",
                                    "-foo bar/2",
                                    "--hints",
                                    "easy a/1 b/1; urgent c/1",
                                    "--hint-tester",
                                    "--dry-run",
                                    "--nuninst-cache",
                                    "--print-uninst",
                                    "--coinst",
                                    "--no-compute-migrations",
                                    "--series",
                                    "noble",
                                    "--distribution",
                                    "ubuntu",
                                    "--rules",
                                    "debian",
                                    "--control-files",
                                    "--stats"});

  CHECK(arguments.verbosity == 2);
  CHECK(arguments.config == "a.conf");
  CHECK(arguments.architectures == "amd64 arm64");
  CHECK(arguments.actions == "-foo bar/2");
  CHECK(arguments.hints == "easy a/1 b/1; urgent c/1");
  CHECK(arguments.hint_tester);
  CHECK(arguments.dry_run);
  CHECK(arguments.nuninst_cache);
  CHECK(arguments.print_uninst);
  CHECK(arguments.coinst);
  CHECK_FALSE(arguments.compute_migrations);
  CHECK(arguments.series == "noble");
  CHECK(arguments.distribution == "ubuntu");
  CHECK(arguments.rules == migrate::RuleSet::debian);
  CHECK(arguments.stats);
}

// migration 0
TEST_CASE("command line: of an option that is repeated the last counts, and no actions are none") {
  CHECK(migrating({"-c", "x", "-c", "y", "--series", "a", "--series", "b"}, "britney").config ==
        "y");
  CHECK(migrating({"--series", "a", "--series", "b"}, "britney").series == "b");
  CHECK_FALSE(migrating({"--actions", ""}, "britney").actions.has_value());
  CHECK(migrating({"--actions", "", "--actions", "a/1"}, "britney").actions == "a/1");
}

// migration 0
TEST_CASE("command line: further arguments are ignored, also empty ones") {
  CHECK(migrating({"-v", "-c", "x.conf", ""}, "./britney.py").config == "x.conf");
  CHECK(migrating({"-c", "x.conf", "", "unstable", ""}, "britney").config == "x.conf");
  CHECK(migrating({"migrate", "", "-c", "x.conf"}).config == "x.conf");
}

// migration 1.1
TEST_CASE("command line: the name britney decides nothing but the default subcommand") {
  CHECK(migrating({"-c", "x"}, "/usr/bin/britney").config == "x");
  CHECK(migrating({}, "britney").config == "/etc/britney.conf");
  CHECK(migrating({"migrate", "-c", "y"}, "britney").config == "y");
  CHECK(std::holds_alternative<ArchiveRunArguments>(parse({"archive-run"}, "britney")));
  CHECK(answer({"--version"}, "britney").out == answer({"--version"}).out);
}

// migration 1.1
TEST_CASE("command line: wrong usage is told on standard error with exit code 2") {
  struct Row {
    const char* name;
    Words words;
  };
  for (const auto& row :
       {Row{"unknown option", {"migrate", "--frobnicate"}},
        Row{"unknown letter", {"migrate", "-x"}}, Row{"value missing", {"migrate", "--config"}},
        Row{"no subcommand", {}}, Row{"unknown subcommand", {"frobnicate"}},
        Row{"unknown rules", {"migrate", "--rules", "x"}},
        Row{"stray word", {"archive-run", "x"}}}) {
    CAPTURE(row.name);
    const auto wrong = answer(row.words);
    CHECK(wrong.exit_code == 2);
    CHECK(wrong.out.empty());
    CHECK(wrong.error.starts_with("Usage: sluice"));
  }
}

TEST_CASE("command line: a word that is no command is named, with the commands") {
  const auto wrong = answer({"wyh", "libc6"}).error;
  CHECK(wrong.contains("sluice: 'wyh' is no command; expected one of: migrate "));
  CHECK(wrong.contains(" why "));
  CHECK_FALSE(answer({"--wyh"}).error.contains("is no command"));
  CHECK_FALSE(answer({}).error.contains("is no command"));
  CHECK_FALSE(answer({"why", "--wyh"}).error.contains("is no command"));
}

TEST_CASE("command line: help and version are answers on standard output") {
  CHECK(answer({"--version"}).out == "sluice " SLUICE_VERSION "\n");
  CHECK(answer({"--help"}).exit_code == 0);
  CHECK(answer({"--help"}).out.find("archive-run") != std::string::npos);
  CHECK(answer({"migrate", "--help"}).out.find("--nuninst-cache") != std::string::npos);
  CHECK(answer({"migrate", "--help"}).out.find("Examples:") != std::string::npos);
  CHECK(answer({"archive-run", "-h"}).out.find("--mirror") != std::string::npos);
  CHECK(answer({"archive-run", "-h"}).error.empty());
}

TEST_CASE("command line: lists of archive-run are split into words") {
  const auto parsed = parse({"archive-run", "--archs", " amd64  arm64 ", "--components", "main",
                             "--dir", "/d", "--mirror", "http://a.example", "--target", "forky",
                             "--source", "sid", "--json", "--offline", "--rules", "ubuntu"});

  REQUIRE(std::holds_alternative<ArchiveRunArguments>(parsed));
  const auto& arguments = std::get<ArchiveRunArguments>(parsed);
  CHECK(arguments.architectures == Words{"amd64", "arm64"});
  CHECK(arguments.components == Words{"main"});
  CHECK(arguments.directory == "/d");
  CHECK(arguments.mirror == "http://a.example");
  CHECK(arguments.target == "forky");
  CHECK(arguments.source == "sid");
  CHECK(arguments.json);
  CHECK(arguments.offline);
  CHECK(arguments.rules == migrate::RuleSet::ubuntu);
}

// migration 9
TEST_CASE("command line: why takes packages, and no question is wrong usage") {
  const auto parsed = parse({"why", "-c", "b.conf", "libfoo", "bar/arm64", "--arch", "arm64",
                             "--uninstallable", "baz", "--suite", "unstable", "--json", "--timing",
                             "--hints", "block foo", "--rules", "debian"});

  REQUIRE(std::holds_alternative<WhyArguments>(parsed));
  const auto& arguments = std::get<WhyArguments>(parsed);
  CHECK(arguments.config == "b.conf");
  CHECK(arguments.request.packages == Words{"libfoo", "bar/arm64"});
  CHECK(arguments.request.uninstallable == Words{"baz"});
  CHECK(arguments.request.arch == "arm64");
  CHECK(arguments.request.suite == "unstable");
  CHECK(arguments.hints == "block foo");
  CHECK(arguments.json);
  CHECK(arguments.timing);
  CHECK(arguments.rules == migrate::RuleSet::debian);
  CHECK(std::get<WhyArguments>(parse({"why", "--all"})).request.all);
  CHECK(answer({"why"}).exit_code == 2);
}

// autopkgtest 2.1
TEST_CASE("command line: every option of worker is understood, the peers' among them") {
  const auto parsed =
      parse({"worker",    "-a", "arm64",  "-c",       "w.conf",   "-d",      "-v",
             "A=b",       "-v", "C=d",    "--server", "http://s", "--token", "t",
             "--results", "/r", "--work", "/w",       "--slots",  "3",       "--once"});
  REQUIRE(std::holds_alternative<WorkerArguments>(parsed));
  const auto& arguments = std::get<WorkerArguments>(parsed);

  CHECK(arguments.arch == "arm64");
  CHECK(arguments.config == "w.conf");
  CHECK(arguments.debug);
  CHECK(arguments.variables == Words{"A=b", "C=d"});
  CHECK(arguments.server == "http://s");
  CHECK(arguments.token == "t");
  CHECK(arguments.results == "/r");
  CHECK(arguments.work_directory == "/w");
  CHECK(arguments.slots == 3);
  CHECK(arguments.once);
}

// autopkgtest 2.1
TEST_CASE(
    "command line: a worker takes the broker of the peers' units where nothing else is named") {
  const auto broker_of = [](std::vector<std::string> more) {
    more.insert(more.begin(), "worker");
    return std::get<WorkerArguments>(parse(more)).amqp;
  };
  CHECK(broker_of({}).empty());
  ::setenv("RABBIT_HOST", "broker.example", 1);
  ::setenv("RABBIT_USER", "worker", 1);
  ::setenv("RABBIT_PASSWORD", "p@ss/word", 1);
  const auto alone = broker_of({});
  const auto server = broker_of({"--server", "http://s"});
  const auto token = broker_of({"--token", "t"});
  const auto named = broker_of({"--amqp", "amqp://other"});
  ::setenv("SLUICE_AMQP_URL", "amqp://ours", 1);
  const auto ours = broker_of({});
  for (const auto* name : {"RABBIT_HOST", "RABBIT_USER", "RABBIT_PASSWORD", "SLUICE_AMQP_URL"})
    ::unsetenv(name);

  CHECK(alone == "amqp://worker:p%40ss%2Fword@broker.example");
  CHECK(server.empty());
  CHECK(token.empty());
  CHECK(named == "amqp://other");
  CHECK(ours == "amqp://ours");
}

TEST_CASE("command line: a worker has at least one slot") {
  CHECK(answer({"worker", "--slots", "0"}).exit_code == 2);
}

// migration 9
TEST_CASE("command line: --coinst is refused where the maximal set does not know the rule") {
  CHECK(answer({"migrate", "--coinst", "--maximal"}).exit_code == 2);
  CHECK(answer({"migrate", "--coinst", "--apply-maximal"}).exit_code == 2);
  CHECK(migrating({"migrate", "--coinst"}).coinst);
}
