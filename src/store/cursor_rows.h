// Cursors as rows: how far those have come who tell others of events. Moved only when all before
// was told, so that a crash repeats and never loses. Source: autopkgtest 1.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/state_db.h"

namespace sluice::store {

// The number of the last event that was told; nothing if there is no such cursor yet.
base::Result<std::optional<std::int64_t>> cursor_of(StateDb& db, const std::string& name);
base::Result<void> move_cursor(StateDb& db, const std::string& name, std::int64_t seq);
// The number of the newest event, 0 without.
base::Result<std::int64_t> last_event(StateDb& db);

}  // namespace sluice::store
