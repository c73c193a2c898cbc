// The self check of the counters (migration 7.4, step 7; invariant I2), by what they rest on: every
// witness is looked at member by member, every package without one is searched for anew. Cheaper
// than computing all of it again, and blind to nothing that both ways of computing have in common.
// docs/adr/0034.
#pragma once

#include <span>

#include "solve/installability.h"

namespace sluice::solve {

// `kept` says of exactly the packages `present` whether they are installable, and says it truly.
bool is_proved(const Installability& kept, const Universe& universe,
               std::span<const PackageIndex> present);

}  // namespace sluice::solve
