#include "cli/cmd_migrate.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "britney/config.h"
#include "cli/console_log.h"
#include "cli/readline_console.h"
#include "cli/stats.h"

namespace sluice::cli {
namespace {

void print_line(std::string_view line) {
  (void)std::fwrite(line.data(), 1, line.size(), stdout);
  if (!line.ends_with('\n')) (void)std::fputc('\n', stdout);
}

flow::BatchOptions options_of(const MigrateArguments& arguments) {
  flow::BatchOptions options;
  options.dry_run = arguments.dry_run;
  options.nuninst_cache = arguments.nuninst_cache;
  options.print_uninst = arguments.print_uninst;
  options.compute_migrations = arguments.compute_migrations;
  options.maximal = arguments.maximal;
  options.actions = arguments.actions;
  options.hints = arguments.hints;
  options.print = print_line;
  if (arguments.hint_tester)
    options.hint_tester = [](flow::HintSession& session) {
      const auto lines = console_lines();
      run_hint_tester(session, *lines, print_line);
    };
  return options;
}

}  // namespace

base::Result<flow::BatchSummary> migrate_with(const MigrateArguments& arguments,
                                              const flow::BatchOptions& options, Machine machine,
                                              base::Log& log) {
  const britney::Overrides overrides{arguments.architectures, arguments.series,
                                     arguments.distribution,  arguments.rules,
                                     arguments.parsed_cache,  arguments.coinst};
  const auto config = britney::read_config(machine.files, arguments.config, overrides);
  if (!config) return std::unexpected(config.error());
  for (const auto& message : config->messages) log.write(message.level, message.text);
  return flow::run_gate_batch(config->value, options, machine.files, machine.clock, log);
}

int run_migrate(const MigrateArguments& arguments, Machine machine) {
  ConsoleLog log(wanted_level(arguments.verbosity, std::getenv("BRITNEY_DEBUG")), machine.clock);
  auto options = options_of(arguments);
  const auto http = sys::curl_http_client();
  options.http = http.get();
  const auto mail = sys::curl_mail_transport();
  options.mail = mail.get();
  options.last_of_process = true;
  sys::prefer_speed_to_memory();
  std::optional<Stats> stats;
  if (arguments.stats) {
    stats.emplace();
    options.on_phase = [&](std::string_view phase) { stats->end_phase(phase); };
  }
  const auto summary = migrate_with(arguments, options, machine, log);
  if (!summary) log.error(summary.error().text());
  if (stats)
    for (const auto& line : stats->lines()) log.write_always(base::Level::info, line);
  return summary ? 0 : 1;
}

}  // namespace sluice::cli
