// Lines from the user: with readline on a terminal (history in ~/.britney2_history, completion of
// commands and items), plainly from a pipe. At most one console at a time: readline has one state
// for the whole process.
#pragma once

#include <memory>

#include "cli/hint_tester.h"

namespace sluice::cli {

std::unique_ptr<LineSource> console_lines();
std::unique_ptr<LineSource> piped_lines();

}  // namespace sluice::cli
