// difference: what one decision does and another does not, on the same suites. Source: migration 9
// (e); shown by `sluice what-if`.
#pragma once

#include <string>
#include <vector>

#include "migrate/engine.h"

namespace sluice::migrate {

// An excuse whose fate is another one.
struct ExcuseChange {
  std::string uvname;
  bool was_valid = false, is_valid = false;
  // Why it was or is held, as keys of rejection_reasons.h; those that came and went, sorted.
  std::vector<std::string> new_reasons, gone_reasons;
};

// Binaries of one architecture, by name, sorted.
struct UninstallableChange {
  std::string arch;
  std::vector<std::string> broken, repaired;
};

struct Difference {
  std::vector<Item> moves, stays;     // would move now and did not; moved and would not; by uvname
  std::vector<ExcuseChange> excuses;  // by uvname
  std::vector<UninstallableChange> uninstallable;  // architectures with a change, in their order

  bool empty() const {
    return moves.empty() && stays.empty() && excuses.empty() && uninstallable.empty();
  }
};

// Both must be decisions about `snapshot`.
Difference difference(const Decision& before, const Decision& after, const deb::Snapshot& snapshot);

}  // namespace sluice::migrate
