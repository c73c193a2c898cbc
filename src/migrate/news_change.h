// News of a test -> the changes of facts that a run from nothing would make of them when it records
// them. Values. Source: migration 4.6.2, 9 (d).
#pragma once

#include <vector>

#include "migrate/fact_change.h"
#include "migrate/judge.h"

namespace sluice::migrate {

// Every test that the run was made for has ended; its result counts by the rules of recording.
// `facts` as they are before; of several news each needs those with the changes of the ones before.
// Cost: look-ups.
std::vector<FactChange> changes_of(const World& world, const Facts& facts,
                                   const adt::TestNews& news);

}  // namespace sluice::migrate
