// The outbox as rows: effects that were decided, each with the decision in one transaction, and
// that are not done yet. Source: testgrid 1.4; architecture 9 (W3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/state_db.h"

namespace sluice::store {

struct Effect {
  std::int64_t id = 0;
  std::string kind, key;  // the same effect twice is one
  std::string payload;
  std::int64_t tries = 0;
  base::Instant next{};
  std::string error;  // of the last try
};

// Nothing if the effect is there already.
base::Result<void> add_effect(StateDb& db, const Effect& effect, base::Instant now);
// Those of a kind whose time has come, the oldest first.
base::Result<std::vector<Effect>> due_effects(StateDb& db, const std::string& kind,
                                              base::Instant now, std::size_t limit);
base::Result<void> effect_done(StateDb& db, std::int64_t id);
// To be tried again: a minute later at first, an hour later in the end.
base::Result<void> effect_failed(StateDb& db, const Effect& effect, const std::string& why,
                                 base::Instant now);

}  // namespace sluice::store
