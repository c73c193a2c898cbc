// The configuration file of `sluice serve`: YAML, typed; an unknown key is an error that names the
// nearest one. Source: decision 12; format: docs/manual/serve.md.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/grid_arguments.h"
#include "sys/files.h"

namespace sluice::cli {

// The arguments with what the file says in place of what they were. Errors: invalid, with the key.
base::Result<ServeArguments> parse_serve_config(std::string_view text, ServeArguments arguments);

// The same with the file that the arguments name; they themselves if they name none. Errors also:
// those of the file.
base::Result<ServeArguments> with_config(const ServeArguments& arguments, sys::FileSystem& files);

}  // namespace sluice::cli
