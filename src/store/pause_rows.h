// Pauses as rows. Source: testgrid 1.7.
#pragma once

#include <vector>

#include "base/result.h"
#include "grid/pause.h"
#include "store/state_db.h"

namespace sluice::store {

base::Result<std::int64_t> add_pause(StateDb& db, const grid::Pause& pause);  // its number
// Errors: not_found (no such pause, or it was lifted).
base::Result<void> lift_pause(StateDb& db, std::int64_t id, base::Instant now);
// Those that were not lifted, by number.
base::Result<std::vector<grid::Pause>> active_pauses(StateDb& db);

}  // namespace sluice::store
