#include "solve/coinstallability.h"

#include <algorithm>

#include "solve/coinst_pairs.h"

namespace sluice::solve {

Coinstallability::Coinstallability(const deb::Snapshot& snapshot, const Universe& universe,
                                   const Installability& installability)
    : universe_(universe),
      installability_(installability),
      comparison_(snapshot, universe, installability),
      fixes_(universe, comparison_) {}

void Coinstallability::note(PackageIndex a, PackageIndex b, const Counts& counts) {
  if (counts(a) && counts(b)) broken_.push_back({std::min(a, b), std::max(a, b)});
}

// Conflicts between what was there before on both sides, and could be installed together.
void Coinstallability::compare_conflicts(const Counts& counts) {
  for (const auto now : comparison_.gained()) {
    const auto old = comparison_.origin(now);
    if (!old.valid()) continue;
    for (const auto other : universe_.conflicts(now)) {
      if (!comparison_.after(other)) continue;
      const auto other_old = comparison_.origin(other);
      if (!other_old.valid() || std::ranges::binary_search(universe_.conflicts(old), other_old) ||
          !comparison_.together_before(old, other_old))
        continue;
      note(now, other, counts);
      doubtful_.push_back(old);
    }
  }
}

void Coinstallability::compare_needs(const Counts& counts) {
  const auto needs = comparison_.needs();
  for (auto at = needs.begin(); at != needs.end();) {
    const auto package = at->package;
    const auto end =
        std::find_if(at, needs.end(), [&](const auto& need) { return need.package != package; });
    const auto fix = fixes_.find(package, {at, end});
    at = end;
    if (fix.found) {
      for (const auto member : fix.contested) contested_.push_back({member, package});
      continue;
    }
    doubtful_.push_back(comparison_.origin(package));
    for (const auto blocker : fix.blockers)
      if (!comparison_.together_after(package, blocker)) note(package, blocker, counts);
  }
}

// Fixes that exclude each other, of packages that could be installed together.
void Coinstallability::compare_fixes(const Counts& counts) {
  std::ranges::sort(contested_);
  for (const auto& [member, package] : contested_)
    for (const auto other : universe_.conflicts(member)) {
      const auto against = std::ranges::equal_range(contested_, other, {}, &Contested::member);
      for (const auto& [other_member, other_package] : against) {
        if (!(package < other_package)) continue;
        const auto old = comparison_.origin(package);
        const auto other_old = comparison_.origin(other_package);
        if (!comparison_.together_before(old, other_old)) continue;
        doubtful_.push_back(old);
        if (!comparison_.together_after(package, other_package))
          note(package, other_package, counts);
      }
    }
}

std::vector<PackagePair> Coinstallability::broken_since(Installability::Mark since,
                                                        const Counts& counts,
                                                        std::size_t pairs_max) {
  broken_.clear();
  contested_.clear();
  doubtful_.clear();
  if (!comparison_.start(since)) return {};
  fixes_.start();
  compare_conflicts(counts);
  compare_needs(counts);
  compare_fixes(counts);
  std::ranges::sort(broken_);
  broken_.erase(std::ranges::unique(broken_).begin(), broken_.end());
  if (broken_.empty()) {
    std::ranges::sort(doubtful_);
    doubtful_.erase(std::ranges::unique(doubtful_).begin(), doubtful_.end());
    broken_ =
        PairSearch(universe_, installability_, comparison_, counts).find(doubtful_, pairs_max);
  }
  if (broken_.size() > pairs_max) broken_.resize(pairs_max);
  return broken_;
}

}  // namespace sluice::solve
