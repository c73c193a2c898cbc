// ResolvedClauses: the relations of one architecture's packages, each as the set of packages that
// satisfy it. What a Universe is made from; broken packages are still in it. A value that can be
// kept, in memory or in a file, until the next snapshot, where only the relations that name
// something new are resolved again. Source: migration 3.4, 5.2, 9 (d); docs/adr/0022.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  std::uint16_t merged = 0;    // 1: several single-alternative clauses on one name, intersected

  friend bool operator==(const DependencyClause&, const DependencyClause&) = default;
};

struct ResolvedClauses {
  // Where the numbers of records come from. Numbers below `origin.records` mean the same in every
  // snapshot of the same origin; nothing is known about packages of other records.
  deb::RecordOrigin origin;
  std::vector<deb::RecordIndex> records;  // by PackageIndex
  // Compressed rows. Clauses by package, in the order of its paragraph; members by set, sorted, no
  // two sets alike.
  std::vector<std::uint32_t> depends_begin{0}, member_begin{0};
  std::vector<DependencyClause> depends;
  std::vector<PackageIndex> members;
  // By package: whom its Conflicts and Breaks clauses name, as they stand there, itself as well.
  std::vector<std::uint32_t> excluded_begin{0};
  std::vector<PackageIndex> excluded;
  // Rows of packages that could be installed together, most of all that could be installed at all:
  // where to begin the next time. No clauses, so resolving leaves them empty.
  std::vector<std::uint32_t> witness_begin{0};
  std::vector<PackageIndex> witnesses;
  // Lines with the names that packages of other records have or provide.
  std::string passing_names;
  std::size_t kept = 0;  // packages whose clauses were taken over; not stored

  std::size_t size() const { return records.size(); }
  std::size_t set_count() const { return member_begin.size() - 1; }
  std::span<const DependencyClause> clauses_of(PackageIndex package) const {
    return std::span(depends).subspan(
        depends_begin[package.value],
        depends_begin[package.value + 1] - depends_begin[package.value]);
  }
  std::span<const PackageIndex> excluded_by(PackageIndex package) const {
    return std::span(excluded).subspan(
        excluded_begin[package.value],
        excluded_begin[package.value + 1] - excluded_begin[package.value]);
  }
  std::span<const PackageIndex> members_of(SetIndex set) const {
    return std::span(members).subspan(member_begin[set.value],
                                      member_begin[set.value + 1] - member_begin[set.value]);
  }
};

// The bytes that stand for the clauses of one snapshot's architectures in a file, and back.
// Nothing: another version of the program, damaged, or with numbers that point nowhere. Format:
// docs/formats/parsed-cache.md.
std::string bytes_of(std::span<const ResolvedClauses> all);
std::optional<std::vector<ResolvedClauses>> parse_resolved_clauses(std::string_view bytes);

}  // namespace sluice::solve
