// Testers: who answers, for each architecture, what can be installed in the target as it is at the
// start of a run.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "solve/installability.h"
#include "solve/universe.h"

namespace sluice::migrate {

// Both by ArchIndex. The snapshot must outlive them, and the universes what is built on them.
struct Testers {
  std::vector<std::unique_ptr<const solve::Universe>> universes;
  std::vector<std::unique_ptr<solve::Installability>> installability;
  std::vector<solve::ResolvedClauses> clauses;  // what the universes were made from
};

// `before`: clauses of an earlier snapshot, by ArchIndex, or none. What they know is not computed
// again; the answers are the same.
Testers make_testers(const deb::Snapshot& snapshot, std::span<const solve::ResolvedClauses> before);

}  // namespace sluice::migrate
