// Snapshot: what the indexes of all suites say at one moment. Built once by SnapshotBuilder, then
// immutable and shared. Sizes: about 60 bytes a distinct paragraph plus 4 bytes a relation clause.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deb/package.h"
#include "deb/relation.h"
#include "deb/symbols.h"

namespace sluice::deb {

enum class SuiteClass : std::uint8_t { target, primary, additional };

using SuiteIndex = std::uint8_t;  // position in Snapshot::suites: load order, the target first
inline constexpr SuiteIndex kTarget = 0;

struct Suite {
  std::string name;        // "testing", from the Release file or the default
  std::string short_name;  // "tpu", "pu", ""
  SuiteClass suite_class = SuiteClass::target;

  std::vector<SourcePackage> sources;
  std::vector<std::uint32_t> source_of_name;              // NameId -> position in sources, or kNone
  std::vector<std::vector<PackageIndex>> binary_of_name;  // [ArchIndex][NameId] -> pkg-id or none

  // Null if the suite has no such source. Fakes are found too.
  const SourcePackage* source(NameId wanted) const;
  // Invalid if the suite has no such binary on the architecture.
  PackageIndex binary(ArchIndex arch, NameId wanted) const;
};

// All pkg-ids of one architecture, over all suites (arch:all packages stand in each).
struct ArchPackages {
  TextId name;                              // "amd64"
  std::vector<RecordIndex> records;         // PackageIndex -> paragraph that defines it
  std::vector<std::uint8_t> essential;      // PackageIndex -> any suite says Essential
  std::vector<PackageIndex> first_of_name;  // NameId -> chain of pkg-ids with that name
  std::vector<PackageIndex> next_of_name;   // PackageIndex -> next in the chain
};

// Where numbers of records come from: the memory of an earlier run, by the digest of its bytes.
// Records below `records` are those of that memory, the same in every snapshot that was made from
// it; so are their names, versions and clauses.
struct RecordOrigin {
  std::uint64_t low = 0, high = 0;
  std::uint64_t records = 0;

  bool known() const { return records != 0; }
  friend bool operator==(const RecordOrigin&, const RecordOrigin&) = default;
};

class Snapshot {
 public:
  Symbols symbols;
  RelationTable relations;
  std::vector<BinaryPackage> binaries;  // RecordIndex ->
  std::vector<ClauseId> clause_pool;
  std::vector<ArchPackages> archs;
  std::vector<Suite> suites;  // target, then UNSTABLE, PU, TPU as far as configured
  RecordOrigin origin;        // unknown: no memory was read or made

  const BinaryPackage& record(ArchIndex arch, PackageIndex package) const {
    return binaries[archs[arch].records[package.value].value];
  }
  const BinaryPackage& record(BinaryRef ref) const { return record(ref.arch, ref.package); }
  std::span<const ClauseId> clauses(const BinaryPackage& package, RelationField field) const;

  std::string_view text(NameId id) const { return symbols.text(id); }
  std::string_view text(VersionId id) const { return symbols.text(id); }
  std::string_view text(TextId id) const { return symbols.text(id); }
  std::string_view arch_name(ArchIndex arch) const { return symbols.text(archs[arch].name); }
  std::optional<ArchIndex> find_arch(std::string_view name) const;

  // Every pkg-id with this name on the architecture, in order of loading.
  std::vector<PackageIndex> packages_named(ArchIndex arch, NameId name) const;
  PackageIndex find_package(ArchIndex arch, NameId name, VersionId version) const;

  // "name/version/arch", the peers' print of a pkg-id.
  std::string text_of(BinaryRef ref) const;
};

}  // namespace sluice::deb
