// Testers: who answers, for each architecture, what can be installed in the target as it is at the
// start of a run.
#pragma once

#include <memory>
#include <vector>

#include "solve/installability.h"
#include "solve/universe.h"

namespace sluice::migrate {

// Both by ArchIndex. The snapshot must outlive them, and the universes what is built on them.
struct Testers {
  std::vector<std::unique_ptr<const solve::Universe>> universes;
  std::vector<std::unique_ptr<solve::Installability>> installability;
};

Testers make_testers(const deb::Snapshot& snapshot);

}  // namespace sluice::migrate
