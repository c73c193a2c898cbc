#include "migrate/candidates_debian.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/text.h"

namespace sluice::migrate {
namespace {

// Who satisfies a clause on one architecture.
struct Solvers {
  bool in_target = false;
  std::vector<NameId> sources;  // of the solving packages in the source suite; by name
};

// Looks at every clause once per suite and architecture, however many packages carry it.
class DependencyCheck {
 public:
  explicit DependencyCheck(const World& world)
      : world_(world), known_(world.snapshot.suites.size() * world.snapshot.archs.size()) {}

  void check(Excuse& excuse, deb::BinaryRef ref) {
    const auto& record = world_.snapshot.record(ref);
    for (const auto field : {deb::RelationField::pre_depends, deb::RelationField::depends})
      for (const auto clause : world_.snapshot.clauses(record, field)) check(excuse, ref, clause);
    // The record lost what could not be parsed; nobody satisfies that.
    if (record.malformed) state_unsatisfiable(excuse, ref, deb::ClauseId());
  }

 private:
  void check(Excuse& excuse, deb::BinaryRef ref, deb::ClauseId clause) {
    const auto& solvers = solvers_of(excuse.item.suite, ref.arch, clause);
    if (solvers.in_target) return;
    // The binaries of one source enter the target together.
    if (std::ranges::find(solvers.sources, excuse.item.package) != solvers.sources.end()) return;
    if (solvers.sources.empty()) return state_unsatisfiable(excuse, ref, clause);
    const auto arch_name = world_.snapshot.arch_name(ref.arch);
    const bool breakable = world_.settings.break_archs.contains(arch_name);
    for (const auto source : solvers.sources) {
      if (breakable)
        state_unimportant(excuse, arch_name, source);
      else
        add_dependency(excuse, ref, clause, source);
    }
  }

  const Solvers& solvers_of(SuiteIndex suite, ArchIndex arch, deb::ClauseId clause) {
    auto& known = known_[suite * world_.snapshot.archs.size() + arch];
    const auto [at, fresh] = known.try_emplace(clause);
    if (fresh) at->second = find_solvers(suite, arch, clause);
    return at->second;
  }

  Solvers find_solvers(SuiteIndex suite, ArchIndex arch, deb::ClauseId clause) const {
    const auto& snapshot = world_.snapshot;
    Solvers solvers;
    for (const auto& atom : snapshot.relations.atoms(clause)) {
      for (const auto package :
           world_.universes[arch]->satisfying(atom, solve::RelationKind::run_time)) {
        const auto& record = snapshot.record(arch, package);
        if (world_.target().binary(arch, record.name) == package) solvers.in_target = true;
        if (world_.suite(suite).binary(arch, record.name) == package)
          solvers.sources.push_back(record.source);
      }
    }
    std::ranges::sort(solvers.sources, {}, [&](NameId name) { return snapshot.text(name); });
    const auto rest = std::ranges::unique(solvers.sources);
    solvers.sources.erase(rest.begin(), rest.end());
    return solvers;
  }

  // The verdict stays: the installability check stops such an item later.
  void state_unsatisfiable(Excuse& excuse, deb::BinaryRef ref, deb::ClauseId clause) const {
    auto& finding = add_finding(excuse, FindingKind::unsatisfiable_dependency, Place::verdict);
    finding.arch = world_.snapshot.arch_name(ref.arch);
    finding.binaries = {ref};
    finding.relation = clause;
    excuse.reasons.insert("depends");
    excuse.unsatisfiable_archs.insert(finding.arch);
    if (clause.valid())
      excuse.unsatisfiable_dependencies[finding.arch].emplace_back(
          base::trim(world_.snapshot.relations.text(clause)));
  }

  // Kept as a finding until propagation knows all real dependencies (propagate_debian.h).
  void state_unimportant(Excuse& excuse, std::string_view arch, NameId source) const {
    const auto name = world_.snapshot.text(source);
    const auto same = [&](const Finding& finding) {
      return finding.kind == FindingKind::ignoring_break_arch_dependency && finding.arch == arch &&
             finding.words.front() == name;
    };
    if (std::ranges::any_of(excuse.findings, same)) return;
    auto& finding = add_finding(excuse, FindingKind::ignoring_break_arch_dependency, Place::info);
    finding.arch = arch;
    finding.words.emplace_back(name);
  }

  void add_dependency(Excuse& excuse, deb::BinaryRef ref, deb::ClauseId clause,
                      NameId source) const {
    auto name = dependency_name(world_, excuse.item.suite, source, ref.arch);
    const auto same = [&](const ExcuseDependency& dependency) {
      return dependency.type == DependencyType::depends && dependency.arch == ref.arch &&
             dependency.alternatives.front().item == name;
    };
    if (std::ranges::any_of(excuse.dependencies, same)) return;
    auto& dependency = excuse.dependencies.emplace_back();
    dependency.type = DependencyType::depends;
    dependency.arch = ref.arch;
    dependency.relation = clause;
    dependency.dependent = ref;
    dependency.alternatives.emplace_back().item = std::move(name);
  }

  const World& world_;
  std::vector<std::unordered_map<deb::ClauseId, Solvers>> known_;  // by suite and architecture
};

}  // namespace

FinderRules debian_finder(const World& world) {
  FinderRules rules;
  rules.arch_all_apart = true;
  rules.lists_missing_builds = true;
  rules.details_missing_builds = false;
  rules.mentions_out_of_sync = true;
  rules.missing_build_reason = "";
  rules.cruft_reason = "";
  rules.remove_hint_rejects_binaries = true;
  auto check = std::make_shared<DependencyCheck>(world);
  rules.check_dependencies = [check](Excuse& excuse, deb::BinaryRef ref) {
    check->check(excuse, ref);
  };
  return rules;
}

std::string dependency_name(const World& world, SuiteIndex suite, NameId source, ArchIndex arch) {
  std::string name(world.snapshot.text(source));
  const auto* here = world.suite(suite).source(source);
  const auto* there = world.target().source(source);
  if (here != nullptr && there != nullptr && here->version == there->version)
    (name += '/') += world.snapshot.arch_name(arch);
  return name;
}

}  // namespace sluice::migrate
