// The command line of autopkgtest for a request. Pure: the same request on the same worker gives
// the same words, in the peers' order. Source: autopkgtest 2.4.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adt/message.h"
#include "base/result.h"
#include "worker/config.h"
#include "worker/package_lists.h"
#include "worker/tool.h"
#include "worker/variables.h"

namespace sluice::worker {

struct CommandAsk {
  const WorkerConfig& config;
  const ToolOptions& tool;
  const PackageTraits& traits;
  const adt::QueueName& queue;
  const adt::RequestMessage& request;
  const Variables& variables;  // of -v, of the slot and of the run; run_variables() has the others
  std::string program;         // autopkgtest
  std::string output_dir;
  // HOST:TESTBED of the PPAs that the tool cannot have as `ppa:`, see needs_files().
  std::vector<std::pair<std::string, std::string>> copies;
};

// Whether the tests run on the worker's own machine: `null`, once variables are filled.
bool runs_on_worker(const WorkerConfig& config, const Variables& variables);

// Whether a PPA of the request goes into the testbed as files: it has credentials, or the tool does
// not know `ppa:`.
bool needs_files(const std::string& ppa, const ToolOptions& tool);

// RELEASE, ARCHITECTURE, PACKAGESIZE, VMOPT, VMFLAG, PACKAGENAME, UUID.
Variables run_variables(const CommandAsk& ask);

// Errors: invalid: no worker can run this request, as a credential of it would stand on the command
// line, where every user of the machine and every reader of the log sees it; denied: the same of a
// credential of this worker's configuration; unavailable: another worker may be able to (a PPA on
// the worker's own machine, a tool that lacks an option that the request needs).
base::Result<std::vector<std::string>> command_line(const CommandAsk& ask);

// The limits of 2.4 for this package, in the order of the options.
TimeLimits time_limits(const WorkerConfig& config, const PackageTraits& traits,
                       const std::string& arch);
// After so long a run is over, whatever it does.
std::chrono::seconds whole_limit(const WorkerConfig& config, const TimeLimits& limits);

}  // namespace sluice::worker
