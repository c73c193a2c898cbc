#include "cli/grid_command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "adt/job.h"

namespace sluice::cli {
namespace {

constexpr const char* kClientExitCodes =
    "Exit codes: 0 success; 1 the work could not be done, the message says why; 2 wrong usage;\n"
    "6 not permitted: the token, or the user of the store.";

constexpr const char* kServeFooter =
    "Examples:\n"
    "  sluice serve --state /var/lib/sluice --gate /etc/britney.conf --apply /usr/bin/apply-heidi\n"
    "      the gate and the queue of its tests; a decision is given to the command\n"
    "  sluice serve --state /tmp/grid --port 0\n"
    "      a queue alone, at a free port that is printed\n\n"
    "Ends at SIGTERM or SIGINT; whatever ends it, the next start goes on. Without tokens\n"
    "(sluice token) it listens on the loopback only, and everybody there may do everything.\n";

constexpr const char* kMirrorFooter =
    "Examples:\n"
    "  sluice mirror fetch --mirrors mirrors.yaml\n"
    "      bring every mirror that the file names up to date\n"
    "  sluice mirror show -c serve.yaml debian\n"
    "      what is in use of one mirror of a server, and how old it is\n\n"
    "fetch: what is not signed by a named key, expired, older than what is in use or not what its\n"
    "Release promises is refused; what is in use stays then, and the exit code is 1.\n";

constexpr const char* kRequestFooter =
    "Examples:\n"
    "  sluice request libfoo -s noble -a amd64 --trigger glibc/2.40-1\n"
    "      a test of libfoo with glibc from the source suite\n"
    "  sluice request libfoo -s noble -a amd64 --trigger migration-reference/0 --wait\n"
    "      a baseline run; the command ends with it\n\n"
    "With --wait: 0 passed or neutral, 1 failed, 3 infrastructure, 4 held, 5 aborted or "
    "cancelled,\n"
    "7 could not be tested, 8 not in time.\n";

constexpr const char* kRetryFooter =
    "Examples:\n"
    "  sluice retry --trigger glibc/2.40-1 -s noble --regressions\n"
    "      what glibc seems to have broken, and nothing that always fails\n"
    "  sluice retry --trigger glibc/2.40-1 -s noble --max-age 24 --dry-run\n"
    "      which failures of the last day would be run again\n\n"
    "Each test is run again as the same job; what it said before stays. Of several jobs for the\n"
    "same only the newest counts.\n";

constexpr const char* kResultsFooter =
    "Examples:\n"
    "  sluice results list autopkgtest-noble/noble/amd64/libf/ --delimiter @\n"
    "      the runs of packages that begin with libf\n"
    "  sluice results get autopkgtest-noble/RUN/log.gz | zless\n"
    "      a log, as it is stored\n"
    "  sluice results put RUN_DIRECTORY autopkgtest-noble/RUN\n"
    "      a whole run, as often as you like\n"
    "  sluice results rescan --state /var/lib/sluice\n"
    "      the runs of a state database anew; no server may run\n"
    "  sluice results url private-autopkgtest-noble-o-p/RUN/log.gz --key KEY --hours 2\n"
    "      an address that opens a private object for two hours\n\n"
    "Without --results: the store of SWIFT_AUTH_URL, else /var/lib/sluice/results.\n";

// Hours that the controller takes too: up to a year.
CLI::Range hours() { return CLI::Range(1, 24 * 365); }

std::vector<std::string> hold_kinds() {
  std::vector<std::string> kinds;
  for (auto kind = adt::HoldKind::scope_paused; kind <= adt::HoldKind::parked;
       kind = static_cast<adt::HoldKind>(std::to_underlying(kind) + 1))
    kinds.emplace_back(adt::text_of(kind));
  return kinds;
}

struct Servers {
  CLI::App& app;

  void add(ServerAddress& to) {
    app.add_option("--server", to.url, "Address of the controller")
        ->envname("SLUICE_SERVER")
        ->capture_default_str()
        ->type_name("URL");
    app.add_option("--token", to.token_file, "File with the token")
        ->envname("SLUICE_TOKEN_FILE")
        ->type_name("FILE");
  }
};

void add_many(CLI::App& app, const char* option, std::vector<std::string>& to, const char* text,
              const char* type) {
  app.add_option(option, to, text)->allow_extra_args(false)->type_name(type);
}

void add_serve(CLI::App& main, ServeArguments& to) {
  auto& app = *main.add_subcommand("serve", "Run the queue of tests, and the gate with it");
  app.add_option("-c,--config", to.config, "Configuration; what it says wins over the options")
      ->type_name("FILE");
  app.add_option("--state", to.state, "Directory of the state")
      ->capture_default_str()
      ->type_name("DIRECTORY");
  app.add_option("--results", to.results,
                 "Directory of the results (\"results\" below the state), or address to sign in "
                 "at a Swift store")
      ->type_name("PLACE");
  app.add_option("--address", to.address, "Where to listen")
      ->capture_default_str()
      ->type_name("IP");
  app.add_option("--port", to.port, "Port; 0 takes a free one")
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--gate", to.gate_config, "Run the gate with this britney.conf")
      ->type_name("FILE");
  app.add_option("--interval", to.interval_minutes, "A run of the gate at least so often")
      ->check(CLI::Range(1, 10'080))
      ->capture_default_str()
      ->type_name("MINUTES");
  app.add_option("--apply", to.apply_command,
                 "Program that applies a decision: HeidiResult, HeidiResultDelta")
      ->type_name("PROGRAM");
  add_many(app, "--publish-db", to.releases,
           "Publish autopkgtest.db of this release, or of all; may be repeated", "RELEASE");
  app.add_option("--rescan", to.rescan_minutes,
                 "Look so often for runs of foreign workers that no message told of; 0 never")
      ->check(CLI::Range(0, 10'080))
      ->capture_default_str()
      ->type_name("MINUTES");
  app.add_option("--temp-url-key", to.temp_url_key, "File with the key of temporary URLs")
      ->type_name("FILE");
  app.add_option("--infra-attempts", to.limits.jobs.infra_attempts_max,
                 "Hold a test after so many attempts that broken infrastructure has ended")
      ->check(CLI::Range(1, 100))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--mirrors", to.mirrors_file, "Fetch the mirrors that this file names")
      ->type_name("FILE");
  app.add_flag("-v", to.verbosity, "Say more; may be repeated");
  app.footer(std::string(kServeFooter) + kExitCodes);
}

void add_mirror(CLI::App& main, MirrorArguments& to) {
  auto& app = *main.add_subcommand("mirror", "Fetch the suites of mirrors, or show what is there");
  app.add_option("ACTION", to.action, "What to do")
      ->required()
      ->check(CLI::IsMember({"fetch", "show"}))
      ->type_name("");
  app.add_option("MIRROR", to.names, "Names of mirrors; all without one")->type_name("");
  app.add_option("--mirrors", to.serve.mirrors_file, "File that names the mirrors")
      ->type_name("FILE");
  app.add_option("-c,--config", to.serve.config, "Configuration of a server, with mirrors:")
      ->type_name("FILE");
  app.add_option("--state", to.serve.state, "Mirrors without a directory are in mirrors/ below it")
      ->capture_default_str()
      ->type_name("DIRECTORY");
  app.add_flag("-v", to.serve.verbosity, "Say more; may be repeated");
  app.footer(std::string(kMirrorFooter) + kExitCodes);
}

void add_request(CLI::App& main, RequestArguments& to) {
  auto& app = *main.add_subcommand("request", "Ask for tests");
  app.add_option("PACKAGE", to.packages, "Source packages")->required()->type_name("");
  Servers{app}.add(to.server);
  app.add_option("-s,--release", to.release, "Release to test on")->required()->type_name("NAME");
  app.add_option("-a,--arch", to.architectures, "Architecture; may be repeated")
      ->required()
      ->allow_extra_args(false)
      ->delimiter(' ')
      ->envname("SLUICE_ARCHITECTURES")
      ->type_name("ARCH");
  add_many(app, "--trigger", to.triggers, "Why: comes from the source suite", "SOURCE/VERSION");
  add_many(app, "--ppa", to.ppas, "Also packages of this PPA", "OWNER/NAME");
  add_many(app, "--env", to.env, "Variable of the test", "NAME=VALUE");
  app.add_option("--test-git", to.test_git, "Tests from git, packages from the archive")
      ->type_name("URL");
  app.add_option("--build-git", to.build_git, "Build and test what is in git")->type_name("URL");
  app.add_option("--testname", to.testname, "One test alone")->type_name("NAME");
  app.add_option("--readable-by", to.readable_by, "A private test: who may read its result")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->type_name("USER[,USER]");
  app.add_option("--requester", to.requester, "Who asks (you)")->type_name("NAME");
  app.add_flag("--all-proposed", to.all_proposed, "Everything from the source suite");
  app.add_flag("--bulk", to.bulk, "After everything that is urgent");
  app.add_flag("--wait", to.wait, "Wait for the ends; the exit code tells them");
  app.add_option("--timeout", to.timeout_minutes, "Wait no longer")
      ->check(CLI::Range(1, 60 * 24 * 365))
      ->type_name("MINUTES");
  app.add_flag("--json", to.json, "Print JSON");
  app.callback([&to] {
    // Nobody could file its result. Source: autopkgtest 6.
    if (to.triggers.empty() && to.ppas.empty())
      throw CLI::ValidationError("request", "--trigger or --ppa is needed");
    // The server tells nobody how a private test ended.
    if (to.wait && !to.readable_by.empty())
      throw CLI::ValidationError("request", "--wait does not go with --readable-by");
    // It is not repeated either. Source: autopkgtest 2.8.
    if (std::ranges::any_of(to.ppas, [](const auto& ppa) { return ppa.contains('@'); }))
      throw CLI::ValidationError(
          "--ppa",
          "a token would stand in the list of processes, for every user to read: send a request "
          "for a private PPA from a file, to /api/v1/jobs (curl --data @FILE)");
  });
  app.footer(std::string(kRequestFooter) + kClientExitCodes);
}

void add_queue(CLI::App& main, QueueArguments& to) {
  auto& app = *main.add_subcommand("queue", "Show what waits and runs");
  Servers{app}.add(to.server);
  app.add_flag("--jobs", to.jobs, "Jobs instead of counts");
  app.add_flag("--rejected", to.rejected, "What was refused, and why");
  app.add_option("--state", to.state, "Jobs in this state (queued, held, running ...)")
      ->type_name("STATE");
  app.add_option("-s,--release", to.release, "Only of this release")->type_name("NAME");
  app.add_option("-a,--arch", to.arch, "Only of this architecture")->type_name("ARCH");
  app.add_option("--package", to.package, "Only of this package")->type_name("SOURCE");
  app.add_flag("--json", to.json, "Print JSON");
  app.footer(kClientExitCodes);
}

void add_job(CLI::App& main, JobArguments& to) {
  auto& app = *main.add_subcommand("job", "Show one job, or act on it");
  app.add_option("ACTION", to.action, "What to do")
      ->required()
      ->check(CLI::IsMember({"show", "cancel", "retry", "hold", "release", "extend", "revive"}))
      ->type_name("");
  app.add_option("JOB", to.id, "Its number, as j-7")->required()->type_name("");
  Servers{app}.add(to.server);
  app.add_option("--by", to.by, "Who wants it (you)")->type_name("NAME");
  app.add_option("--reason", to.reason, "Why")->type_name("TEXT");
  app.add_option("--kind", to.kind, "hold, release: of which kind (poison; all but pauses')")
      ->check(CLI::IsMember(hold_kinds()))
      ->type_name("KIND");
  app.add_option("--ref", to.ref, "hold, release: what it is about, as job show has it")
      ->type_name("TEXT");
  app.add_option("--hours", to.hours, "extend: hold it so long from now")
      ->check(hours())
      ->type_name("N");
  app.add_flag("--json", to.json, "Print JSON");
  app.footer(kClientExitCodes);
}

void add_retry(CLI::App& main, RetryArguments& to) {
  auto& app = *main.add_subcommand("retry", "Run failed tests again");
  Servers{app}.add(to.server);
  app.add_option("--trigger", to.trigger, "Only those that this caused")
      ->type_name("SOURCE[/VERSION]");
  app.add_option("-s,--release", to.release, "Only of this release")->type_name("NAME");
  app.add_option("-a,--arch", to.arch, "Only of this architecture")->type_name("ARCH");
  app.add_option("--package", to.package, "Only of this package")->type_name("SOURCE");
  app.add_flag("--regressions", to.regressions,
               "Only where the package has passed before, on that release and architecture");
  app.add_option("--state", to.state, "Those that ended so, instead of with a result")
      ->check(CLI::IsMember({"done", "cancelled", "aborted_infra", "excluded"}))
      ->capture_default_str()
      ->type_name("STATE");
  app.add_option("--outcome", to.outcomes, "Only with this outcome; may be repeated")
      ->allow_extra_args(false)
      ->type_name("WORD");
  app.add_option("--min-age", to.min_age_hours, "Asked for at least so long ago")
      ->check(hours())
      ->type_name("HOURS");
  app.add_option("--max-age", to.max_age_hours, "Asked for at most so long ago")
      ->check(hours())
      ->type_name("HOURS");
  app.add_option("--by", to.by, "Who wants it (you)")->type_name("NAME");
  app.add_flag("--dry-run", to.dry_run, "Only say which");
  app.footer(std::string(kRetryFooter) + kClientExitCodes);
}

void add_log(CLI::App& main, LogArguments& to) {
  auto& app = *main.add_subcommand("log", "Print the log of a job's last run");
  app.add_option("JOB", to.id, "Its number, as j-7")->required()->type_name("");
  Servers{app}.add(to.server);
  app.add_flag("--follow", to.follow, "While it waits or runs, its log as it grows");
  app.footer(kClientExitCodes);
}

void add_pause(CLI::App& main, PauseArguments& to) {
  auto& app = *main.add_subcommand("pause", "Stop a part of the grid, or let it go on");
  app.add_option("ACTION", to.action, "What to do")
      ->required()
      ->check(CLI::IsMember({"add", "list", "lift"}))
      ->type_name("");
  app.add_option("PAUSE", to.id, "lift: its number, as p-3")->type_name("");
  Servers{app}.add(to.server);
  app.add_option("--scope", to.scope,
                 "grid, or release: arch: context: worker: package: with a name")
      ->type_name("SCOPE[,SCOPE]");
  app.add_option("--reason", to.reason, "Why")->type_name("TEXT");
  app.add_option("--by", to.by, "Who wants it (you)")->type_name("NAME");
  app.add_option(
         "--mode", to.mode,
         "soft: begin nothing; drain: and wait until nothing runs; hard: stop what runs too")
      ->check(CLI::IsMember({"soft", "drain", "hard"}))
      ->capture_default_str()
      ->type_name("MODE");
  app.add_option("--service", to.service, "The service that is down")->type_name("NAME");
  app.add_option("--hours", to.hours, "It ends by itself")->check(hours())->type_name("N");
  app.add_flag("--json", to.json, "Print JSON");
  app.footer(kClientExitCodes);
}

void add_token(CLI::App& main, TokenArguments& to) {
  auto& app = *main.add_subcommand("token", "Make a token for a worker or a person");
  app.add_option("ROLE", to.role, "worker, submitter or admin")
      ->required()
      ->check(CLI::IsMember({"worker", "submitter", "admin"}))
      ->type_name("");
  app.add_option("NAME", to.name, "Whose it is")->required()->type_name("");
  app.add_option("FILE", to.file, "Where to write it, for its owner's eyes")
      ->required()
      ->type_name("");
  app.add_option("--state", to.state, "Directory of the server's state")
      ->capture_default_str()
      ->type_name("DIRECTORY");
  app.footer(kExitCodes);
}

void add_results(CLI::App& main, ResultsArguments& to) {
  auto& app = *main.add_subcommand("results", "Look into a store of results, or read it anew");
  app.add_option("ACTION", to.action, "What to do")
      ->required()
      ->check(CLI::IsMember({"rescan", "list", "get", "put", "url", "key"}))
      ->type_name("");
  app.add_option("NAME", to.names, "Containers, CONTAINER/NAME, or files")->type_name("");
  app.add_option("--results", to.results, "The store: a directory, or the sign-in of a Swift store")
      ->type_name("PLACE");
  app.add_option("--state", to.state, "rescan: directory of the server's state")
      ->capture_default_str()
      ->type_name("DIRECTORY");
  app.add_option("--after", to.after, "rescan: only runs that ended after YYYYMMDD_HHMMSS")
      ->type_name("TIME");
  app.add_flag("--restart", to.restart, "rescan: not from where the last try ended");
  app.add_option("--delimiter", to.delimiter, "list: names up to this character, once each")
      ->check([](const std::string& text) {
        return text.size() == 1 ? std::string() : std::string("expected one character");
      })
      ->type_name("CHARACTER");
  app.add_option("--reader", to.reader, "put: a new container is private, but for this user")
      ->type_name("USER");
  app.add_option("--key", to.key, "url: file with the key of temporary URLs")->type_name("FILE");
  app.add_option("--hours", to.hours, "url: so long it opens the object")
      ->check(hours())
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--address", to.address,
                 "url: where the store is served, as http://grid.example:8300/results")
      ->type_name("URL");
  app.add_flag("--json", to.json, "Print JSON, an object a line");
  app.footer(std::string(kResultsFooter) + kClientExitCodes);
}

}  // namespace

struct GridCommands::Raw {
  ServeArguments serve;
  RequestArguments request;
  QueueArguments queue;
  JobArguments job;
  RetryArguments retry;
  LogArguments log;
  PauseArguments pause;
  TokenArguments token;
  MirrorArguments mirror;
  ResultsArguments results;
};

GridCommands::GridCommands(CLI::App& app) : raw_(std::make_unique<Raw>()) {
  add_serve(app, raw_->serve);
  add_request(app, raw_->request);
  add_queue(app, raw_->queue);
  add_job(app, raw_->job);
  add_retry(app, raw_->retry);
  add_log(app, raw_->log);
  add_pause(app, raw_->pause);
  add_token(app, raw_->token);
  add_mirror(app, raw_->mirror);
  add_results(app, raw_->results);
}

GridCommands::~GridCommands() = default;

std::optional<GridArguments> GridCommands::chosen(const std::string& name) const {
  if (name == "serve") return raw_->serve;
  if (name == "request") return raw_->request;
  if (name == "queue") return raw_->queue;
  if (name == "job") return raw_->job;
  if (name == "retry") return raw_->retry;
  if (name == "log") return raw_->log;
  if (name == "pause") return raw_->pause;
  if (name == "token") return raw_->token;
  if (name == "mirror") return raw_->mirror;
  if (name == "results") return raw_->results;
  return std::nullopt;
}

}  // namespace sluice::cli
