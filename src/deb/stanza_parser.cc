#include "deb/stanza_parser.h"

#include <array>
#include <cstring>
#include <limits>

#include "base/text.h"

namespace sluice::deb {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

// Values of the wanted fields of a paragraph, by position in the table of names.
template <std::size_t N>
using FieldValues = std::array<std::string_view, N>;

// One pass over the lines. A line is looked at only if its first letter and the length of its name
// fit a wanted field: most lines of an index (Description, checksums, file lists) fall at once.
template <std::size_t N>
FieldValues<N> collect_fields(std::string_view stanza,
                              const std::array<std::string_view, N>& names) {
  FieldValues<N> values{};
  const char* at = stanza.data();
  const char* const end = at + stanza.size();
  std::string_view* open = nullptr;  // field whose continuation lines belong to it
  while (at < end) {
    const auto* line_end =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (line_end == nullptr) line_end = end;
    if (*at == ' ' || *at == '\t') {
      if (open != nullptr)
        *open = {open->data(), static_cast<std::size_t>(line_end - open->data())};
    } else {
      open = nullptr;
      const auto length = static_cast<std::size_t>(line_end - at);
      for (std::size_t i = 0; i < N; ++i) {
        const auto name = names[i];
        if (length <= name.size() || at[name.size()] != ':' || ((at[0] ^ name[0]) & 0x5f) != 0)
          continue;
        if (!base::equals_ignoring_case({at, name.size()}, name)) continue;
        open = &values[i];
        *open = {at + name.size() + 1, length - name.size() - 1};
        break;
      }
    }
    at = line_end + 1;
  }
  for (auto& value : values)
    if (value.data() != nullptr) value = base::trim(value);
  return values;
}

enum BinaryField : std::size_t {
  kPackage,
  kVersion,
  kSection,
  kSource,
  kArchitecture,
  kMultiArch,
  kEssential,
  kPreDepends,
  kDepends,
  kConflicts,
  kBreaks,
  kProvides,
  kBuiltUsing,
  kBinaryFields
};
constexpr std::array<std::string_view, kBinaryFields> kBinaryNames = {
    "package",     "version", "section",   "source", "architecture", "multi-arch", "essential",
    "pre-depends", "depends", "conflicts", "breaks", "provides",     "built-using"};

MultiArch multi_arch_of(std::string_view text) {
  if (text == "same") return MultiArch::same;
  if (text == "foreign") return MultiArch::foreign;
  return text == "allowed" ? MultiArch::allowed : MultiArch::none;
}

// `Source: name (version)`; either part may be missing.
void set_source(std::string_view field, Symbols& symbols, BinaryPackage& package) {
  package.source = package.name;
  package.source_version = package.version;
  if (field.empty()) return;
  const auto open = field.find('(');
  package.source = symbols.name(base::trim(field.substr(0, open)));
  if (open == std::string_view::npos) return;
  const auto close = field.find(')', open);
  const auto version = base::trim(
      field.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
  if (!version.empty()) package.source_version = symbols.version(version);
}

// Provides and Built-Using name one package each, with `=` or no version at all.
bool usable(RelationField field, std::span<const Atom> atoms) {
  if (field != RelationField::provides && field != RelationField::built_using) return true;
  if (atoms.size() != 1) return false;
  const auto op = atoms.front().op;
  return op == VersionOp::eq || (op == VersionOp::any && field == RelationField::provides);
}

struct RelationReader {
  Snapshot& snapshot;
  BinaryPackage& package;
  std::vector<Problem>& problems;

  void report(Problem::Severity severity, RelationField field, ClauseId clause,
              std::string_view expectation) const {
    std::string text = "package ";
    text += snapshot.text(package.name);
    ((text += ", field ") += text_of(field)) += ": ";
    ((text += expectation) += ", got '") += snapshot.relations.text(clause);
    problems.push_back({severity, text += '\''});
  }

  void read(RelationField field, std::string_view text) const {
    auto& pool = snapshot.clause_pool;
    const auto begin = pool.size();
    snapshot.relations.parse_field(text, snapshot.symbols, pool);
    auto keep = begin;
    for (auto i = begin; i < pool.size(); ++i) {
      const auto clause = pool[i];
      const bool positive = field == RelationField::depends || field == RelationField::pre_depends;
      if (snapshot.relations.malformed(clause)) {
        report(Problem::Severity::error, field, clause, "relation expected");
        package.malformed = package.malformed || positive;
      } else if (!usable(field, snapshot.relations.atoms(clause))) {
        report(Problem::Severity::warning, field, clause,
               "one 'name' or 'name (= version)' expected");
      } else {
        pool[keep++] = clause;
      }
    }
    // A count beyond 16 bits is no package of this world; what is cut off makes it uninstallable.
    constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
    if (keep - begin > kMost) package.malformed = true;
    keep = std::min(keep, begin + kMost);
    pool.resize(keep);
    package.clauses[static_cast<std::size_t>(field)] = static_cast<std::uint16_t>(keep - begin);
  }
};

enum SourceField : std::size_t {
  kSrcPackage,
  kSrcVersion,
  kSrcMaintainer,
  kSrcSection,
  kSrcBuildDepends,
  kSrcBuildDependsArch,
  kSrcBuildDependsIndep,
  kSrcTestsuite,
  kSrcTriggers,
  kSrcExtraOnly,
  kSourceFields
};
constexpr std::array<std::string_view, kSourceFields> kSourceNames = {"package",
                                                                      "version",
                                                                      "maintainer",
                                                                      "section",
                                                                      "build-depends",
                                                                      "build-depends-arch",
                                                                      "build-depends-indep",
                                                                      "testsuite",
                                                                      "testsuite-triggers",
                                                                      "extra-source-only"};

TextId text_or_none(std::string_view text, Symbols& symbols) {
  return text.empty() ? TextId() : symbols.text_id(text);
}

}  // namespace

std::string maintainer_name(std::string_view field) {
  std::string name;
  for (;;) {
    const auto open = field.find(" <");
    const auto close = open == std::string_view::npos ? open : field.find('>', open);
    if (close == std::string_view::npos) return name += field;
    name += field.substr(0, open);
    field.remove_prefix(close + 1);
  }
}

Component component_of_section(std::string_view section) {
  const auto slash = section.find('/');
  if (slash == std::string_view::npos) return section.empty() ? Component::none : Component::main;
  const auto area = section.substr(0, slash);
  if (area == "restricted") return Component::restricted;
  if (area == "universe") return Component::universe;
  return area == "multiverse" ? Component::multiverse : Component::none;
}

Result<BinaryPackage> parse_binary_stanza(std::string_view stanza, Snapshot& snapshot,
                                          std::vector<Problem>& problems) {
  const auto fields = collect_fields(stanza, kBinaryNames);
  for (const auto wanted : {kPackage, kVersion, kArchitecture})
    if (fields[wanted].empty())
      return fail(ErrorKind::invalid, "field '" + std::string(kBinaryNames[wanted]) + "' expected");
  auto& symbols = snapshot.symbols;
  BinaryPackage package;
  package.name = symbols.name(fields[kPackage]);
  package.version = symbols.version(fields[kVersion]);
  package.section = text_or_none(fields[kSection], symbols);
  package.architecture = symbols.text_id(fields[kArchitecture]);
  package.arch_all = fields[kArchitecture] == "all";
  package.multi_arch = multi_arch_of(fields[kMultiArch]);
  package.essential = fields[kEssential] == "yes";
  set_source(fields[kSource], symbols, package);
  package.clauses_begin = static_cast<std::uint32_t>(snapshot.clause_pool.size());
  const RelationReader reader{snapshot, package, problems};
  for (std::size_t i = 0; i < kRelationFields; ++i)
    if (!fields[kPreDepends + i].empty())
      reader.read(static_cast<RelationField>(i), fields[kPreDepends + i]);
  return package;
}

Result<std::optional<SourcePackage>> parse_source_stanza(std::string_view stanza,
                                                         BuildRelations build_relations,
                                                         Symbols& symbols) {
  const auto fields = collect_fields(stanza, kSourceNames);
  if (fields[kSrcExtraOnly] == "yes") return std::nullopt;
  for (const auto wanted : {kSrcPackage, kSrcVersion})
    if (fields[wanted].empty())
      return fail(ErrorKind::invalid, "field '" + std::string(kSourceNames[wanted]) + "' expected");
  SourcePackage package;
  package.name = symbols.name(fields[kSrcPackage]);
  package.version = symbols.version(fields[kSrcVersion]);
  package.section = text_or_none(fields[kSrcSection], symbols);
  package.component = component_of_section(fields[kSrcSection]);
  if (!fields[kSrcMaintainer].empty())
    package.maintainer = symbols.text_id(maintainer_name(fields[kSrcMaintainer]));
  package.testsuite = text_or_none(fields[kSrcTestsuite], symbols);
  package.testsuite_triggers = text_or_none(fields[kSrcTriggers], symbols);
  if (build_relations == BuildRelations::keep) {
    std::string joined(fields[kSrcBuildDepends]);
    if (!joined.empty() && !fields[kSrcBuildDependsArch].empty()) joined += ", ";
    joined += fields[kSrcBuildDependsArch];
    package.build_depends = text_or_none(joined, symbols);
    package.build_depends_indep = text_or_none(fields[kSrcBuildDependsIndep], symbols);
  }
  return package;
}

}  // namespace sluice::deb
