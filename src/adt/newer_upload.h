// When the test for a newer upload makes the one for an older upload needless. Source: testgrid 1.5
// (T13), 6.5 (item 5).
#pragma once

#include "adt/job.h"

namespace sluice::adt {

// Asked for by a gate first: ours, or one at the broker, whose requests name nobody.
bool is_of_gate(const Job& job);

// Whether `older` can be taken back for `newer`, which is for the same package, release and
// architecture and has another version of its primary trigger's source. What a person, a pull
// request or another producer wants stays.
bool takes_place_of(const Job& newer, const Job& older);

}  // namespace sluice::adt
