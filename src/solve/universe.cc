#include "solve/universe.h"

#include <algorithm>

#include "solve/universe_builder.h"

namespace sluice::solve {
namespace {

// A real package answers to a qualified name only as 3.4 says.
bool qualifier_allows(const deb::Snapshot& snapshot, const deb::Atom& atom,
                      const deb::BinaryPackage& package, RelationKind kind) {
  if (!atom.qualifier.valid()) return true;
  const auto qualifier = snapshot.text(atom.qualifier);
  if (qualifier == "any") return package.multi_arch == deb::MultiArch::allowed;
  return qualifier == "native" && kind == RelationKind::build_time;
}

template <class Value, class Tag>
std::span<const Value> row(const std::vector<std::uint32_t>& begin,
                           const std::vector<Value>& values, base::Index<Tag> index) {
  return std::span(values).subspan(begin[index.value], begin[index.value + 1] - begin[index.value]);
}

}  // namespace

Universe::Universe(const deb::Snapshot& snapshot, ArchIndex arch)
    : snapshot_(snapshot), arch_(arch) {
  UniverseBuilder(snapshot, *this).build();
}

std::span<const DependencyClause> Universe::depends(PackageIndex package) const {
  return row(depends_begin_, depends_, package);
}
std::span<const PackageIndex> Universe::members(SetIndex set) const {
  return row(member_begin_, members_, set);
}
std::span<const PackageIndex> Universe::dependents(SetIndex set) const {
  return row(dependent_begin_, dependents_, set);
}
std::span<const SetIndex> Universe::sets_with(PackageIndex package) const {
  return row(set_begin_, sets_, package);
}
std::span<const PackageIndex> Universe::conflicts(PackageIndex package) const {
  return row(conflict_begin_, conflicts_, package);
}

std::vector<ClauseReason> Universe::reasons(PackageIndex package,
                                            const DependencyClause& clause) const {
  const auto& record = snapshot_.record(arch_, package);
  std::vector<ClauseReason> all;
  for (const auto field : {deb::RelationField::pre_depends, deb::RelationField::depends})
    for (const auto relation : snapshot_.clauses(record, field)) all.push_back({field, relation});
  const auto own = all[clause.relation];
  if (!clause.merged) return {own};
  const auto& head = snapshot_.relations.atoms(own.relation).front();
  std::erase_if(all, [&](const ClauseReason& reason) {
    const auto atoms = snapshot_.relations.atoms(reason.relation);
    return atoms.size() != 1 || atoms.front().name != head.name ||
           atoms.front().qualifier != head.qualifier;
  });
  return all;
}

void Universe::collect(const deb::Atom& atom, RelationKind kind,
                       std::vector<PackageIndex>& out) const {
  const auto& packages = snapshot_.archs[arch_];
  auto at = atom.name.value < packages.first_of_name.size()
                ? packages.first_of_name[atom.name.value]
                : PackageIndex();
  for (; at.valid(); at = packages.next_of_name[at.value]) {
    const auto& record = snapshot_.binaries[packages.records[at.value].value];
    if (qualifier_allows(snapshot_, atom, record, kind) &&
        deb::satisfies(snapshot_.symbols, record.version, atom))
      out.push_back(at);
  }
  if (atom.qualifier.valid()) return;
  for (auto i = provider_begin_[atom.name.value]; i < provider_begin_[atom.name.value + 1]; ++i) {
    const auto& provider = providers_[i];
    if (atom.op == deb::VersionOp::any ||
        (provider.version.valid() && deb::satisfies(snapshot_.symbols, provider.version, atom)))
      out.push_back(provider.package);
  }
}

std::vector<PackageIndex> Universe::satisfying(const deb::Atom& atom, RelationKind kind) const {
  std::vector<PackageIndex> found;
  collect(atom, kind, found);
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
