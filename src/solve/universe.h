// Universe: which packages of one architecture need and exclude which. Immutable. Source:
// migration 5.2.
//
// Dependencies are factored through sets: a set of alternative packages exists once, however many
// clauses resolve to it (`libc6 (>= 2.34)` is one set with thirty thousand dependents). What a
// package needs is a list of sets, and whether a set still has a member in the target is asked once
// per set, not once per dependent. A probe needed 90 k sets for 360 k clauses.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deb/snapshot.h"
#include "solve/alternatives.h"
#include "solve/resolved_clauses.h"

namespace sluice::solve {

// Where a clause comes from, in the archive's words.
struct ClauseReason {
  deb::RelationField field;
  deb::ClauseId relation;
};

class Universe {
 public:
  // The snapshot must outlive the universe.
  Universe(const deb::Snapshot& snapshot, ArchIndex arch);
  // From clauses that were resolved for this snapshot by these alternatives.
  Universe(const deb::Snapshot& snapshot, Alternatives alternatives,
           const ResolvedClauses& clauses);
  Universe(const Universe&) = delete;
  Universe& operator=(const Universe&) = delete;

  std::size_t size() const { return broken_.size(); }  // packages: all pkg-ids of the architecture
  std::size_t set_count() const { return member_begin_.size() - 1; }
  ArchIndex arch() const { return alternatives_.arch(); }

  // Clauses of a package; none for broken ones.
  std::span<const DependencyClause> depends(PackageIndex package) const {
    return row(depends_begin_, depends_, package.value);
  }
  // Relations that were put together into this clause (one unless merged).
  std::vector<ClauseReason> reasons(PackageIndex package, const DependencyClause& clause) const;
  // Sorted; broken packages are not members.
  std::span<const PackageIndex> members(SetIndex set) const {
    return row(member_begin_, members_, set.value);
  }
  // Packages that have the set as a clause; sorted.
  std::span<const PackageIndex> dependents(SetIndex set) const {
    return row(dependent_begin_, dependents_, set.value);
  }
  // Sets that contain the package; sorted.
  std::span<const SetIndex> sets_with(PackageIndex package) const {
    return row(set_begin_, sets_, package.value);
  }
  // Symmetric, without broken packages, sorted.
  std::span<const PackageIndex> conflicts(PackageIndex package) const {
    return row(conflict_begin_, conflicts_, package.value);
  }

  // No suite together can satisfy it (migration 5.2 "broken").
  bool broken(PackageIndex package) const { return broken_[package.value] != 0; }
  bool essential(PackageIndex package) const { return essential_[package.value] != 0; }

  // Packages of the architecture (over all suites) that satisfy one alternative (migration 3.4):
  // real ones in the order of loading, then providers. Broken ones are included.
  std::vector<PackageIndex> satisfying(const deb::Atom& atom, RelationKind kind) const;

  // Every package with `package` in any clause; sorted, no duplicates.
  std::vector<PackageIndex> reverse_dependencies(PackageIndex package) const;
  // Same dependencies, same conflicts, same sets (non-empty): exchangeable (migration 5.2).
  bool equivalent(PackageIndex a, PackageIndex b) const;

 private:
  friend class UniverseBuilder;
  template <class Value>
  static std::span<const Value> row(const std::vector<std::uint32_t>& begin,
                                    const std::vector<Value>& values, std::uint32_t index) {
    return {values.data() + begin[index], begin[index + 1] - begin[index]};
  }
  const deb::Snapshot& snapshot_;
  Alternatives alternatives_;
  std::vector<std::uint8_t> broken_, essential_;
  // Compressed rows: row i of X stands at X_[X_begin_[i] .. X_begin_[i + 1]).
  std::vector<std::uint32_t> depends_begin_, member_begin_, dependent_begin_, set_begin_,
      conflict_begin_;
  std::vector<DependencyClause> depends_;
  std::vector<PackageIndex> members_, dependents_, conflicts_;
  std::vector<SetIndex> sets_;
};

}  // namespace sluice::solve
