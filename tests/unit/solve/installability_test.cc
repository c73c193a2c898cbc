// covers: installability_state.cc
#include "solve/installability.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "solve/proof.h"
#include "support/random_packages.h"
#include "support/rounds.h"

using namespace sluice;
using deb::PackageIndex;
using support::random_packages;
using support::SetsByBruteForce;
using support::snapshot_of;

// migration 5.1, 5.3
TEST_CASE("installability equals brute force under random changes and undo") {
  int states = 0;
  for (unsigned seed = 1; seed <= test::rounds(150U); ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto snapshot = snapshot_of(random_packages(random, 9));
    const solve::Universe universe(*snapshot, 0);
    auto present = support::random_target(random, *snapshot, universe);
    const auto version_of_name = [&](PackageIndex p) { return snapshot->record(0, p).name; };
    solve::Installability installability(universe, present);
    CHECK(installability.uninstallable() == SetsByBruteForce{universe, present}.uninstallable());
    for (int step = 0; step < 8; ++step) {
      const auto before = present;
      const auto before_uninstallable = installability.uninstallable();
      std::vector<PackageIndex> removed, added;
      for (int i = 0; i < 2; ++i) {
        const PackageIndex p(static_cast<std::uint32_t>(random() % universe.size()));
        if (std::ranges::find(added, p) != added.end() ||
            std::ranges::find(removed, p) != removed.end())
          continue;
        const auto same = std::ranges::find_if(
            present, [&](auto q) { return version_of_name(q) == version_of_name(p); });
        const bool had = same != present.end() && *same == p;
        if (same != present.end()) {
          if (std::ranges::find(added, *same) != added.end()) continue;
          removed.push_back(*same);
          present.erase(same);
        }
        if (!had) {
          added.push_back(p);
          present.push_back(p);
        }
      }
      const auto mark = installability.mark();
      (void)installability.change(removed, added);
      const auto expected = SetsByBruteForce{universe, present}.uninstallable();
      CHECK(installability.uninstallable() == expected);
      CHECK(solve::is_proved(installability, universe, present));  // migration 7.4
      for (const auto p : present)
        CHECK(installability.installable(p) == !std::ranges::binary_search(expected, p));
      ++states;
      if (random() % 3 == 0) {
        installability.rollback(mark);
        present = before;
        CHECK(installability.uninstallable() == before_uninstallable);
      } else if (random() % 2 == 0) {
        installability.commit();
      }
    }
  }
  MESSAGE("states compared with brute force: " << states);
}

// migration 5.3
TEST_CASE("installability: what is said to be likely changes no answer") {
  for (unsigned seed = 1; seed <= test::rounds(150U); ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto snapshot = snapshot_of(random_packages(random, 9));
    const solve::Universe universe(*snapshot, 0);
    const auto present = support::random_target(random, *snapshot, universe);
    std::vector<std::vector<PackageIndex>> likely(random() % 3);
    for (auto& row : likely)  // some of them twice, some not in the target
      for (std::uint32_t i = 0; i < universe.size(); ++i)
        row.emplace_back(static_cast<std::uint32_t>(random() % universe.size()));
    const auto expected = SetsByBruteForce{universe, present}.uninstallable();

    const solve::Installability installability(universe, present, likely);

    CHECK(installability.uninstallable() == expected);
    CHECK(solve::is_proved(installability, universe, present));
  }
}

// migration 5.3: what an earlier run found is found again without a search.
TEST_CASE("installability: witnesses of before are taken as they are") {
  std::mt19937 random(7);
  const auto snapshot = snapshot_of(random_packages(random, 40));
  const solve::Universe universe(*snapshot, 0);
  const auto present = support::random_target(random, *snapshot, universe);
  const solve::Installability first(universe, present);
  std::vector<std::vector<PackageIndex>> rows;
  for (const auto& witness : first.witnesses()) rows.push_back(witness.members());

  const solve::Installability second(universe, present, rows);

  REQUIRE(second.witnesses().size() == rows.size());
  for (std::size_t w = 0; w < rows.size(); ++w) CHECK(second.witnesses()[w].members() == rows[w]);
}

// migration 9 (d): a run that is told by another goes back and forth in it.
TEST_CASE("installability: what is rewound can be played again up to every mark in it") {
  for (unsigned seed = 1; seed <= test::rounds(100U); ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto snapshot = snapshot_of(random_packages(random, 9));
    const solve::Universe universe(*snapshot, 0);
    auto present = support::random_target(random, *snapshot, universe);
    solve::Installability installability(universe, present);
    // Takes a package out, or puts one in whose name is free.
    const auto change_one = [&] {
      const PackageIndex p(static_cast<std::uint32_t>(random() % universe.size()));
      const auto name = snapshot->record(0, p).name;
      const auto at = std::ranges::find_if(
          present, [&](auto q) { return snapshot->record(0, q).name == name; });
      if (at != present.end()) {
        (void)installability.change(std::vector{*at}, {});
        present.erase(at);
      } else {
        (void)installability.change({}, std::vector{p});
        present.push_back(p);
      }
    };
    std::vector<solve::Installability::Mark> marks{installability.mark()};
    std::vector<std::vector<PackageIndex>> then{present};
    for (int step = 0; step < 10; ++step) {
      change_one();
      marks.push_back(installability.mark());
      then.push_back(present);
    }
    for (int step = 0; step < 10; ++step) {
      const auto to = random() % marks.size();
      installability.rewind(marks[to]);
      installability.forward(marks[to]);
      present = then[to];
      CHECK(installability.uninstallable() == SetsByBruteForce{universe, present}.uninstallable());
      CHECK(solve::is_proved(installability, universe, present));
      // What happens in between is rolled back.
      change_one();
      change_one();
      CHECK(installability.uninstallable() == SetsByBruteForce{universe, present}.uninstallable());
      installability.rollback(marks[to]);
    }
    installability.rewind(marks.front());
    installability.forget_rewound();
    CHECK(installability.uninstallable() ==
          SetsByBruteForce{universe, then.front()}.uninstallable());
  }
}
