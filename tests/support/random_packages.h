// Random archives of one architecture, and what can be installed in them by brute force.
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "deb/snapshot_builder.h"
#include "solve/universe.h"

namespace sluice::support {

using deb::PackageIndex;

// A random archive of one architecture: several versions of few names, so that everything collides.
inline std::string random_packages(std::mt19937& random, int names) {
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
inline std::shared_ptr<const deb::Snapshot> snapshot_of(const std::string& packages) {
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

// Some packages of the universe, at most one version of each name.
inline std::vector<PackageIndex> random_target(std::mt19937& random, const deb::Snapshot& snapshot,
                                               const solve::Universe& universe) {
  std::vector<PackageIndex> present;
  const auto name_of = [&](PackageIndex p) { return snapshot.record(0, p).name; };
  for (std::uint32_t i = 0; i < universe.size(); ++i)
    if (random() % 2 == 0 && std::ranges::none_of(present, [&](auto p) {
          return name_of(p) == name_of(PackageIndex(i));
        }))
      present.emplace_back(i);
  return present;
}

}  // namespace sluice::support
