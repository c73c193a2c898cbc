// UniverseBuilder: resolved clauses -> Universe: finds broken packages, takes them out, and turns
// rows round. Source: migration 3.5, 5.2.
#pragma once

#include <vector>

#include "solve/universe.h"

namespace sluice::solve {

class UniverseBuilder {
 public:
  UniverseBuilder(const deb::Snapshot& snapshot, Universe& universe)
      : snapshot_(snapshot), universe_(universe) {}
  void build(const ResolvedClauses& clauses);

 private:
  void turn_round(const ResolvedClauses& clauses);
  void mark_broken(const ResolvedClauses& clauses);
  void take_sound(const ResolvedClauses& clauses);
  void drop_broken_rows();
  void build_conflicts(const ResolvedClauses& clauses);

  const deb::Snapshot& snapshot_;
  Universe& universe_;
};

}  // namespace sluice::solve
