// The records of a snapshot: one per distinct paragraph of the indexes. Source: migration 2.2, 3.1.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "deb/relation.h"
#include "deb/symbols.h"

namespace sluice::deb {

using RecordIndex = base::Index<struct RecordTag>;    // a binary package paragraph
using PackageIndex = base::Index<struct PackageTag>;  // a pkg-id, dense within one architecture

// Position in the snapshot's list of architectures; small, so that it packs.
using ArchIndex = std::uint8_t;

// The relation fields of a binary paragraph, in the order in which they are stored.
enum class RelationField : std::uint8_t {
  pre_depends,
  depends,
  conflicts,
  breaks,
  provides,
  built_using
};
inline constexpr std::size_t kRelationFields = 6;

std::string_view text_of(RelationField field);  // "Pre-Depends", ...

enum class MultiArch : std::uint8_t { none, same, foreign, allowed };

struct BinaryPackage {
  NameId name;
  VersionId version;
  NameId source;
  VersionId source_version;
  TextId section;                                        // invalid: no such field
  TextId architecture;                                   // the real one: `all` or an architecture
  std::uint32_t clauses_begin = 0;                       // in Snapshot's clause pool
  std::array<std::uint16_t, kRelationFields> clauses{};  // number of clauses per field
  MultiArch multi_arch = MultiArch::none;
  bool essential = false;
  bool arch_all = false;
  bool malformed = false;  // a Depends or Pre-Depends clause cannot be parsed: never installable
};

// A pkg-id with its architecture.
struct BinaryRef {
  ArchIndex arch = 0;
  PackageIndex package;

  friend auto operator<=>(const BinaryRef&, const BinaryRef&) = default;
};

// Debian and Ubuntu areas, as far as rules know them (migration 2.3).
enum class Component : std::uint8_t { none, main, restricted, universe, multiverse };

struct SourcePackage {
  NameId name;
  VersionId version;
  TextId section;              // invalid: none
  TextId maintainer;           // without the ` <...>` parts; invalid: none
  TextId testsuite;            // field text
  TextId testsuite_triggers;   // field text
  TextId build_depends;        // Build-Depends and Build-Depends-Arch joined; only if asked for
  TextId build_depends_indep;  // only if asked for
  Component component = Component::none;
  bool fake = false;                // made for binaries whose source is in no index
  std::vector<BinaryRef> binaries;  // its binaries in this suite, sorted
};

}  // namespace sluice::deb
