// `sluice why`: what keeps packages from migrating, for people or as JSON.
#pragma once

#include "cli/cmd_migrate.h"
#include "cli/command_line.h"

namespace sluice::cli {

// Returns the exit code: 0 explained, 1 not.
int run_why(const WhyArguments& arguments, Machine machine);

}  // namespace sluice::cli
