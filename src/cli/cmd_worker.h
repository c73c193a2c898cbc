// `sluice worker`: takes test requests on leases and runs autopkgtest. Source: autopkgtest 2;
// docs/manual/worker.md.
#pragma once

#include "cli/cmd_migrate.h"
#include "cli/command_line.h"

namespace sluice::cli {

// Returns the exit code: 0 done or told to end by SIGTERM, 1 the worker could not start, 10 ended
// by SIGHUP.
int run_worker(const WorkerArguments& arguments, Machine machine);

}  // namespace sluice::cli
