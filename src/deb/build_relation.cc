#include "deb/build_relation.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/text.h"

namespace sluice::deb {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

// An architecture as dpkg sees it: ABI, C library, kernel, processor.
using Tuple = std::array<std::string_view, 4>;
constexpr std::string_view kAny = "any";

struct Exception {
  std::string_view arch;
  std::string_view abi;
  std::string_view cpu;
};

// Architectures whose name is not that of their processor (dpkg's tupletable).
constexpr Exception kExceptions[] = {
    {"armhf", "eabihf", "arm"},
    {"armel", "eabi", "arm"},
    {"x32", "x32", "amd64"},
    {"mipsn32", "abin32", "mips64"},
    {"mipsn32el", "abin32", "mips64el"},
    {"mips64", "abi64", "mips64"},
    {"mips64el", "abi64", "mips64el"},
    {"powerpcspe", "spe", "powerpc"},
    {"arm64ilp32", "ilp32", "arm64"},
};

// `amd64`, `kfreebsd-amd64`, `musl-linux-armhf`.
Tuple tuple_of_arch(std::string_view arch) {
  auto parts = base::split(arch, '-');
  Tuple tuple{"base", "gnu", "linux", parts.back()};
  if (parts.size() >= 2) tuple[2] = parts[parts.size() - 2];
  if (parts.size() >= 3) tuple[1] = parts[parts.size() - 3];
  for (const auto& exception : kExceptions) {
    if (tuple[3] != exception.arch) continue;
    tuple[0] = exception.abi;
    tuple[3] = exception.cpu;
    break;
  }
  return tuple;
}

// Parts that a wildcard leaves out in front are `any`.
Tuple tuple_of_wildcard(std::string_view wildcard) {
  const auto parts = base::split(wildcard, '-');
  Tuple tuple{kAny, kAny, kAny, kAny};
  const auto count = std::min(parts.size(), tuple.size());
  std::copy(parts.end() - static_cast<std::ptrdiff_t>(count), parts.end(),
            tuple.end() - static_cast<std::ptrdiff_t>(count));
  return tuple;
}

bool has_any(std::string_view wildcard) {
  const auto parts = base::split(wildcard, '-');
  return std::ranges::find(parts, kAny) != parts.end();
}

Result<std::vector<RestrictionTerm>> parse_terms(std::string_view text, std::string_view what) {
  std::vector<RestrictionTerm> terms;
  for (auto word : base::split_words(text)) {
    const bool negated = word.starts_with('!');
    if (negated) word.remove_prefix(1);
    if (word.empty() || word.find_first_of("!()<>[]") != std::string_view::npos)
      return fail(ErrorKind::invalid,
                  std::string(what) + " expected, got '" + std::string(word) + "'");
    terms.push_back({std::string(word), negated});
  }
  if (terms.empty()) return fail(ErrorKind::invalid, std::string(what) + " expected");
  return terms;
}

// Cuts the last bracketed group off; false if the text does not end in one.
bool take_group(std::string_view& text, char open, char close, std::string_view& inner) {
  if (!text.ends_with(close)) return false;
  const auto begin = text.rfind(open);
  if (begin == std::string_view::npos) return false;
  inner = text.substr(begin + 1, text.size() - begin - 2);
  text = base::trim(text.substr(0, begin));
  return true;
}

Result<BuildAtom> parse_build_atom(std::string_view text) {
  BuildAtom atom;
  text = base::trim(text);
  std::string_view inner;
  while (take_group(text, '<', '>', inner)) {
    auto terms = parse_terms(inner, "build profile");
    if (!terms) return std::unexpected(terms.error());
    atom.profiles.insert(atom.profiles.begin(), std::move(*terms));
  }
  if (take_group(text, '[', ']', inner)) {
    auto terms = parse_terms(inner, "architecture");
    if (!terms) return std::unexpected(terms.error());
    atom.architectures = std::move(*terms);
  }
  const auto parsed = parse_atom_text(text);
  if (!parsed) return std::unexpected(parsed.error());
  atom.name = parsed->name;
  atom.qualifier = parsed->qualifier;
  atom.version = parsed->version;
  atom.op = parsed->op;
  return atom;
}

// Positive names: one must cover. Only negated ones: none may.
bool allows(std::span<const RestrictionTerm> terms, std::string_view arch) {
  bool any_positive = false;
  bool covered = false;
  for (const auto& term : terms) {
    const bool hit = covers(term.name, arch);
    if (term.negated && hit) return false;
    any_positive = any_positive || !term.negated;
    covered = covered || (!term.negated && hit);
  }
  return covered || !any_positive;
}

}  // namespace

bool covers(std::string_view wildcard, std::string_view arch) {
  if (wildcard == arch) return true;
  if (!has_any(wildcard)) return false;
  const auto pattern = tuple_of_wildcard(wildcard);
  const auto tuple = tuple_of_arch(arch);
  for (std::size_t i = 0; i < tuple.size(); ++i)
    if (pattern[i] != kAny && pattern[i] != tuple[i]) return false;
  return true;
}

bool applies(const BuildAtom& atom, std::string_view arch) {
  if (!atom.architectures.empty() && !allows(atom.architectures, arch)) return false;
  const auto holds = [](const auto& terms) {
    return std::ranges::all_of(terms, [](const RestrictionTerm& term) { return term.negated; });
  };
  return atom.profiles.empty() || std::ranges::any_of(atom.profiles, holds);
}

Result<std::vector<BuildAtom>> parse_build_clause(std::string_view text) {
  std::vector<BuildAtom> atoms;
  for (const auto part : base::split(text, '|')) {
    auto atom = parse_build_atom(part);
    if (!atom) return std::unexpected(atom.error());
    atoms.push_back(std::move(*atom));
  }
  return atoms;
}

std::vector<BuildClause> parse_build_relations(std::string_view field) {
  std::vector<BuildClause> clauses;
  auto pieces = base::split(base::trim(field), ',');
  if (base::trim(pieces.back()).empty()) pieces.pop_back();  // nothing, or after a last comma
  for (const auto piece : pieces) {
    BuildClause clause{std::string(base::trim(piece)), {}};
    if (auto atoms = parse_build_clause(clause.text)) clause.atoms = std::move(*atoms);
    clauses.push_back(std::move(clause));
  }
  return clauses;
}

}  // namespace sluice::deb
