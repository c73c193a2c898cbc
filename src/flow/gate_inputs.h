// gate_inputs: what a migration run reads, as values: the suites, the hints, the policies' state.
// Shared by the run that writes reports and by the commands that only ask. Source:
// migration 1.1, 2.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "britney/config.h"
#include "deb/snapshot.h"
#include "flow/gate_tests.h"
#include "migrate/engine.h"
#include "sys/clock.h"
#include "sys/files.h"

namespace sluice::flow {

struct GateInputs {
  std::shared_ptr<const deb::Snapshot> snapshot;
  migrate::Settings settings;  // complete: architectures and series also where the file has none
  std::vector<std::string> must_stay;  // packages of constraints (migration 2.6)
};

// Reads suites and static input. Errors: those of archive::read_archive.
base::Result<GateInputs> read_inputs(const britney::Config& config, sys::FileSystem& files,
                                     base::Log& log);

// An engine, and what it asks for results of tests: a database of them, where there is one.
struct LoadedEngine {
  std::unique_ptr<GateInputs> inputs;
  std::unique_ptr<GateTests> tests;  // null where the policy is off
  std::unique_ptr<migrate::Engine> engine;
};

// Reads everything, hints and policy state too; writes nothing, asks nobody. `more_hints` as in
// BatchOptions. The engine has not decided yet; `config` must outlive it.
base::Result<LoadedEngine> load_engine(const britney::Config& config, const std::string& more_hints,
                                       sys::FileSystem& files, sys::Clock& clock, base::Log& log);

}  // namespace sluice::flow
