// Can the item's packages be installed once it is in the target? Source: migration 4.5.1.
#include <algorithm>

#include "deb/stanza_parser.h"
#include "migrate/policy_list.h"
#include "migrate/policy_memory.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

using deb::Component;
using deb::PackageIndex;
using Met = PolicyRun::Memory::Met;

// Everything that is the same for all binaries of an item on one architecture.
struct ArchCheck {
  const World& world;
  Excuse& excuse;
  ArchIndex arch;
  const solve::Universe& universe;
  const std::vector<deb::BinaryRef>& own;
  std::vector<Met>& met;  // by set

  bool brings(PackageIndex package) const {
    return std::ranges::find(own, deb::BinaryRef{arch, package}) != own.end();
  }
  Component component(PackageIndex package) const {
    return deb::component_of_section(
        world.snapshot.text(world.snapshot.record(arch, package).section));
  }
};

// main may use main; restricted main and restricted; universe main and universe; multiverse all.
// Sections outside these areas are not checked (migration 2.3).
bool component_allowed(Component mine, Component theirs) {
  if (mine == Component::none || theirs == Component::none) return true;
  return mine == Component::multiverse || theirs == Component::main || mine == theirs;
}

std::string_view text_of_component(Component component) {
  switch (component) {
    case Component::none: return "";
    case Component::main: return "main";
    case Component::restricted: return "restricted";
    case Component::universe: return "universe";
    case Component::multiverse: return "multiverse";
  }
  return "";
}

// The release team accepts that this binary cannot be installed here.
bool is_tolerated(const ArchCheck& check, const deb::BinaryPackage& binary) {
  const auto& world = check.world;
  if (binary.arch_all && check.excuse.item.has_arch()) return true;
  if (binary.arch_all && may_break_arch_all(world, check.arch)) return true;
  const auto now = world.target().binary(check.arch, binary.name);
  if (now.valid() && world.in_target({check.arch, now}) &&
      !world.installability[check.arch]->installable(now))
    return true;
  return uninst_allowed(world, binary, check.arch);
}

// The first relation that nothing in any suite satisfies: the reason to show for a broken package.
deb::ClauseId unsatisfiable_relation(const ArchCheck& check, PackageIndex package) {
  const auto& snapshot = check.world.snapshot;
  const auto& record = snapshot.record(check.arch, package);
  for (const auto field : {deb::RelationField::pre_depends, deb::RelationField::depends}) {
    for (const auto relation : snapshot.clauses(record, field)) {
      const auto satisfied = [&](const deb::Atom& atom) {
        const auto found = check.universe.satisfying(atom, solve::RelationKind::run_time);
        return !std::ranges::all_of(found,
                                    [&](PackageIndex p) { return check.universe.broken(p); });
      };
      if (!std::ranges::any_of(snapshot.relations.atoms(relation), satisfied)) return relation;
    }
  }
  return {};
}

Verdict judge_broken(ArchCheck& check, PackageIndex package) {
  const std::string arch(check.world.snapshot.arch_name(check.arch));
  check.excuse.unsatisfiable_archs.insert(arch);
  if (is_tolerated(check, check.world.snapshot.record(check.arch, package))) {
    auto& skipped = check.excuse.policy_info[PolicyId::depends]
                        .try_emplace("skip_dep_check", codec::List{})
                        .first->second;
    auto& archs = std::get<codec::List>(skipped);
    if (archs.empty() || *archs.back().string() != arch) archs.emplace_back(arch);
    return Verdict::pass;
  }
  auto& finding =
      add_finding(check.excuse, PolicyId::depends, FindingKind::unsatisfiable_dependency,
                  Place::verdict, Verdict::rejected_permanently);
  finding.arch = arch;
  finding.binaries = {{check.arch, package}};
  finding.relation = unsatisfiable_relation(check, package);
  check.excuse.reasons.insert("depends");
  return Verdict::rejected_permanently;
}

// Whom the members of a set that are in the target serve.
Met met_by(const ArchCheck& check, std::span<const PackageIndex> members) {
  auto met = Met::by_nobody;
  for (const auto member : members) {
    if (!check.world.in_target({check.arch, member})) continue;
    const auto its = check.component(member);
    if (its == Component::none || its == Component::main) return Met::for_all;
    met = Met::for_some;
  }
  return met;
}

bool is_met(const ArchCheck& check, solve::SetIndex set, Component mine) {
  const auto members = check.universe.members(set);
  auto& known = check.met[set.value];
  if (known == Met::unknown) known = met_by(check, members);
  if (known != Met::for_some || mine == Component::none) return known != Met::by_nobody;
  return std::ranges::any_of(members, [&](PackageIndex member) {
    return check.world.in_target({check.arch, member}) &&
           component_allowed(mine, check.component(member));
  });
}

// One line per alternative: all of them lie in components that the package may not use.
void report_components(ArchCheck& check, PackageIndex package, Component mine,
                       const solve::DependencyClause& clause) {
  for (const auto member : check.universe.members(clause.set)) {
    auto& finding = add_finding(check.excuse, PolicyId::depends, FindingKind::component_mismatch,
                                Place::verdict, Verdict::rejected_permanently);
    finding.arch = check.world.snapshot.arch_name(check.arch);
    finding.binaries = {{check.arch, package}, {check.arch, member}};
    finding.relation = check.universe.reasons(package, clause).front().relation;
    finding.words = {std::string(text_of_component(mine)),
                     std::string(text_of_component(check.component(member)))};
  }
}

Verdict judge_unmet(ArchCheck& check, PackageIndex package, Component mine,
                    const solve::DependencyClause& clause) {
  ExcuseDependency dependency;
  for (const auto member : check.universe.members(clause.set))
    if (mine == Component::none || component_allowed(mine, check.component(member)))
      dependency.alternatives.emplace_back().package = {check.arch, member};
  if (dependency.alternatives.empty()) {
    report_components(check, package, mine, clause);
    return Verdict::rejected_permanently;
  }
  dependency.type = DependencyType::depends;
  dependency.arch = check.arch;
  dependency.relation = check.universe.reasons(package, clause).front().relation;
  dependency.dependent = {check.arch, package};
  check.excuse.dependencies.push_back(std::move(dependency));
  return Verdict::pass;
}

Verdict judge_clauses(ArchCheck& check, PackageIndex package) {
  const auto& record = check.world.snapshot.record(check.arch, package);
  const auto mine =
      check.world.settings.components_checked ? check.component(package) : Component::none;
  auto verdict = Verdict::pass;
  bool asked = false;  // toleration is rarely needed and costs look-ups
  for (const auto& clause : check.universe.depends(package)) {
    const auto members = check.universe.members(clause.set);
    if (is_met(check, clause.set, mine)) continue;
    if (std::ranges::any_of(members, [&](PackageIndex p) { return check.brings(p); })) continue;
    if (!asked && is_tolerated(check, record)) return verdict;
    asked = true;
    verdict = worst(verdict, judge_unmet(check, package, mine, clause));
  }
  return verdict;
}

}  // namespace

Verdict depends_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch) {
  const auto& world = run.world;
  if (is_break_arch(world, arch) || is_new_arch(world, arch)) return Verdict::pass;
  const auto own = packages_on(world, excuse, arch);
  const auto& universe = *world.universes[arch];
  auto& met = memory_of(run).met;
  met.resize(world.universes.size());
  if (met[arch].empty()) met[arch].resize(universe.set_count());
  ArchCheck check{world, excuse, arch, universe, own, met[arch]};
  auto verdict = Verdict::pass;
  for (const auto ref : own) {
    if (is_cruft(world, excuse.item.suite, world.snapshot.record(ref))) continue;
    verdict =
        worst(verdict, check.universe.broken(ref.package) ? judge_broken(check, ref.package)
                                                          : judge_clauses(check, ref.package));
  }
  return verdict;
}

}  // namespace sluice::migrate
