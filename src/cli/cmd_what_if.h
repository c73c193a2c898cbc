// `sluice what-if`: the difference that a supposition makes, for people or as JSON.
#pragma once

#include <string>

#include "cli/cmd_migrate.h"
#include "cli/command_line.h"
#include "codec/value.h"
#include "flow/what_if.h"

namespace sluice::cli {

// Returns the exit code.
int run_what_if(const WhatIfArguments& arguments, Machine machine);

std::string what_if_text(const flow::WhatIf& answer);
// Members: docs/manual/reference.md.
codec::Value what_if_value(const flow::WhatIf& answer);

}  // namespace sluice::cli
