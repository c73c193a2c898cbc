#include "solve/universe.h"

#include <algorithm>

#include "solve/clause_resolver.h"
#include "solve/universe_builder.h"

namespace sluice::solve {
Universe::Universe(const deb::Snapshot& snapshot, ArchIndex arch)
    : snapshot_(snapshot), alternatives_(snapshot, arch) {
  UniverseBuilder(snapshot, *this).build(resolve_clauses(snapshot, alternatives_, {}));
}

Universe::Universe(const deb::Snapshot& snapshot, Alternatives alternatives,
                   const ResolvedClauses& clauses)
    : snapshot_(snapshot), alternatives_(std::move(alternatives)) {
  UniverseBuilder(snapshot, *this).build(clauses);
}

std::vector<ClauseReason> Universe::reasons(PackageIndex package,
                                            const DependencyClause& clause) const {
  const auto& record = snapshot_.record(arch(), package);
  std::vector<ClauseReason> all;
  for (const auto field : {deb::RelationField::pre_depends, deb::RelationField::depends})
    for (const auto relation : snapshot_.clauses(record, field)) all.push_back({field, relation});
  const auto own = all[clause.relation];
  if (clause.merged == 0) return {own};
  const auto& head = snapshot_.relations.atoms(own.relation).front();
  std::erase_if(all, [&](const ClauseReason& reason) {
    const auto atoms = snapshot_.relations.atoms(reason.relation);
    return atoms.size() != 1 || atoms.front().name != head.name ||
           atoms.front().qualifier != head.qualifier;
  });
  return all;
}

std::vector<PackageIndex> Universe::satisfying(const deb::Atom& atom, RelationKind kind) const {
  std::vector<PackageIndex> found;
  alternatives_.collect(atom, kind, found);
  return found;
}

std::vector<PackageIndex> Universe::reverse_dependencies(PackageIndex package) const {
  std::vector<PackageIndex> found;
  for (const auto set : sets_with(package)) {
    const auto needing = dependents(set);
    found.insert(found.end(), needing.begin(), needing.end());
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

bool Universe::equivalent(PackageIndex a, PackageIndex b) const {
  if (broken(a) || broken(b) || sets_with(a).empty()) return false;
  const auto sets_of = [&](PackageIndex package) {
    std::vector<SetIndex> sets;
    for (const auto& clause : depends(package)) sets.push_back(clause.set);
    std::ranges::sort(sets);
    return sets;
  };
  return std::ranges::equal(sets_with(a), sets_with(b)) &&
         std::ranges::equal(conflicts(a), conflicts(b)) && sets_of(a) == sets_of(b);
}

}  // namespace sluice::solve
