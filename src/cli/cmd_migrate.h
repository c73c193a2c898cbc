// `sluice migrate`. Source: migration 1.1.
#pragma once

#include "base/log.h"
#include "base/result.h"
#include "cli/command_line.h"
#include "flow/gate_batch.h"
#include "sys/clock.h"
#include "sys/files.h"

namespace sluice::cli {

// The doors to the machine, made once in main().
struct Machine {
  sys::FileSystem& files;
  sys::Clock& clock;
};

// Reads the configuration and runs; the log gets what is to be said. Errors: those of the
// configuration and of flow::run_gate_batch. `options` has what MigrateArguments cannot say.
base::Result<flow::BatchSummary> migrate_with(const MigrateArguments& arguments,
                                              const flow::BatchOptions& options, Machine machine,
                                              base::Log& log);

// The subcommand; returns the exit code.
int run_migrate(const MigrateArguments& arguments, Machine machine);

}  // namespace sluice::cli
