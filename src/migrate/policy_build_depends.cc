// Debian: can the source be built with what is, or will be, in the target? Source: migration 4.5.5.
#include <algorithm>

#include "base/text.h"
#include "deb/build_relation.h"
#include "deb/version.h"
#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

using deb::BuildAtom;
using deb::BuildClause;
using deb::PackageIndex;

// From the best to the worst outcome of one architecture.
enum class ArchOutcome : std::uint8_t { ok, waits, failed };

struct ArchResult {
  ArchIndex arch = 0;
  ArchOutcome outcome = ArchOutcome::ok;
  std::vector<std::string> needs;          // names of items, each once, in order of appearance
  std::vector<std::string> unsatisfiable;  // clauses as the archive wrote them
};

// One of the two fields of one source.
struct Question {
  const World& world;
  const Excuse& excuse;
  const deb::SourcePackage& source;
  DependencyType type;
  std::vector<BuildClause> clauses;
};

bool version_satisfies(const World& world, VersionId version, const BuildAtom& atom) {
  const auto order = deb::compare_versions(world.snapshot.text(version), atom.version);
  switch (atom.op) {
    case deb::VersionOp::any: return true;
    case deb::VersionOp::lt: return order < 0;
    case deb::VersionOp::le: return order <= 0;
    case deb::VersionOp::eq: return order == 0;
    case deb::VersionOp::ge: return order >= 0;
    case deb::VersionOp::gt: return order > 0;
  }
  return false;
}

// A versioned Provides of the name whose version satisfies the alternative.
bool provides(const World& world, const deb::BinaryPackage& package, NameId name,
              const BuildAtom& atom) {
  const auto& snapshot = world.snapshot;
  const auto entries = snapshot.clauses(package, deb::RelationField::provides);
  return std::ranges::any_of(entries, [&](deb::ClauseId entry) {
    const auto& provided = snapshot.relations.atoms(entry).front();
    return provided.name == name && provided.version.valid() &&
           version_satisfies(world, provided.version, atom);
  });
}

// Migration 3.4 with `:native` allowed. Names and versions of build relations need not be in the
// snapshot, so versions are compared as text.
std::vector<PackageIndex> satisfying(const World& world, ArchIndex arch, const BuildAtom& atom) {
  const auto name = world.snapshot.symbols.find_name(atom.name);
  if (!name.valid()) return {};
  if (!atom.qualifier.empty()) {
    auto found = world.snapshot.packages_named(arch, name);
    std::erase_if(found, [&](PackageIndex package) {
      const auto& record = world.snapshot.record(arch, package);
      const bool allowed =
          atom.qualifier == "native" ||
          (atom.qualifier == "any" && record.multi_arch == deb::MultiArch::allowed);
      return !allowed || !version_satisfies(world, record.version, atom);
    });
    return found;
  }
  const deb::Atom any_version{name, {}, {}, deb::VersionOp::any};
  auto found = world.universes[arch]->satisfying(any_version, solve::RelationKind::build_time);
  if (atom.op == deb::VersionOp::any) return found;
  std::erase_if(found, [&](PackageIndex package) {
    const auto& record = world.snapshot.record(arch, package);
    const bool real = record.name == name && version_satisfies(world, record.version, atom);
    return !real && !provides(world, record, name, atom);
  });
  return found;
}

// "src/ARCH" where the source has one version in both suites, else "src" (4.8).
std::string item_for(const Question& question, NameId source, ArchIndex arch) {
  const auto& world = question.world;
  const auto* here = world.suite(question.excuse.item.suite).source(source);
  const auto* there = world.target().source(source);
  std::string name(world.snapshot.text(source));
  if (here != nullptr && there != nullptr && here->version == there->version)
    (name += '/') += world.snapshot.arch_name(arch);
  return name;
}

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

void check_clause(const Question& question, const BuildClause& clause, ArchResult& result) {
  const auto& world = question.world;
  const auto& snapshot = world.snapshot;
  const auto& suite = world.suite(question.excuse.item.suite);
  bool relevant = clause.atoms.empty();  // a malformed clause counts, and nothing satisfies it
  std::vector<NameId> sources;
  for (const auto& atom : clause.atoms) {
    if (!deb::applies(atom, snapshot.arch_name(result.arch))) continue;
    relevant = true;
    for (const auto package : satisfying(world, result.arch, atom)) {
      if (world.in_target({result.arch, package})) return;
      const auto& record = snapshot.record(result.arch, package);
      if (suite.binary(result.arch, record.name) == package) sources.push_back(record.source);
    }
  }
  if (!relevant || std::ranges::find(sources, question.source.name) != sources.end()) return;
  if (sources.empty()) {
    result.unsatisfiable.push_back(clause.text);
    result.outcome = ArchOutcome::failed;
    return;
  }
  for (const auto source : sources) add_once(result.needs, item_for(question, source, result.arch));
  result.outcome = std::max(result.outcome, ArchOutcome::waits);
}

ArchResult check_on(const Question& question, ArchIndex arch) {
  ArchResult result;
  result.arch = arch;
  for (const auto& clause : question.clauses) check_clause(question, clause, result);
  return result;
}

// Architectures for which the source has binaries of their own, in configuration order.
std::vector<ArchIndex> own_archs(const Question& question) {
  std::vector<ArchIndex> archs;
  for (std::size_t i = 0; i < question.world.snapshot.archs.size(); ++i) {
    const auto arch = static_cast<ArchIndex>(i);
    if (std::ranges::any_of(question.source.binaries, [&](deb::BinaryRef ref) {
          return ref.arch == arch && !question.world.snapshot.record(ref).arch_all;
        }))
      archs.push_back(arch);
  }
  return archs;
}

// ALL_BUILDARCH, then the source's own architectures, then the others.
std::vector<ArchIndex> archs_by_preference(const Question& question) {
  const auto& world = question.world;
  std::vector<ArchIndex> archs;
  const auto add = [&](ArchIndex arch) {
    if (std::ranges::find(archs, arch) == archs.end()) archs.push_back(arch);
  };
  for (const auto word : base::split_words(world.settings.all_buildarch))
    if (const auto arch = world.snapshot.find_arch(word)) add(*arch);
  for (const auto arch : own_archs(question)) add(arch);
  for (std::size_t i = 0; i < world.snapshot.archs.size(); ++i) add(static_cast<ArchIndex>(i));
  return archs;
}

// Dependencies, lines and verdict of one architecture.
Verdict apply(const Question& question, Excuse& excuse, const ArchResult& result) {
  const auto& world = question.world;
  if (!is_break_arch(world, result.arch)) {
    for (const auto& item : result.needs) {
      ExcuseDependency dependency;
      dependency.type = question.type;
      dependency.arch = result.arch;
      dependency.alternatives.emplace_back().item = item;
      excuse.dependencies.push_back(std::move(dependency));
    }
  }
  for (const auto& clause : result.unsatisfiable) {
    auto& finding =
        add_finding(excuse, PolicyId::build_depends, FindingKind::unsatisfiable_build_depends,
                    Place::verdict, Verdict::rejected_permanently);
    finding.arch = world.snapshot.arch_name(result.arch);
    finding.words = {std::string(words_of(question.type).display), clause};
  }
  return result.outcome == ArchOutcome::failed ? Verdict::rejected_permanently : Verdict::pass;
}

Verdict check_every_arch(const Question& question, Excuse& excuse,
                         std::span<const ArchIndex> archs) {
  auto verdict = Verdict::pass;
  codec::Map failures;
  for (const auto arch : archs) {
    const auto result = check_on(question, arch);
    verdict = worst(verdict, apply(question, excuse, result));
    if (!result.unsatisfiable.empty())
      failures[std::string(question.world.snapshot.arch_name(arch))] =
          codec::List(result.unsatisfiable.begin(), result.unsatisfiable.end());
  }
  if (!failures.empty())
    excuse.policy_info[PolicyId::build_depends]["unsatisfiable-arch-build-depends"] =
        std::move(failures);
  return verdict;
}

// One architecture is enough: the first with the best outcome.
Verdict check_any_arch(const Question& question, Excuse& excuse) {
  std::optional<ArchResult> best;
  for (const auto arch : archs_by_preference(question)) {
    auto result = check_on(question, arch);
    if (!best || result.outcome < best->outcome) best = std::move(result);
    if (best->outcome == ArchOutcome::ok) break;
  }
  if (!best) return Verdict::pass;  // a run without architectures
  const std::string arch(question.world.snapshot.arch_name(best->arch));
  const auto words = words_of(question.type);
  auto& finding = add_finding(excuse, PolicyId::build_depends, FindingKind::checking_build_depends,
                              Place::detail);
  finding.arch = arch;
  finding.words = {std::string(words.description)};
  excuse.policy_info[PolicyId::build_depends]["check-" + std::string(words.reason) + "-on-arch"] =
      arch;
  return apply(question, excuse, *best);
}

void report_malformed(PolicyRun& run, const Question& question) {
  for (const auto& clause : question.clauses)
    if (clause.atoms.empty())
      run.out.messages.push_back("source " + std::string(package_of(run.world, question.excuse)) +
                                 ", field " + std::string(words_of(question.type).display) +
                                 ": relation expected, got '" + clause.text + "'");
}

}  // namespace

Verdict build_depends_on_source(PolicyRun& run, Excuse& excuse) {
  const auto& world = run.world;
  const auto* source = source_of(world, excuse);
  if (source == nullptr) return Verdict::pass;
  auto verdict = Verdict::pass;
  const auto check = [&](deb::TextId field, DependencyType type) {
    if (!field.valid()) return;
    const Question question{world, excuse, *source, type,
                            deb::parse_build_relations(world.snapshot.text(field))};
    report_malformed(run, question);
    const auto archs = own_archs(question);
    const bool any_arch = type == DependencyType::build_depends_indep || archs.empty();
    verdict = worst(verdict, any_arch ? check_any_arch(question, excuse)
                                      : check_every_arch(question, excuse, archs));
  };
  check(source->build_depends, DependencyType::build_depends);
  check(source->build_depends_indep, DependencyType::build_depends_indep);
  return verdict;
}

}  // namespace sluice::migrate
