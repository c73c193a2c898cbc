#include "deb/snapshot.h"

namespace sluice::deb {

std::string_view text_of(RelationField field) {
  switch (field) {
    case RelationField::pre_depends: return "Pre-Depends";
    case RelationField::depends: return "Depends";
    case RelationField::conflicts: return "Conflicts";
    case RelationField::breaks: return "Breaks";
    case RelationField::provides: return "Provides";
    case RelationField::built_using: return "Built-Using";
  }
  return "";
}

const SourcePackage* Suite::source(NameId wanted) const {
  if (wanted.value >= source_of_name.size()) return nullptr;
  const auto at = source_of_name[wanted.value];
  return at == NameId::kNone ? nullptr : &sources[at];
}

PackageIndex Suite::binary(ArchIndex arch, NameId wanted) const {
  const auto& table = binary_of_name[arch];
  return wanted.value < table.size() ? table[wanted.value] : PackageIndex();
}

std::span<const ClauseId> Snapshot::clauses(const BinaryPackage& package,
                                            RelationField field) const {
  std::size_t begin = package.clauses_begin;
  for (std::size_t i = 0; i < static_cast<std::size_t>(field); ++i) begin += package.clauses[i];
  return std::span(clause_pool).subspan(begin, package.clauses[static_cast<std::size_t>(field)]);
}

std::optional<ArchIndex> Snapshot::find_arch(std::string_view name) const {
  for (std::size_t i = 0; i < archs.size(); ++i)
    if (symbols.text(archs[i].name) == name) return static_cast<ArchIndex>(i);
  return std::nullopt;
}

std::vector<PackageIndex> Snapshot::packages_named(ArchIndex arch, NameId name) const {
  std::vector<PackageIndex> found;
  const auto& packages = archs[arch];
  if (name.value >= packages.first_of_name.size()) return found;
  for (auto at = packages.first_of_name[name.value]; at.valid();
       at = packages.next_of_name[at.value])
    found.push_back(at);
  return found;
}

PackageIndex Snapshot::find_package(ArchIndex arch, NameId name, VersionId version) const {
  const auto& packages = archs[arch];
  if (name.value >= packages.first_of_name.size()) return {};
  auto at = packages.first_of_name[name.value];
  while (at.valid() && record(arch, at).version != version) at = packages.next_of_name[at.value];
  return at;
}

std::string Snapshot::text_of(BinaryRef ref) const {
  const auto& package = record(ref);
  std::string out(text(package.name));
  (out += '/') += text(package.version);
  (out += '/') += arch_name(ref.arch);
  return out;
}

}  // namespace sluice::deb
