// sluice serve: the controller: keeper, HTTP server, result store, and the gate in a loop.
// Source: architecture 9; decisions 10, 19, 20.
#pragma once

#include "cli/grid_arguments.h"
#include "sys/clock.h"
#include "sys/files.h"

namespace sluice::cli {

// Until SIGTERM or SIGINT. Returns the exit code.
int run_serve(const ServeArguments& arguments, sys::FileSystem& files, sys::Clock& clock);

}  // namespace sluice::cli
