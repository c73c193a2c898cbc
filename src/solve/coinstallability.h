// Coinstallability: whether a change of the target took away that two packages can be installed
// together. Exact for pairs; the method is that of docs/adr/0025-coinstallability.md: most changes
// are seen to break no set at all, and only for what is left are pairs looked at.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "solve/coinst_fix.h"
#include "solve/comparison.h"

namespace sluice::solve {

// Two packages of the target as they are after a change; first < second.
struct PackagePair {
  PackageIndex first, second;

  friend auto operator<=>(const PackagePair&, const PackagePair&) = default;
};

class Coinstallability {
 public:
  // Whether a package, as it is after the change, is protected at all.
  using Counts = std::function<bool(PackageIndex)>;

  // The references must outlive this. Costs memory: some vectors over all packages.
  Coinstallability(const deb::Snapshot& snapshot, const Universe& universe,
                   const Installability& installability);
  Coinstallability(const Coinstallability&) = delete;
  Coinstallability& operator=(const Coinstallability&) = delete;

  // Pairs that count, were installable together at the mark, and are not now, although both names
  // are there and each alone is installable. Sorted, at most `pairs_max`; empty only if there is no
  // such pair. The mark is one of the installability, and nothing was rolled back since.
  std::vector<PackagePair> broken_since(Installability::Mark since, const Counts& counts,
                                        std::size_t pairs_max);

 private:
  void note(PackageIndex a, PackageIndex b, const Counts& counts);
  void compare_conflicts(const Counts& counts);
  void compare_needs(const Counts& counts);
  void compare_fixes(const Counts& counts);

  const Universe& universe_;
  const Installability& installability_;
  Comparison comparison_;
  FixFinder fixes_;
  struct Contested {
    PackageIndex member, package;  // of the fix for the package
    friend auto operator<=>(const Contested&, const Contested&) = default;
  };
  std::vector<Contested> contested_;
  std::vector<PackagePair> broken_;
  std::vector<PackageIndex> doubtful_;  // packages from before: solutions without them are safe
};

}  // namespace sluice::solve
