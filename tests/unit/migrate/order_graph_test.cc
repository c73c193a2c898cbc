#include "migrate/order_graph.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "migrate/order.h"
#include "support/ordered.h"
#include "support/random_gate.h"
#include "support/rounds.h"
#include "support/test_run.h"

using namespace sluice;
using support::TestWorld;

// migration 7.5, 9 (d)
TEST_CASE("order graph: told by the list before, it is that of the list alone") {
  std::size_t together = 0, lists = 0;
  for (unsigned seed = 1; seed <= test::rounds(80U); ++seed) {
    CAPTURE(seed);
    support::RandomGate gate(seed, 20, {seed % 3 == 0 ? 8 : 0, 0});
    TestWorld test(gate.build());
    auto world = test.world();
    migrate::TargetState target(test.snapshot(), test.settings, world.installability);
    world.now = &target;
    const auto all = support::groups_of(world);
    if (all.empty()) continue;
    migrate::OrderGraph graph(world);
    auto groups = all;
    for (int step = 0; step < 20; ++step) {
      CAPTURE(step);
      // Mostly a group or two come or go; at times all but one do, or one is there twice.
      if (step % 7 == 6) groups = {all.front()};
      for (int i = gate.pick(3); i >= 0; --i) {
        const auto& group = all[static_cast<std::size_t>(gate.pick(static_cast<int>(all.size())))];
        const bool there = std::ranges::find(groups, group) != groups.end();
        if (there && gate.pick(8) != 0) {
          std::erase(groups, group);
        } else {
          groups.insert(groups.begin() + gate.pick(static_cast<int>(groups.size()) + 1), group);
        }
      }
      const auto told = migrate::order_of(world, groups, graph);
      REQUIRE(support::components_text(told, groups) ==
              support::components_text(migrate::order_of(world, groups), groups));
      std::vector<std::size_t> positions;
      for (const auto& component : told)
        positions.insert(positions.end(), component.begin(), component.end());
      std::ranges::sort(positions);
      REQUIRE(std::ranges::adjacent_find(positions) == positions.end());
      REQUIRE(positions.size() == groups.size());
      together += groups.size() - told.size();
      ++lists;
    }
  }
  CHECK(together * 4 > lists);  // else no edges were told
}
