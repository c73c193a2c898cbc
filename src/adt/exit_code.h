// What the exit codes of autopkgtest can mean: the one table of it. classify() goes by it, runs of
// which nothing else is known are read by it, and what a worker tells must fit it. Source:
// testgrid 1.1, 1.3; autopkgtest 2.3, 2.5.
#pragma once

#include <cstdint>

#include "adt/outcome.h"

namespace sluice::adt {

// How the tool ended, by its own account.
enum class ToolEnd : std::uint8_t {
  passed,
  failed,
  neutral,
  bad_package,
  testbed_failed,
  gave_up,    // wrong usage or an error of its own; our workers' code of what did not begin
  never_run,  // 99, ours
  crashed,    // or killed: 128 + N for signal N
  unknown     // no code of the tool's
};

ToolEnd end_of_exit(std::int64_t exit_code);

// The outcome of a run of which nothing but the exit code is known.
Outcome outcome_of_exit(std::int64_t exit_code);

// Whether a failure rule may answer it: a text never makes a verdict of what ran, and never ends a
// request.
bool is_for_rules(Outcome outcome);

// Whether a worker can come to this outcome when the tool ended so: classify() and what follows it
// (an upload that fails, an order to stop) have no other pairs.
bool can_mean(std::int64_t exit_code, Outcome outcome);

}  // namespace sluice::adt
