// Footprints: the uninstallable packages of a target, each with its footprint: the sets of which
// one needs a new member before it can become installable. Tells quickly that a set is in none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "solve/resolved_clauses.h"

namespace sluice::solve {

class Footprints {
 public:
  explicit Footprints(std::size_t set_count) : watchers_(set_count) {}

  // By package, ascending.
  const std::map<PackageIndex, std::vector<SetIndex>>& all() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  bool contains(PackageIndex package) const { return rows_.contains(package); }
  // Of an installable package: nothing.
  std::vector<SetIndex> of(PackageIndex package) const {
    const auto at = rows_.find(package);
    return at == rows_.end() ? std::vector<SetIndex>{} : at->second;
  }
  // Whether a footprint has the set.
  bool watches(SetIndex set) const { return watchers_[set.value] != 0; }

  // The package must not be there.
  void put(PackageIndex package, std::vector<SetIndex> footprint) {
    for (const auto set : footprint) ++watchers_[set.value];
    rows_.emplace(package, std::move(footprint));
  }
  // Nothing if it is not there.
  std::optional<std::vector<SetIndex>> take(PackageIndex package) {
    const auto at = rows_.find(package);
    if (at == rows_.end()) return std::nullopt;
    auto footprint = std::move(at->second);
    for (const auto set : footprint) --watchers_[set.value];
    rows_.erase(at);
    return footprint;
  }

 private:
  std::map<PackageIndex, std::vector<SetIndex>> rows_;
  std::vector<std::uint32_t> watchers_;  // by set: footprints that have it, once for each place
};

}  // namespace sluice::solve
