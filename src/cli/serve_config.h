// The configuration file of `sluice serve`: YAML, typed; an unknown key is an error that names the
// nearest one. Source: decision 12; format: docs/manual/serve.md.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/grid_arguments.h"

namespace sluice::cli {

// The arguments with what the file says in place of what they were. Errors: invalid, with the key.
base::Result<ServeArguments> parse_serve_config(std::string_view text, ServeArguments arguments);

}  // namespace sluice::cli
