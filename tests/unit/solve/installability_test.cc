#include "solve/installability.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "deb/snapshot_builder.h"
#include "support/rounds.h"

using namespace sluice;
using deb::PackageIndex;

namespace {

// A random archive of one architecture: several versions of few names, so that everything collides.
std::string random_packages(std::mt19937& random, int names) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto relation = [&] {
    std::string text = "p" + std::to_string(pick(names));
    if (pick(3) == 0) text = "v" + std::to_string(pick(4));
    if (pick(3) == 0)
      text += std::string(pick(2) == 0 ? " (>= " : " (<< ") + std::to_string(1 + pick(3)) + ")";
    return text;
  };
  std::string out;
  for (int n = 0; n < names; ++n)
    for (int version = 1; version <= 1 + pick(3); ++version) {
      out += "Package: p" + std::to_string(n) + "\nVersion: " + std::to_string(version) +
             "\nArchitecture: amd64\n";
      if (pick(12) == 0) out += "Essential: yes\n";
      std::string depends;
      for (int i = pick(3); i > 0; --i) {
        if (!depends.empty()) depends += ", ";
        depends += relation();
        for (int j = pick(3); j > 0; --j) depends += " | " + relation();
      }
      if (!depends.empty()) out += "Depends: " + depends + "\n";
      if (pick(3) == 0) out += "Conflicts: " + relation() + "\n";
      if (pick(4) == 0)
        out += "Provides: v" + std::to_string(pick(4)) + (pick(2) == 0 ? "" : " (= 2)") + "\n";
      out += "\n";
    }
  return out;
}

// All pkg-ids must be in the universe: every version is put into a suite of its own.
std::shared_ptr<const deb::Snapshot> snapshot_of(const std::string& packages) {
  deb::SnapshotBuilder builder({{"amd64"}, deb::BuildRelations::skip});
  const auto target = builder.add_suite("testing", "", deb::SuiteClass::target);
  builder.add_packages(target, 0, packages, "Packages");
  return builder.finish();
}

struct SetsByBruteForce {
  const solve::Universe& universe;
  const std::vector<PackageIndex>& present;

  // Is there a subset of the present packages that contains the goals, is closed and conflict free?
  bool solvable(const std::vector<PackageIndex>& goals) const {
    for (std::uint32_t mask = 0; mask < (1U << present.size()); ++mask)
      if (fits(mask, goals)) return true;
    return false;
  }
  bool in(std::uint32_t mask, PackageIndex p) const {
    for (std::size_t i = 0; i < present.size(); ++i)
      if (present[i] == p) return (mask >> i & 1) != 0;
    return false;
  }
  bool fits(std::uint32_t mask, const std::vector<PackageIndex>& goals) const {
    for (const auto goal : goals)
      if (!in(mask, goal) || universe.broken(goal)) return false;
    for (std::size_t i = 0; i < present.size(); ++i) {
      if ((mask >> i & 1) == 0) continue;
      if (universe.broken(present[i])) return false;
      for (const auto conflict : universe.conflicts(present[i]))
        if (in(mask, conflict)) return false;
      for (const auto& clause : universe.depends(present[i]))
        if (std::ranges::none_of(universe.members(clause.set), [&](auto m) { return in(mask, m); }))
          return false;
    }
    return true;
  }
  std::vector<PackageIndex> uninstallable() const {
    std::vector<PackageIndex> essentials, out;
    for (const auto p : present)
      if (universe.essential(p)) essentials.push_back(p);
    for (const auto p : present) {
      auto goals = essentials;
      goals.push_back(p);
      if (!solvable(goals)) out.push_back(p);
    }
    std::ranges::sort(out);
    return out;
  }
};

}  // namespace

// migration 5.1, 5.3
TEST_CASE("installability equals brute force under random changes and undo") {
  int states = 0;
  for (unsigned seed = 1; seed <= test::rounds(150U); ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto snapshot = snapshot_of(random_packages(random, 9));
    const solve::Universe universe(*snapshot, 0);
    std::vector<PackageIndex> present;  // at most one version a name
    const auto version_of_name = [&](PackageIndex p) { return snapshot->record(0, p).name; };
    for (std::uint32_t i = 0; i < universe.size(); ++i)
      if (random() % 2 == 0 && std::ranges::none_of(present, [&](auto p) {
            return version_of_name(p) == version_of_name(PackageIndex(i));
          }))
        present.emplace_back(i);
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
