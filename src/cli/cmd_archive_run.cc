#include "cli/cmd_archive_run.h"

#include <cstdio>
#include <cstdlib>

#include "archive/apt_fetch.h"
#include "base/text.h"
#include "cli/archive_config.h"
#include "cli/console_log.h"
#include "cli/progress.h"
#include "cli/summary.h"
#include "codec/json.h"
#include "sys/self.h"

namespace sluice::cli {
namespace {

// Keeps the log for DIR/output/log; with -v it is also shown on standard error, because standard
// output belongs to the summary.
class RunLog final : public base::Log {
 public:
  RunLog(sys::Clock& clock, int verbosity)
      : clock_(clock),
        shown_(verbosity > 0),
        level_(wanted_level(1, std::getenv("BRITNEY_DEBUG"))) {}

  void write(base::Level level, std::string_view line) override {
    if (level == base::Level::warning) ++warnings;
    if (level >= base::Level::error) ++errors;
    if (level >= level_) write_always(level, line);
  }

  void write_always(base::Level level, std::string_view line) override {
    const auto whole = log_line(level, line, clock_.now());
    text += whole;
    if (shown_) (void)std::fwrite(whole.data(), 1, whole.size(), stderr);
  }

  std::string text;
  std::int64_t warnings = 0, errors = 0;

 private:
  sys::Clock& clock_;
  bool shown_;
  base::Level level_;
};

// One call of the subcommand.
class ArchiveRun {
 public:
  ArchiveRun(const ArchiveRunArguments& arguments, Machine machine, sys::Processes& processes)
      : arguments_(arguments),
        machine_(machine),
        processes_(processes),
        progress_(progress_style()) {}

  base::Result<void> run();

 private:
  base::Result<void> choose_directory();
  base::Result<void> take_archive();
  base::Result<void> take_fetched();
  base::Result<void> take_shipped();
  base::Result<flow::BatchSummary> decide();
  void print(const flow::BatchSummary& summary);

  const ArchiveRunArguments& arguments_;
  Machine machine_;
  sys::Processes& processes_;
  Progress progress_;
  ArchiveRunLayout layout_;
  RunContext context_;
};

base::Result<void> ArchiveRun::choose_directory() {
  layout_.directory = arguments_.directory;
  if (layout_.directory.empty()) {
    const auto usual = default_directory(std::getenv("XDG_CACHE_HOME"), std::getenv("HOME"));
    if (!usual) return base::fail(base::ErrorKind::invalid, "no home directory: --dir expected");
    layout_.directory = *usual;
  }
  if (!layout_.directory.starts_with('/'))
    layout_.directory = sys::working_directory() + "/" + layout_.directory;
  context_.directory = layout_.directory;
  return {};
}

base::Result<void> ArchiveRun::take_shipped() {
  for (const auto& place : shipped_archive_places(sys::executable_path())) {
    if (!machine_.files.exists(place + "/testing/Sources")) continue;
    layout_.target_directory = place + "/testing";
    layout_.source_directory = place + "/unstable";
    layout_.architectures = {"amd64"};
    context_.target = "testing";
    context_.source = "unstable";
    context_.notes.emplace_back(
        "This is the small archive that comes with the program, not a real one.");
    return {};
  }
  return base::fail(base::ErrorKind::not_found,
                    "the archive that comes with the program is missing");
}

base::Result<void> ArchiveRun::take_fetched() {
  archive::FetchRequest request{layout_.directory, arguments_.mirror,        arguments_.target,
                                arguments_.source, arguments_.architectures, arguments_.components};
  archive::AptFetch apt(machine_.files, processes_, [&](const archive::FetchProgress& step) {
    progress_.show(step.text, step.percent);
  });
  auto fetched = apt.fetch(request);
  progress_.clear();
  if (!fetched) return std::unexpected(fetched.error());
  layout_.target_directory = fetched->target_directory;
  layout_.source_directory = fetched->source_directory;
  layout_.architectures = fetched->architectures;
  context_.archive = fetched->uri;
  context_.date = fetched->date;
  context_.target = arguments_.target;
  context_.source = arguments_.source;
  if (fetched->freshness == archive::Freshness::kept)
    context_.notes.push_back(
        "The archive cannot be reached; these are the lists of the last run (" +
        base::join(fetched->notes, "; ") + ").");
  return {};
}

// The real archive, or the shipped one; but who names an archive wants that one and no other.
base::Result<void> ArchiveRun::take_archive() {
  if (arguments_.offline) return take_shipped();
  auto done = take_fetched();
  if (done || done.error().kind == base::ErrorKind::invalid || !arguments_.mirror.empty())
    return done;
  context_.notes.push_back("No archive could be fetched: " + done.error().text());
  return take_shipped();
}

base::Result<flow::BatchSummary> ArchiveRun::decide() {
  layout_.rules = arguments_.rules;
  const auto config = layout_.directory + "/britney.conf";
  if (auto done = machine_.files.replace(config, archive_run_config(layout_)); !done)
    return std::unexpected(done.error());
  MigrateArguments migrate;
  migrate.config = config;
  migrate.parsed_cache = layout_.directory + "/parsed.cache";
  flow::BatchOptions options;
  options.on_phase = [&](std::string_view phase) {
    progress_.show("done: " + std::string(phase), -1);
  };
  RunLog log(machine_.clock, arguments_.verbosity);
  auto summary = migrate_with(migrate, options, machine_, log);
  progress_.clear();
  if (!summary) log.error(summary.error().text());
  context_.log_warnings = log.warnings;
  context_.log_errors = log.errors;
  const auto log_file = layout_.directory + "/output/log";
  if (auto done = machine_.files.replace(log_file, log.text); !done)
    return std::unexpected(done.error());
  if (summary) {
    summary->outputs.push_back(config);
    summary->outputs.push_back(log_file);
  }
  return summary;
}

void ArchiveRun::print(const flow::BatchSummary& summary) {
  const auto text =
      arguments_.json
          ? codec::to_json(summary_value(summary, context_), codec::JsonStyle::indented) + "\n"
          : summary_text(summary, context_);
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
}

base::Result<void> ArchiveRun::run() {
  if (auto done = choose_directory(); !done) return done;
  if (auto done = take_archive(); !done) return done;
  context_.architectures = layout_.architectures;
  progress_.show("deciding the migration of " + base::join(layout_.architectures, " "), -1);
  const auto summary = decide();
  if (!summary) return std::unexpected(summary.error());
  print(*summary);
  return {};
}

}  // namespace

int run_archive(const ArchiveRunArguments& arguments, Machine machine, sys::Processes& processes) {
  const auto done = ArchiveRun(arguments, machine, processes).run();
  if (done) return 0;
  (void)std::fprintf(stderr, "sluice: %s\n", done.error().text().c_str());
  return 1;
}

std::optional<std::string> default_directory(const char* xdg_cache_home, const char* home) {
  // The XDG specification says to ignore relative ones.
  if (xdg_cache_home != nullptr && *xdg_cache_home == '/')
    return std::string(xdg_cache_home) + "/sluice/archive";
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/sluice/archive";
  return std::nullopt;
}

std::vector<std::string> shipped_archive_places(const std::string& executable) {
  const auto directory = executable.substr(0, executable.rfind('/') + 1);
  return {directory + "../share/sluice/archive", directory + "../../share/archive"};
}

}  // namespace sluice::cli
