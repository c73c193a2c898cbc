// `sluice archive-run`: the main job on the real archive. Fetches it, writes a configuration, runs
// exactly what `sluice migrate` runs, and sums up.
#pragma once

#include <optional>
#include <string>

#include "cli/cmd_migrate.h"
#include "cli/command_line.h"
#include "sys/processes.h"

namespace sluice::cli {

// The subcommand; returns the exit code.
int run_archive(const ArchiveRunArguments& arguments, Machine machine, sys::Processes& processes);

// Where lists and outputs go if nobody says: below $XDG_CACHE_HOME or $HOME/.cache; nothing if
// neither is set.
std::optional<std::string> default_directory(const char* xdg_cache_home, const char* home);

// The archive that comes with the program, seen from the program's file: installed, or in a
// checkout. In the order in which they are tried.
std::vector<std::string> shipped_archive_places(const std::string& executable);

}  // namespace sluice::cli
