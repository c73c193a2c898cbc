// sluice: the command line, and the only place that makes the doors to the machine.
#include <csignal>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "cli/cmd_archive_run.h"
#include "cli/cmd_grid.h"
#include "cli/cmd_migrate.h"
#include "cli/cmd_what_if.h"
#include "cli/cmd_why.h"
#include "cli/cmd_worker.h"
#include "cli/command_line.h"

namespace {

using namespace sluice;

int print(const cli::Answer& answer) {
  (void)std::fputs(answer.out.c_str(), stdout);
  (void)std::fputs(answer.error.c_str(), stderr);
  return answer.exit_code;
}

int run(const cli::CommandLine& command) {
  if (const auto* answer = std::get_if<cli::Answer>(&command)) return print(*answer);
  const auto files = sys::posix_file_system();
  const auto clock = sys::system_clock();
  const cli::Machine machine{*files, *clock};
  if (const auto* migrate = std::get_if<cli::MigrateArguments>(&command))
    return cli::run_migrate(*migrate, machine);
  if (const auto* what_if = std::get_if<cli::WhatIfArguments>(&command))
    return cli::run_what_if(*what_if, machine);
  if (const auto* why = std::get_if<cli::WhyArguments>(&command))
    return cli::run_why(*why, machine);
  if (const auto* grid = std::get_if<cli::GridArguments>(&command))
    return cli::run_grid(*grid, *files, *clock);
  if (const auto* worker = std::get_if<cli::WorkerArguments>(&command))
    return cli::run_worker(*worker, machine);
  const auto processes = sys::posix_processes();
  return cli::run_archive(std::get<cli::ArchiveRunArguments>(command), machine, *processes);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader of the log that goes away must not end a run that is about to write its results.
  (void)std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto command = cli::parse_command_line(argc > 0 ? argv[0] : "sluice", arguments);
  const int exit_code = run(command);
  // What was said must have arrived: a full disk below the log is a failure too.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  (void)std::fputs("sluice: cannot write to standard output\n", stderr);
  return exit_code == 0 ? 1 : exit_code;
}
