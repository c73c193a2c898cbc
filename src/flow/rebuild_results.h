// Rebuilding the runs of a grid's state from its result store, while no server has the state. Goes
// on where the last try ended, whatever ended it. Source: autopkgtest 5.5; testgrid 1.4.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "results/result_store.h"
#include "sys/clock.h"
#include "sys/files.h"

namespace sluice::flow {

struct RebuildAsk {
  std::string state;                         // directory, as `sluice serve` has it
  std::string source;                        // what people call the store; another one begins anew
  std::vector<std::string> containers = {};  // empty: result_containers()
  std::string after = {};                    // as RescanAsk::after
  bool from_the_beginning = false;           // forgets where the last try ended
};

struct RebuildReport {
  std::size_t containers = 0;   // that were read to their end, now or by earlier tries
  std::size_t runs = 0;         // found by this try
  std::size_t entered = 0;      // of these, the ones that the state did not have
  std::size_t passed_over = 0;  // damaged or without a result
  bool resumed = false;
};

struct RebuildParties {
  sys::FileSystem& files;
  results::ResultStore& store;
  sys::Clock& clock;
  // After each page: so far, and where it is. Each run that is passed over has a line of its own.
  std::function<void(const RebuildReport& so_far, const std::string& container)> on_page;
  std::function<void(const std::string& line)> on_passed_over;
};

// Adds runs and takes none away. Errors: conflict (a server has the state), those of the store and
// the database; what was entered before stays.
base::Result<RebuildReport> rebuild_results(const RebuildParties& parties, const RebuildAsk& ask);

}  // namespace sluice::flow
