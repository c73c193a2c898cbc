// ClauseResolver: relations of an architecture's packages -> ResolvedClauses. Source: migration
// 3.4, 5.2.
#pragma once

#include <vector>

#include "solve/alternatives.h"
#include "solve/resolved_clauses.h"

namespace sluice::solve {

// Sets of packages, each once, found by its members. Belongs to the clauses that it was made for.
class SetTable {
 public:
  explicit SetTable(ResolvedClauses& clauses);

  // Notes the sets that the clauses have, but for the dead ones (by set, non-zero).
  void index(std::span<const std::uint8_t> dead);

  // The number of the set with these members; they are sorted on the way.
  SetIndex intern(std::vector<PackageIndex>& members);

 private:
  std::uint32_t slot_of(std::span<const PackageIndex> members, std::uint32_t hash) const;
  void place(std::uint32_t set);
  void grow();

  ResolvedClauses& clauses_;
  std::vector<std::uint32_t> slots_;   // open addressing; size is a power of two
  std::vector<std::uint32_t> hashes_;  // by set
};

// `before` may be of any snapshot, or empty: what can be taken over from it is, and the rest is
// resolved. The result says the same in either case; only numbers of sets may differ.
ResolvedClauses resolve_clauses(const deb::Snapshot& snapshot, const Alternatives& alternatives,
                                const ResolvedClauses& before);

}  // namespace sluice::solve
