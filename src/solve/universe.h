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

namespace sluice::solve {

using deb::ArchIndex;
using deb::PackageIndex;
using SetIndex = base::Index<struct SetTag>;  // an interned set of alternatives

// One dependency clause with its reason: the relation of the package's own paragraph that made it.
struct DependencyClause {
  SetIndex set;
  std::uint16_t relation = 0;  // position among the paragraph's Pre-Depends and Depends clauses
  bool merged = false;         // several single-alternative clauses on one name, intersected
};

// Where a clause comes from, in the archive's words.
struct ClauseReason {
  deb::RelationField field;
  deb::ClauseId relation;
};

// Whether the qualifier `:native` is allowed (migration 3.4).
enum class RelationKind : std::uint8_t { run_time, build_time };

class Universe {
 public:
  // The snapshot must outlive the universe.
  Universe(const deb::Snapshot& snapshot, ArchIndex arch);
  Universe(const Universe&) = delete;
  Universe& operator=(const Universe&) = delete;

  std::size_t size() const { return broken_.size(); }  // packages: all pkg-ids of the architecture
  std::size_t set_count() const { return member_begin_.size() - 1; }
  ArchIndex arch() const { return arch_; }

  // Clauses of a package; none for broken ones.
  std::span<const DependencyClause> depends(PackageIndex package) const;
  // Relations that were put together into this clause (one unless merged).
  std::vector<ClauseReason> reasons(PackageIndex package, const DependencyClause& clause) const;
  // Sorted; broken packages are not members.
  std::span<const PackageIndex> members(SetIndex set) const;
  // Packages that have the set as a clause; sorted.
  std::span<const PackageIndex> dependents(SetIndex set) const;
  // Sets that contain the package; sorted.
  std::span<const SetIndex> sets_with(PackageIndex package) const;
  // Symmetric, without broken packages, sorted.
  std::span<const PackageIndex> conflicts(PackageIndex package) const;

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
  struct Provider {
    PackageIndex package;
    deb::VersionId version;  // invalid: unversioned
  };
  void collect(const deb::Atom& atom, RelationKind kind, std::vector<PackageIndex>& out) const;

  const deb::Snapshot& snapshot_;
  ArchIndex arch_;
  std::vector<std::uint8_t> broken_, essential_;
  // Compressed rows: row i of X stands at X_[X_begin_[i] .. X_begin_[i + 1]).
  std::vector<std::uint32_t> depends_begin_, member_begin_, dependent_begin_, set_begin_,
      conflict_begin_;
  std::vector<DependencyClause> depends_;
  std::vector<PackageIndex> members_, dependents_, conflicts_;
  std::vector<SetIndex> sets_;
  std::vector<std::uint32_t> provider_begin_;  // by NameId
  std::vector<Provider> providers_;
};

}  // namespace sluice::solve
