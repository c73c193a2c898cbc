#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "cli/grid_command_line.h"
#include "queue/amqp_url.h"

namespace sluice::cli {
namespace {

constexpr const char* kMigrate = "migrate";
constexpr const char* kArchiveRun = "archive-run";
constexpr const char* kWhatIf = "what-if";
constexpr const char* kWhy = "why";
constexpr const char* kWorker = "worker";
constexpr const char* kVersion = "sluice " SLUICE_VERSION;

constexpr const char* kMigrateFooter =
    "Examples:\n"
    "  sluice migrate -v -c britney.conf\n"
    "      a usual run\n"
    "  sluice migrate -v -c britney.conf --dry-run --hints \"easy libfoo/2-1 bar/1.5-1\"\n"
    "      try a hint and write nothing\n"
    "  sluice migrate -c britney.conf --print-uninst\n"
    "      what is uninstallable now\n\n"
    "Further arguments, also empty ones, are ignored. BRITNEY_DEBUG=1 shows debug messages.\n";

constexpr const char* kArchiveRunFooter =
    "Examples:\n"
    "  sluice archive-run\n"
    "      testing and unstable for this machine's architecture\n"
    "  sluice archive-run --archs \"amd64 arm64\" --dir /var/tmp/archive --json\n"
    "      two architectures, lists and outputs there, the summary for a program\n\n"
    "Progress is drawn on standard error; NO_COLOR switches colours off.\n";

constexpr const char* kWhatIfFooter =
    "Examples:\n"
    "  sluice what-if -c britney.conf --days 5\n"
    "      what moves in five days if nothing else happens\n"
    "  sluice what-if -c britney.conf --waive libfoo --remove oldbar\n"
    "      if no policy held libfoo and oldbar left\n"
    "  sluice what-if -c britney.conf --hint \"easy libfoo/2-1 bar/1.5-1\"\n"
    "      if this hint were given\n\n"
    "Nothing is written. Options that take a source may be repeated.\n";

constexpr const char* kWhyFooter =
    "Examples:\n"
    "  sluice why -c britney.conf libfoo\n"
    "      what keeps libfoo, and whose turn it is\n"
    "  sluice why -c britney.conf --uninstallable bar --arch arm64\n"
    "      why bar cannot be installed in the target\n"
    "  sluice why -c britney.conf --all --json --timing\n"
    "      every item of a run, an object a line\n\n"
    "PACKAGE is a source, a binary, or an item (libfoo/arm64, libfoo_tpu, and -libfoo after --).\n"
    "Nothing is written. 0 also stands for an item that migrates; 1 also for a package that is "
    "nowhere.\n";

constexpr const char* kWorkerFooter =
    "Examples:\n"
    "  sluice worker -c worker.conf --server http://localhost:8300\n"
    "      test whatever the server has for this machine's architecture\n"
    "  sluice worker -a arm64 --slots 2 --results /srv/results\n"
    "      two tests at a time, results below a directory\n\n"
    "SIGTERM: finish the test, exit 0; twice: give it back. SIGHUP: finish it, exit 10.\n";

// Everything that CLI11 writes into; values with a rule of their own are read afterwards.
struct Raw {
  MigrateArguments migrate;
  ArchiveRunArguments archive;
  WhatIfArguments what_if;
  WhyArguments why;
  WorkerArguments worker;
  std::string rules, archs, components;
  std::string architectures, series, distribution, actions;
  bool compute = false, no_compute = false;
  std::vector<std::string> ignored;
};

void add_rules(CLI::App& app, Raw& raw, const char* text) {
  app.add_option("--rules", raw.rules, text)
      ->check(CLI::IsMember({"ubuntu", "debian"}))
      ->type_name("NAME");
}

void add_cache(CLI::App& app, std::string& to) {
  app.add_option("--cache", to, "Keep the parsed form of the indexes in this file")
      ->type_name("FILE");
}

void add_coinst(CLI::App& app, bool& to) {
  app.add_flag("--coinst", to, "What can be installed together in the target has to stay so");
}

void add_migrate_choices(CLI::App& app, Raw& raw) {
  auto& to = raw.migrate;
  app.add_flag("--hint-tester", to.hint_tester,
               "Console for hints after the excuses were computed");
  app.add_flag("--dry-run", to.dry_run, "Write nothing but NONINST_STATUS");
  app.add_flag("--nuninst-cache", to.nuninst_cache, "Read NONINST_STATUS instead of computing it");
  app.add_flag("--print-uninst", to.print_uninst, "Print what is uninstallable, and stop");
  app.add_flag("--compute-migrations", raw.compute, "Decide the migration (the default)");
  app.add_flag("--no-compute-migrations", raw.no_compute,
               "Write excuses and policy state only, decide no migration");
  app.add_flag_callback(
      "--maximal", [&to] { to.maximal = std::max(to.maximal, flow::Maximal::show); },
      "Print what could move in addition, as hints with reasons");
  app.add_flag_callback(
      "--apply-maximal", [&to] { to.maximal = flow::Maximal::apply; }, "Move that too");
  add_coinst(app, to.coinst);
  // The maximal set is sought by the counters alone.
  for (const auto* other : {"--maximal", "--apply-maximal"})
    app.get_option("--coinst")->excludes(app.get_option(other));
  app.add_flag("--stats", to.stats, "Log processor time and memory of each phase");
  app.add_flag_callback("--control-files", [] {}, "Accepted and ignored");
}

void add_migrate(CLI::App& main, Raw& raw) {
  auto& app =
      *main.add_subcommand(kMigrate, "Decide a migration, with britney's configuration and files");
  app.add_option("-c,--config", raw.migrate.config, "Configuration")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_flag("-v", raw.migrate.verbosity, "Say more; may be repeated");
  app.add_option("--architectures", raw.architectures, "Instead of ARCHITECTURES, space separated")
      ->type_name("LIST");
  app.add_option("--actions", raw.actions, "Compute no excuses; try exactly these items")
      ->type_name("ITEMS");
  app.add_option("--hints", raw.migrate.hints, "Further hints, separated by ';', all permitted")
      ->type_name("HINTS");
  add_cache(app, raw.migrate.parsed_cache);
  add_migrate_choices(app, raw);
  app.add_option("--series", raw.series, "Name of the series")->type_name("NAME");
  app.add_option("--distribution", raw.distribution,
                 "Name of the distribution (Debian); 'ubuntu' changes links")
      ->type_name("NAME");
  add_rules(app, raw, "Whose rules apply, instead of what the configuration implies");
  app.set_version_flag("--version", kVersion, "Print the program's name and version");
  // Wrappers append options to those that are there: the last one counts.
  for (auto* option : app.get_options())
    if (option->get_items_expected_max() == 1) option->take_last();
  // Wrappers pass suite names and empty words.
  app.add_option("ignored", raw.ignored)->group("");
  app.footer(kMigrateFooter + std::string(kExitCodes));
}

void add_archive_run(CLI::App& main, Raw& raw) {
  auto& to = raw.archive;
  auto& app = *main.add_subcommand(
      kArchiveRun, "Decide the migration of the archive that this machine's apt sources name");
  app.add_option("--dir", to.directory,
                 "Where lists, cache and outputs go (sluice/archive in the user's cache)")
      ->type_name("DIRECTORY");
  app.add_option("--mirror", to.mirror, "Archive instead of the first of Debian in apt's sources")
      ->type_name("URI");
  app.add_option("--target", to.target, "Suite that receives")
      ->capture_default_str()
      ->type_name("SUITE");
  app.add_option("--source", to.source, "Suite that sends")
      ->capture_default_str()
      ->type_name("SUITE");
  app.add_option("--archs", raw.archs, "Architectures, space separated (this machine's)")
      ->type_name("LIST");
  app.add_option("--components", raw.components, "Components, space separated (all)")
      ->type_name("LIST");
  add_rules(app, raw, "Whose rules apply (debian)");
  app.add_flag("--offline", to.offline, "Use the small archive that comes with the program");
  app.add_flag("--json", to.json, "Print the summary as JSON");
  app.add_flag("-v", to.verbosity, "Log the run to standard error; may be repeated");
  app.footer(kArchiveRunFooter + std::string(kExitCodes));
}

void add_what_if(CLI::App& main, Raw& raw) {
  auto& to = raw.what_if;
  auto& suppose = to.supposition;
  auto& app = *main.add_subcommand(kWhatIf, "Show what hints, removals or time would change");
  app.add_option("-c,--config", to.config, "Configuration")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_option("--architectures", raw.architectures, "Instead of ARCHITECTURES, space separated")
      ->type_name("LIST");
  app.add_option("--series", raw.series, "Name of the series")->type_name("NAME");
  app.add_option("--distribution", raw.distribution, "Name of the distribution (Debian)")
      ->type_name("NAME");
  add_rules(app, raw, "Whose rules apply, instead of what the configuration implies");
  add_cache(app, to.parsed_cache);
  add_coinst(app, to.coinst);
  const auto many = [&](const char* option, std::vector<std::string>& into, const char* text,
                        const char* type) {
    app.add_option(option, into, text)->allow_extra_args(false)->type_name(type);
  };
  many("--hint", suppose.hints, "This hint is given", "HINT");
  many("--unblock", suppose.unblock, "The source is approved", "SOURCE");
  many("--waive", suppose.waive, "No policy holds the source", "SOURCE");
  many("--remove", suppose.remove, "The source leaves the target suite", "SOURCE");
  many("--ignore-test", suppose.ignore_tests, "Failures of this source's tests do not count",
       "SOURCE[/ARCH]");
  many("--skip-tests", suppose.skip_tests, "Tests that this source triggered do not count",
       "SOURCE");
  app.add_option("--days", suppose.days, "So many days pass")
      ->check(CLI::Range(0, 36500))
      ->type_name("N");
  app.add_flag("--json", to.json, "Print the difference as JSON");
  app.footer(kWhatIfFooter + std::string(kExitCodes));
}

void add_why(CLI::App& main, Raw& raw) {
  auto& to = raw.why;
  auto& request = to.request;
  auto& app = *main.add_subcommand(kWhy, "Explain what keeps packages from migrating");
  app.add_option("PACKAGE", request.packages, "Sources, binaries or items")->type_name("");
  app.add_option("-c,--config", to.config, "Configuration")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_flag("-v", to.verbosity, "Log the run to standard error; may be repeated");
  app.add_flag("--all", request.all, "Every item of the run");
  app.add_option("--arch", request.arch, "Only this architecture's rebuilds, chains and binaries")
      ->type_name("ARCH");
  app.add_option("--uninstallable", request.uninstallable,
                 "Why this binary is not installable; may be repeated")
      ->allow_extra_args(false)
      ->type_name("BINARY");
  app.add_option("--suite", request.suite, "Suite of that binary (the target)")->type_name("SUITE");
  app.add_flag("--json", to.json, "Print JSON, an object a line");
  app.add_flag("--timing", to.timing, "Add the microseconds that each answer took");
  add_cache(app, to.parsed_cache);
  add_coinst(app, to.coinst);
  app.add_option("--architectures", raw.architectures, "Instead of ARCHITECTURES, space separated")
      ->type_name("LIST");
  app.add_option("--hints", to.hints, "Further hints, separated by ';', all permitted")
      ->type_name("HINTS");
  app.add_option("--series", raw.series, "Name of the series")->type_name("NAME");
  app.add_option("--distribution", raw.distribution, "Name of the distribution (Debian)")
      ->type_name("NAME");
  add_rules(app, raw, "Whose rules apply, instead of what the configuration implies");
  app.footer(kWhyFooter + std::string(kExitCodes));
  app.final_callback([&request] {
    if (request.packages.empty() && request.uninstallable.empty() && !request.all)
      throw CLI::RequiredError("PACKAGE, --uninstallable or --all");
  });
}

// The broker as the units of the peers' workers name it; "" if they do not. Source:
// autopkgtest 2.1.
std::string peers_broker() {
  const auto value_of = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const auto host = value_of("RABBIT_HOST");
  if (host.empty()) return "";
  return queue::amqp_url_of(host, value_of("RABBIT_USER"), value_of("RABBIT_PASSWORD"));
}

void add_worker(CLI::App& main, Raw& raw) {
  auto& to = raw.worker;
  auto& app = *main.add_subcommand(kWorker, "Run tests of packages that a server gives on leases");
  app.add_option("-c,--config", to.config, "Configuration")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_option("-a,--arch", to.arch, "Only tests for this architecture (this machine's)")
      ->type_name("ARCH");
  app.add_option("-v,--variable", to.variables, "Fills $KEY in the configuration; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  app.add_option("--server", to.server, "Where requests come from")
      ->capture_default_str()
      ->type_name("URL");
  app.add_option("--token", to.token, "File with the token for the server")->type_name("FILE");
  app.add_option("--amqp", to.amqp, "Take requests from this broker, without a server")
      ->envname("SLUICE_AMQP_URL")
      ->type_name("URL");
  app.add_option("--results", to.results,
                 "Directory for results, or address to sign in at a Swift store")
      ->type_name("PLACE");
  app.add_option("--work", to.work_directory,
                 "Where tests lie while they run; emptied at the start")
      ->capture_default_str()
      ->type_name("DIRECTORY");
  app.add_option("--name", to.name,
                 "What this worker is called in the grid, where nobody else may be called so "
                 "(HOST~ID, kept in the work directory)")
      ->type_name("NAME");
  app.add_option("--slots", to.slots, "How many tests at a time, without remotes")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  app.add_flag("--once", to.once, "Ask for work once, run it, and stop");
  app.add_flag("-d,--debug", to.debug, "Log more");
  app.footer(kWorkerFooter + std::string(kExitCodes));
  // Who names a server, or its token, wants that one, whatever else the environment has.
  app.callback([&app, &to] {
    if (app.count("--server") + app.count("--token") == 0 && to.amqp.empty())
      to.amqp = peers_broker();
  });
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const auto word : base::split_words(text)) words.emplace_back(word);
  return words;
}

std::optional<migrate::RuleSet> rules_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text == "ubuntu" ? migrate::RuleSet::ubuntu : migrate::RuleSet::debian;
}

// A value that was given, even an empty one.
std::optional<std::string> given(const CLI::App& app, const char* option,
                                 const std::string& value) {
  return app.count(option) > 0 ? std::optional(value) : std::nullopt;
}

CommandLine migrate_of(const CLI::App& app, Raw& raw) {
  auto& out = raw.migrate;
  out.architectures = given(app, "--architectures", raw.architectures);
  if (!raw.actions.empty()) out.actions = raw.actions;  // as for the peers, none is not given
  out.series = given(app, "--series", raw.series);
  out.distribution = given(app, "--distribution", raw.distribution);
  out.rules = rules_of(raw.rules);
  out.compute_migrations = !raw.no_compute;
  return std::move(out);
}

CommandLine archive_run_of(Raw& raw) {
  auto& out = raw.archive;
  out.architectures = words_of(raw.archs);
  out.components = words_of(raw.components);
  out.rules = rules_of(raw.rules).value_or(migrate::RuleSet::debian);
  return std::move(out);
}

CommandLine what_if_of(const CLI::App& app, Raw& raw) {
  auto& out = raw.what_if;
  out.architectures = given(app, "--architectures", raw.architectures);
  out.series = given(app, "--series", raw.series);
  out.distribution = given(app, "--distribution", raw.distribution);
  out.rules = rules_of(raw.rules);
  return std::move(out);
}

CommandLine why_of(const CLI::App& app, Raw& raw) {
  auto& out = raw.why;
  out.architectures = given(app, "--architectures", raw.architectures);
  out.series = given(app, "--series", raw.series);
  out.distribution = given(app, "--distribution", raw.distribution);
  out.rules = rules_of(raw.rules);
  return std::move(out);
}

std::string base_name(const std::string& program) { return program.substr(program.rfind('/') + 1); }

bool is_subcommand(const std::string& word) {
  return word == kMigrate || word == kArchiveRun || word == kWhatIf || word == kWhy ||
         word == kWorker;
}

// CLI11 turns its exceptions into text and an exit code; ours is 2 for every wrong usage.
Answer answer_of(const CLI::App& app, const CLI::Error& error) {
  std::ostringstream out, err;
  const bool wrong = app.exit(error, out, err) != 0;
  auto text = out.str();
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return {wrong ? 2 : 0, std::move(text), err.str()};
}

// What is wrong with a first word that should be a command; "" if it is not that.
std::string complaint_about(const CLI::App& app, const std::string& word) {
  if (!app.get_subcommands().empty() || word.empty() || word.starts_with('-')) return {};
  std::vector<std::string> names;
  for (const auto* each : app.get_subcommands({})) names.push_back(each->get_name());
  return "'" + word + "' is no command; expected one of: " +
         base::join(std::span<const std::string>(names), " ") +
         "\nRun with --help for more information.\n";
}

// The usage line of whatever the user meant, for standard error.
std::string usage(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const auto help = chosen.empty() ? app.help() : chosen.front()->help(app.get_name());
  const auto from = help.find("Usage:");
  if (from == std::string::npos) return {};
  return help.substr(from, help.find('\n', from) + 1 - from);
}

}  // namespace

CommandLine parse_command_line(const std::string& program, std::span<const std::string> arguments) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  const bool as_britney = base_name(program).starts_with("britney");
  if (as_britney && (words.empty() || !is_subcommand(words.front())))
    words.insert(words.begin(), kMigrate);

  Raw raw;
  CLI::App app(
      "Decides which packages may migrate from one suite of a distribution to the next, and runs\n"
      "the tests that say whether they may.",
      "sluice");
  app.set_version_flag("--version", kVersion, "Print the program's name and version");
  app.require_subcommand(1);
  add_migrate(app, raw);
  add_archive_run(app, raw);
  add_what_if(app, raw);
  add_why(app, raw);
  const GridCommands grid(app);
  add_worker(app, raw);
  app.footer(std::string("Example:\n  sluice migrate -v -c britney.conf\n\n") + kExitCodes);
  const auto first = words.empty() ? std::string() : words.front();
  std::ranges::reverse(words);  // CLI11 takes words from the end
  try {
    app.parse(words);
  } catch (const CLI::Error& error) {
    auto answer = answer_of(app, error);
    if (const auto wrong = complaint_about(app, first); answer.exit_code != 0 && !wrong.empty())
      answer.error = wrong;
    if (answer.exit_code != 0) answer.error = usage(app) + "sluice: " + answer.error;
    return answer;
  }
  const auto* chosen = app.get_subcommands().front();
  if (chosen->get_name() == kMigrate) return migrate_of(*chosen, raw);
  if (chosen->get_name() == kWhatIf) return what_if_of(*chosen, raw);
  if (chosen->get_name() == kWhy) return why_of(*chosen, raw);
  if (auto asked = grid.chosen(chosen->get_name())) return std::move(*asked);
  if (chosen->get_name() == kWorker) return std::move(raw.worker);
  return archive_run_of(raw);
}

}  // namespace sluice::cli
