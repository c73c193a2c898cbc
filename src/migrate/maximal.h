// maximal: which candidates could move in addition to those that a run moved, so that nothing more
// can be added and nothing more becomes uninstallable. The run takes what comes first and never
// looks back; here a solver with learnt constraints looks at all that was left. Source: migration 9
// (c); method: docs/adr/0013-maximal-set.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "migrate/trial.h"

namespace sluice::migrate {

// Why an item cannot go without others: `package` would be uninstallable.
struct MaximalNeed {
  Item item;
  deb::BinaryRef package;
  std::vector<Item> one_of;  // items of which one must move too
};

// Items that move together, as one `easy` hint; groups are in an order in which they can be tried.
struct MaximalGroup {
  std::vector<Item> items;         // sorted by name
  std::vector<MaximalNeed> needs;  // among the items of the group
};

struct MaximalSet {
  std::vector<MaximalGroup> groups;
  Counters before, after;                    // uninstallable packages by ArchIndex
  std::int64_t rounds = 0, constraints = 0;  // attempts on the whole; what was learnt from them

  std::vector<Item> items() const;
};

// `leftover`: candidates that the run did not move; the target is as the run left it, and is so
// again afterwards. Architectures of BREAK_ARCHES and allow-uninst hints count as in a run.
MaximalSet maximal_set(const World& world, TargetState& target, const Tolerance& tolerance,
                       std::span<const Item> leftover);

}  // namespace sluice::migrate
