// Relations between packages: clauses of alternatives, interned. Source: Debian policy 7.1,
// migration 3.3. A clause is what stands between two commas; it is parsed once, however many
// packages carry it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deb/symbols.h"

namespace sluice::deb {

// `>` and `<` of old mean ge and le.
enum class VersionOp : std::uint8_t { any, lt, le, eq, ge, gt };

std::string_view text_of(VersionOp op);  // "", "<<", "<=", "=", ">=", ">>"

// One alternative: `name[:qualifier] [(op version)]`.
struct Atom {
  NameId name;
  TextId qualifier;   // invalid: none
  VersionId version;  // invalid exactly when op is any
  VersionOp op = VersionOp::any;

  friend bool operator==(const Atom&, const Atom&) = default;
};

// True if `version` satisfies the atom's constraint (always for op any).
bool satisfies(const Symbols& symbols, VersionId version, const Atom& atom);

using ClauseId = base::Index<struct ClauseTag>;

class RelationTable {
 public:
  // Appends the clauses of one field to `out`, in order. A clause that cannot be parsed is appended
  // too (malformed() tells): the caller decides what it costs. White space and line folds are
  // free; an empty piece after the last comma is ignored, elsewhere it is a malformed clause.
  void parse_field(std::string_view field, Symbols& symbols, std::vector<ClauseId>& out);

  // Alternatives in the order of the text; empty exactly for malformed clauses.
  std::span<const Atom> atoms(ClauseId clause) const;
  bool malformed(ClauseId clause) const { return atoms(clause).empty(); }

  // The clause as the archive wrote it, line folds included. Points into the table.
  std::string_view text(ClauseId clause) const { return texts_.text(clause.value); }

  std::uint32_t size() const { return texts_.size(); }

  void save(ByteWriter& to) const;  // see SymbolTable
  bool restore(ByteReader& from);

 private:
  struct Range {
    std::uint32_t begin, size;
  };
  struct Piece {
    std::string_view text;  // points into the field at hand
    std::uint32_t hash;
  };
  ClauseId intern(const Piece& piece, Symbols& symbols);

  std::vector<Piece> pieces_;  // of the field at hand
  SymbolTable texts_;
  std::vector<Range> ranges_;  // by ClauseId
  std::vector<Atom> atoms_;
};

// The parts of one alternative as they stand in the text that was parsed; for local parsing only.
struct AtomText {
  std::string_view name, qualifier, version;  // "" where there is none
  VersionOp op = VersionOp::any;
};
// Errors: invalid, with the text that was expected.
base::Result<AtomText> parse_atom_text(std::string_view text);

// One clause's alternatives. Errors: invalid, with the text that was expected.
base::Result<std::vector<Atom>> parse_clause(std::string_view text, Symbols& symbols);

// "a:any (>= 1) | b"
std::string text_of(std::span<const Atom> atoms, const Symbols& symbols);

}  // namespace sluice::deb
