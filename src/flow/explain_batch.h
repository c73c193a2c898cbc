// explain_batch: decides, writes nothing, and answers why items do not migrate. Source: migration
// 9; testgrid 5.4.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flow/gate_inputs.h"
#include "migrate/why_text.h"

namespace sluice::flow {

struct ExplainRequest {
  std::vector<std::string> packages = {};       // sources, binaries or items
  bool all = false;                             // every item of the run
  std::string arch = {};                        // "": every one
  std::vector<std::string> uninstallable = {};  // binaries
  std::string suite = {};                       // of these binaries; "": the target
};

// Where answers go, one by one, in the order of the request.
struct ExplainListener {
  // `took`: the time of this answer alone, in microseconds.
  std::function<void(const migrate::Explanation&, const migrate::WhyNames&, std::int64_t took)>
      item;
  std::function<void(const migrate::Breakage&, const std::string& binary, const std::string& suite)>
      binary;
};

// Errors: a judgement that is fatal; invalid (no such architecture or suite); not_found (no suite
// has such a package), after every other answer was given.
base::Result<void> explain_batch(const ExplainRequest& request, const ExplainListener& listener,
                                 migrate::Engine& engine, sys::Clock& clock);

}  // namespace sluice::flow
