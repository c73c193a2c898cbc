#include "deb/relation.h"

#include "base/text.h"
#include "deb/version.h"

namespace sluice::deb {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

constexpr std::string_view kWhite = " \t\r\n\v\f";

struct OpText {
  std::string_view text;
  VersionOp op;
};

// Longest first, so that `<=` is not read as `<`.
constexpr OpText kOps[] = {{">=", VersionOp::ge}, {"<=", VersionOp::le}, {">>", VersionOp::gt},
                           {"<<", VersionOp::lt}, {"=", VersionOp::eq},  {">", VersionOp::ge},
                           {"<", VersionOp::le}};

// `(op version)`: fills op and version of the atom.
Result<void> parse_constraint(std::string_view text, AtomText& atom) {
  if (!text.ends_with(')')) return fail(ErrorKind::invalid, "')' expected at the end");
  text = base::trim(text.substr(1, text.size() - 2));
  for (const auto& [op_text, op] : kOps) {
    if (!text.starts_with(op_text)) continue;
    const auto version = base::trim(text.substr(op_text.size()));
    if (version.empty() || version.find_first_of(" \t\r\n()<>=") != std::string_view::npos)
      return fail(ErrorKind::invalid, "one version expected after '" + std::string(op_text) + "'");
    atom.op = op;
    atom.version = version;
    return {};
  }
  return fail(ErrorKind::invalid, "version operator expected after '('");
}

bool compares(std::weak_ordering order, VersionOp op) {
  switch (op) {
    case VersionOp::any: return true;
    case VersionOp::lt: return order < 0;
    case VersionOp::le: return order <= 0;
    case VersionOp::eq: return order == 0;
    case VersionOp::ge: return order >= 0;
    case VersionOp::gt: return order > 0;
  }
  return false;
}

}  // namespace

std::string_view text_of(VersionOp op) {
  switch (op) {
    case VersionOp::any: return "";
    case VersionOp::lt: return "<<";
    case VersionOp::le: return "<=";
    case VersionOp::eq: return "=";
    case VersionOp::ge: return ">=";
    case VersionOp::gt: return ">>";
  }
  return "";
}

bool satisfies(const Symbols& symbols, VersionId version, const Atom& atom) {
  if (atom.op == VersionOp::any) return true;
  return compares(compare_versions(symbols.text(version), symbols.text(atom.version)), atom.op);
}

Result<AtomText> parse_atom_text(std::string_view text) {
  AtomText atom;
  text = base::trim(text);
  const auto end = std::min(text.find_first_of(" \t\r\n\v\f("), text.size());
  atom.name = text.substr(0, end);
  const auto rest = base::trim(text.substr(end));
  if (const auto colon = atom.name.find(':'); colon != std::string_view::npos) {
    atom.qualifier = atom.name.substr(colon + 1);
    atom.name = atom.name.substr(0, colon);
    if (atom.qualifier.empty()) return fail(ErrorKind::invalid, "architecture expected after ':'");
  }
  if (atom.name.empty()) return fail(ErrorKind::invalid, "package name expected");
  if (atom.name.find_first_of(")<>=[]|,") != std::string_view::npos)
    return fail(ErrorKind::invalid, "package name expected, got '" + std::string(atom.name) + "'");
  if (rest.empty()) return atom;
  if (!rest.starts_with('('))
    return fail(ErrorKind::invalid,
                "'(' or nothing expected after '" + std::string(atom.name) + "'");
  if (auto done = parse_constraint(rest, atom); !done) return std::unexpected(done.error());
  return atom;
}

namespace {

// Parses one clause onto the end of `atoms`; on an error some of it may be there.
Result<void> append_clause(std::string_view text, Symbols& symbols, std::vector<Atom>& atoms) {
  for (;;) {
    const auto bar = text.find('|');
    const auto parsed = parse_atom_text(text.substr(0, bar));
    if (!parsed) return std::unexpected(parsed.error());
    Atom atom{symbols.name(parsed->name), {}, {}, parsed->op};
    if (!parsed->qualifier.empty()) atom.qualifier = symbols.text_id(parsed->qualifier);
    if (parsed->op != VersionOp::any) atom.version = symbols.version(parsed->version);
    atoms.push_back(atom);
    if (bar == std::string_view::npos) return {};
    text.remove_prefix(bar + 1);
  }
}

}  // namespace

Result<std::vector<Atom>> parse_clause(std::string_view text, Symbols& symbols) {
  std::vector<Atom> atoms;
  if (auto done = append_clause(text, symbols, atoms); !done) return std::unexpected(done.error());
  return atoms;
}

// The number of a clause text; its alternatives are parsed the first time.
ClauseId RelationTable::intern(const Piece& piece, Symbols& symbols) {
  const ClauseId clause(texts_.intern(piece.text, piece.hash));
  if (clause.value == ranges_.size()) {
    const auto first = static_cast<std::uint32_t>(atoms_.size());
    if (!append_clause(piece.text, symbols, atoms_)) atoms_.resize(first);
    ranges_.push_back({first, static_cast<std::uint32_t>(atoms_.size()) - first});
  }
  return clause;
}

void RelationTable::parse_field(std::string_view field, Symbols& symbols,
                                std::vector<ClauseId>& out) {
  pieces_.clear();
  field = base::trim(field);
  while (!field.empty()) {
    const auto comma = std::min(field.find(','), field.size());
    const auto text = base::trim(field.substr(0, comma));
    field.remove_prefix(std::min(comma + 1, field.size()));
    const auto begin = field.find_first_not_of(kWhite);
    field.remove_prefix(std::min(begin, field.size()));
    pieces_.push_back({text, SymbolTable::hash_of(text)});
    texts_.prefetch(pieces_.back().hash);
  }
  for (const auto& piece : pieces_) out.push_back(intern(piece, symbols));
}

std::span<const Atom> RelationTable::atoms(ClauseId clause) const {
  const auto range = ranges_[clause.value];
  return std::span(atoms_).subspan(range.begin, range.size);
}

std::string text_of(std::span<const Atom> atoms, const Symbols& symbols) {
  std::string out;
  for (const auto& atom : atoms) {
    if (!out.empty()) out += " | ";
    out += symbols.text(atom.name);
    if (atom.qualifier.valid()) (out += ':') += symbols.text(atom.qualifier);
    if (atom.op == VersionOp::any) continue;
    ((out += " (") += text_of(atom.op)) += ' ';
    (out += symbols.text(atom.version)) += ')';
  }
  return out;
}

void RelationTable::save(ByteWriter& to) const {
  texts_.save(to);
  to.row(ranges_);
  to.row(atoms_);
}

bool RelationTable::restore(ByteReader& from) {
  return texts_.restore(from) && from.row(ranges_) && from.row(atoms_) &&
         ranges_.size() == texts_.size();
}

}  // namespace sluice::deb
