// covers: comparison.cc
// covers: coinst_fix.cc
// covers: coinst_pairs.cc
#include "solve/coinstallability.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "deb/snapshot_builder.h"
#include "support/rounds.h"

using namespace sluice;
using deb::PackageIndex;
using solve::PackagePair;

namespace {

constexpr int kNames = 9;

// A random archive of one architecture: several versions of few names, so that everything collides.
std::string random_colliding(std::mt19937& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto relation = [&] {
    std::string text = "p" + std::to_string(pick(kNames));
    if (pick(4) == 0) text = "v" + std::to_string(pick(3));
    if (pick(4) == 0)
      text += std::string(pick(2) == 0 ? " (>= " : " (<< ") + std::to_string(1 + pick(3)) + ")";
    return text;
  };
  const int essential_in = pick(2) == 0 ? 40 : 1000;
  std::string out;
  for (int n = 0; n < kNames; ++n)
    for (int version = 1; version <= 1 + pick(3); ++version) {
      out += "Package: p" + std::to_string(n) + "\nVersion: " + std::to_string(version) +
             "\nArchitecture: " + (pick(4) == 0 ? "all" : "amd64") + "\n";
      if (pick(essential_in) == 0) out += "Essential: yes\n";
      std::string depends;
      for (int i = pick(3); i > 0; --i) {
        if (!depends.empty()) depends += ", ";
        depends += relation();
        for (int j = pick(3); j > 0; --j) depends += " | " + relation();
      }
      if (!depends.empty()) out += "Depends: " + depends + "\n";
      if (pick(3) == 0) out += "Conflicts: " + relation() + "\n";
      if (pick(3) == 0) out += "Provides: v" + std::to_string(pick(3)) + "\n";
      out += "\n";
    }
  return out;
}

// All pkg-ids are in the universe; which of them the target has is up to the test.
std::shared_ptr<const deb::Snapshot> colliding_snapshot(const std::string& packages) {
  deb::SnapshotBuilder builder({{"amd64"}, deb::BuildRelations::skip});
  const auto target = builder.add_suite("testing", "", deb::SuiteClass::target);
  builder.add_packages(target, 0, packages, "Packages");
  return builder.finish();
}

using Target = std::map<std::string, PackageIndex>;  // by name

// Everything by definition: a pair is together if some subset of the target contains both and the
// Essential packages, meets the clauses of its members, and has no two in conflict.
class PairsByBruteForce {
 public:
  PairsByBruteForce(const solve::Universe& universe, const Target& target)
      : universe_(universe), target_(target) {
    std::vector<PackageIndex> present;
    for (const auto& [name, package] : target) present.push_back(package);
    for (std::uint32_t mask = 0; mask < (1U << present.size()); ++mask) {
      std::set<PackageIndex> some;
      for (std::size_t i = 0; i < present.size(); ++i)
        if ((mask >> i & 1U) != 0) some.insert(present[i]);
      if (!fits(some, present)) continue;
      for (const auto a : some)
        for (const auto b : some) together_.insert({a, b});
    }
  }
  bool together(PackageIndex a, PackageIndex b) const { return together_.contains({a, b}); }
  bool has(const std::string& name) const { return target_.contains(name); }
  PackageIndex operator[](const std::string& name) const { return target_.at(name); }

 private:
  bool fits(const std::set<PackageIndex>& some, const std::vector<PackageIndex>& present) const {
    for (const auto p : present)
      if (universe_.essential(p) && !some.contains(p)) return false;
    return std::ranges::all_of(some, [&](PackageIndex p) {
      const auto has = [&](PackageIndex other) { return some.contains(other); };
      return !universe_.broken(p) && std::ranges::none_of(universe_.conflicts(p), has) &&
             std::ranges::all_of(universe_.depends(p), [&](const auto& clause) {
               return std::ranges::any_of(universe_.members(clause.set), has);
             });
    });
  }

  const solve::Universe& universe_;
  Target target_;
  std::set<std::pair<PackageIndex, PackageIndex>> together_;
};

std::vector<PackagePair> broken_pairs(const PairsByBruteForce& before,
                                      const PairsByBruteForce& after,
                                      const solve::Coinstallability::Counts& counts) {
  std::vector<PackagePair> broken;
  for (int i = 0; i < kNames; ++i)
    for (int k = 0; k < i; ++k) {
      const auto a = "p" + std::to_string(i);
      const auto b = "p" + std::to_string(k);
      if (!before.has(a) || !before.has(b) || !after.has(a) || !after.has(b)) continue;
      const auto one = after[a];
      const auto other = after[b];
      if (!counts(one) || !counts(other)) continue;
      if (!before.together(before[a], before[b]) || after.together(one, other)) continue;
      if (!after.together(one, one) || !after.together(other, other)) continue;
      broken.push_back({std::min(one, other), std::max(one, other)});
    }
  std::ranges::sort(broken);
  return broken;
}

struct Tally {
  int changes = 0, breaking = 0, pairs = 0, found = 0;
};

// Random changes of a random archive, each compared with all pairs.
void compare(unsigned seed, const bool all_count, Tally& tally) {
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto snapshot = colliding_snapshot(random_colliding(random));
  const solve::Universe universe(*snapshot, 0);
  const auto name_of = [&](PackageIndex p) {
    return std::string(snapshot->text(snapshot->record(0, p).name));
  };
  const solve::Coinstallability::Counts counts = [&](PackageIndex p) {
    return all_count || !snapshot->record(0, p).arch_all;
  };
  Target target;
  for (std::uint32_t i = 0; i < universe.size(); ++i)
    if (random() % 4 != 0) target.try_emplace(name_of(PackageIndex(i)), PackageIndex(i));
  std::vector<PackageIndex> present;
  for (const auto& [name, package] : target) present.push_back(package);
  solve::Installability installability(universe, present);
  solve::Coinstallability coinstallability(*snapshot, universe, installability);
  for (int step = 0; step < 8; ++step) {
    const auto start = target;
    const auto mark = installability.mark();
    // One mark may span several changes, as a hint does.
    for (auto parts = 1 + random() % 2; parts > 0; --parts) {
      auto next = target;
      for (auto i = 1 + random() % 3; i > 0; --i) {
        const PackageIndex p(static_cast<std::uint32_t>(random() % universe.size()));
        if (random() % 5 == 0)
          next.erase(name_of(p));
        else
          next.insert_or_assign(name_of(p), p);
      }
      std::vector<PackageIndex> removed, added;
      for (const auto& [name, p] : target)
        if (!next.contains(name) || next.at(name) != p) removed.push_back(p);
      for (const auto& [name, p] : next)
        if (!target.contains(name) || target.at(name) != p) added.push_back(p);
      (void)installability.change(removed, added);
      target = next;
    }
    const auto expected = broken_pairs(PairsByBruteForce(universe, start),
                                       PairsByBruteForce(universe, target), counts);
    const auto all = coinstallability.broken_since(mark, counts, 1000);
    const auto one = coinstallability.broken_since(mark, counts, 1);
    CHECK(all.empty() == expected.empty());
    CHECK(std::ranges::includes(expected, all));
    CHECK(one.size() == std::min<std::size_t>(1, expected.size()));
    CHECK(std::ranges::includes(expected, one));
    ++tally.changes;
    tally.breaking += expected.empty() ? 0 : 1;
    tally.pairs += static_cast<int>(expected.size());
    tally.found += static_cast<int>(all.size());
    if (random() % 3 == 0) {
      installability.rollback(mark);
      target = start;
    } else if (random() % 2 == 0) {
      installability.commit();
    }
  }
}

}  // namespace

// migration 5.1, 9
TEST_CASE("coinstallability equals brute force over all pairs of small archives") {
  Tally all, some;
  for (unsigned seed = 1; seed <= test::rounds(400U); ++seed) {
    compare(seed, true, all);
    compare(seed + 10000, false, some);
  }
  const int changes = all.changes + some.changes;
  MESSAGE(changes, " changes, ", all.breaking, " + ", some.breaking, " break pairs; ", all.found,
          " of ", all.pairs, " pairs are told");
  CHECK(all.breaking > test::rounds(200));
  CHECK(some.breaking > test::rounds(100));
}
