// FixFinder: for a package with clauses that nothing from before meets, a closed set of packages
// that can be added to every solution from before that has the package. Belongs to
// Coinstallability. Source: docs/adr/0025-coinstallability.md.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "solve/comparison.h"

namespace sluice::solve {

struct Fix {
  bool found = false;
  // Members that exclude packages which are installable now; those that exclude nobody fit in
  // anywhere.
  std::vector<PackageIndex> contested;
  // Packages, as they are after, that stood in the way and went together with the package before.
  std::vector<PackageIndex> blockers;
};

class FixFinder {
 public:
  // The references must outlive this.
  FixFinder(const Universe& universe, Comparison& comparison);

  // After each start of the comparison.
  void start();
  // `sets`: clauses of `package`, as it is after; it has an origin.
  Fix find(PackageIndex package, std::span<const Comparison::Need> needs);

 private:
  struct Marks {
    std::vector<std::uint32_t> stamp;
    std::uint32_t now = 0;
    bool has(std::uint32_t i) const { return stamp[i] == now; }
    void set(std::uint32_t i) { stamp[i] = now; }
  };
  // What every solution from before with some packages has: the packages, on either side, and
  // clauses of which a member is still there after the change.
  struct Forced {
    Marks before, after, held;
    void clear() { ++before.now, ++after.now, ++held.now; }
  };

  void force(Forced& forced, std::vector<PackageIndex> queue) const;
  bool is_forced_before(PackageIndex p) const {
    return essential_.before.has(p.value) || own_.before.has(p.value);
  }
  bool is_there(PackageIndex p) const {
    return essential_.after.has(p.value) || own_.after.has(p.value) || zone_.has(p.value);
  }
  bool is_met(SetIndex set) const;
  bool meet(SetIndex set, int depth);
  bool add(PackageIndex package, int depth);
  bool fits(PackageIndex package);
  bool went_together(PackageIndex other);

  const Universe& universe_;
  Comparison& comparison_;
  Forced essential_, own_;
  Marks zone_;
  PackageIndex origin_;  // of the package at hand
  int steps_left_ = 0;
  std::vector<PackageIndex> added_, blockers_;
  std::unordered_map<std::uint32_t, bool> together_;  // by the other, as it was before
};

}  // namespace sluice::solve
