// UniverseBuilder: relations of an architecture's packages -> Universe. Source:
// migration 3.4, 3.5, 5.2.
#pragma once

#include <unordered_map>
#include <vector>

#include "solve/universe.h"

namespace sluice::solve {

class UniverseBuilder {
 public:
  UniverseBuilder(const deb::Snapshot& snapshot, Universe& universe);
  void build();

 private:
  struct SetHash {
    const UniverseBuilder* builder;
    std::size_t operator()(std::uint32_t set) const;
  };
  struct SetEqual {
    const UniverseBuilder* builder;
    bool operator()(std::uint32_t a, std::uint32_t b) const;
  };

  void index_providers();
  SetIndex intern(std::vector<PackageIndex>& members);
  SetIndex set_of(deb::ClauseId clause);
  void build_depends(PackageIndex package);
  void mark_broken();
  void build_members();
  void index_reverse();
  void build_conflicts();

  const deb::Snapshot& snapshot_;
  Universe& universe_;
  std::vector<SetIndex> set_of_clause_;  // by ClauseId; invalid: not resolved yet
  std::vector<PackageIndex> scratch_;
  std::unordered_map<std::uint32_t, std::uint32_t, SetHash, SetEqual> sets_;
};

}  // namespace sluice::solve
