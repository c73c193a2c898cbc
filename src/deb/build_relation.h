// Build relations: clauses of Build-Depends and its kin, with `[arch ...]` and `<profile ...>`
// restrictions. Source: Debian policy 7.1, 11.1; deb-src-control(5); migration 3.3. Values own
// their text: names and versions in them need not exist in any index.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deb/relation.h"

namespace sluice::deb {

// `name`, `!name`: of an architecture or wildcard, or of a build profile.
struct RestrictionTerm {
  std::string name;
  bool negated = false;

  friend bool operator==(const RestrictionTerm&, const RestrictionTerm&) = default;
};

struct BuildAtom {
  std::string name, qualifier, version;  // "" where there is none
  VersionOp op = VersionOp::any;
  std::vector<RestrictionTerm> architectures;          // of `[...]`; empty: every architecture
  std::vector<std::vector<RestrictionTerm>> profiles;  // each `<...>`; empty: every profile
};

struct BuildClause {
  std::string text;              // as the archive wrote it, without the white space around it
  std::vector<BuildAtom> atoms;  // empty exactly for a clause that cannot be parsed
};

// The clauses of one field, in order; malformed ones too, the caller decides what they cost.
std::vector<BuildClause> parse_build_relations(std::string_view field);

// One clause's alternatives. Errors: invalid, with the text that was expected.
base::Result<std::vector<BuildAtom>> parse_build_clause(std::string_view text);

// True if the alternative counts on `arch` with no build profile set: `<!nocheck>` stays, `<cross>`
// goes.
bool applies(const BuildAtom& atom, std::string_view arch);

// True if `wildcard` (`amd64`, `any`, `linux-any`, `any-arm`, `musl-any-any`) covers the
// architecture. Source: Debian policy 11.1, dpkg-architecture(1).
bool covers(std::string_view wildcard, std::string_view arch);

}  // namespace sluice::deb
