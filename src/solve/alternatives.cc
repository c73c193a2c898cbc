#include "solve/alternatives.h"

#include <utility>

#include "solve/rows.h"

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

}  // namespace

Alternatives::Alternatives(const deb::Snapshot& snapshot, deb::ArchIndex arch)
    : snapshot_(snapshot), arch_(arch) {
  const auto& packages = snapshot.archs[arch];
  std::vector<std::pair<deb::NameId, Provider>> all;
  for (std::size_t i = 0; i < packages.records.size(); ++i) {
    const auto& record = snapshot.binaries[packages.records[i].value];
    for (const auto clause : snapshot.clauses(record, deb::RelationField::provides)) {
      const auto& atom = snapshot.relations.atoms(clause).front();
      all.emplace_back(atom.name, Provider{deb::PackageIndex(i), atom.version});
    }
  }
  to_rows(snapshot.symbols.name_count(), provider_begin_, providers_, [&](const auto& emit) {
    for (const auto& [name, provider] : all) emit(name.value, provider);
  });
}

void Alternatives::collect(const deb::Atom& atom, RelationKind kind,
                           std::vector<deb::PackageIndex>& out) const {
  const auto& packages = snapshot_.archs[arch_];
  auto at = atom.name.value < packages.first_of_name.size()
                ? packages.first_of_name[atom.name.value]
                : deb::PackageIndex();
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

}  // namespace sluice::solve
