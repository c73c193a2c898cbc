// Would the new version break packages of the target that depend on the old one?
// Source: migration 4.5.7.
//
// A library may have thirty thousand dependents. They are not walked: whether a clause survives is
// a property of its set of alternatives, but for dependents that conflict with all the alternatives
// that remain, and those are found from the few conflicts of one remaining alternative.
#include <algorithm>
#include <optional>

#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"
#include "migrate/smooth_updates.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;

// One binary of the target gives way to its replacement (invalid: to nothing).
struct Upgrade {
  const World& world;
  ArchIndex arch;
  PackageIndex old, replacement;
  NameId name;
  const solve::Universe& universe;

  // The alternative still exists afterwards: another name, or the replacement itself.
  bool remains(PackageIndex alternative) const {
    return alternative == replacement || world.snapshot.record(arch, alternative).name != name;
  }
  bool conflict(PackageIndex a, PackageIndex b) const {
    return std::ranges::binary_search(universe.conflicts(a), b);
  }
  // No alternative of the set is left for this dependent.
  bool empties(solve::SetIndex set, PackageIndex dependent) const {
    return std::ranges::none_of(universe.members(set), [&](PackageIndex alternative) {
      return remains(alternative) && !conflict(dependent, alternative);
    });
  }
};

void add_broken_by_set(const Upgrade& upgrade, solve::SetIndex set,
                       std::vector<PackageIndex>& out) {
  const auto& universe = upgrade.universe;
  const auto members = universe.members(set);
  const auto dependents = universe.dependents(set);
  const auto left =
      std::ranges::find_if(members, [&](PackageIndex p) { return upgrade.remains(p); });
  if (left == members.end()) {
    out.insert(out.end(), dependents.begin(), dependents.end());
    return;
  }
  for (const auto hostile : universe.conflicts(*left))
    if (std::ranges::binary_search(dependents, hostile) && upgrade.empties(set, hostile))
      out.push_back(hostile);
}

std::vector<PackageIndex> broken_by(const Upgrade& upgrade) {
  std::vector<PackageIndex> broken;
  for (const auto set : upgrade.universe.sets_with(upgrade.old))
    add_broken_by_set(upgrade, set, broken);
  std::ranges::sort(broken);
  broken.erase(std::ranges::unique(broken).begin(), broken.end());
  return broken;
}

bool breaks(const Upgrade& upgrade, PackageIndex package) {
  const auto clauses = upgrade.universe.depends(package);
  return std::ranges::any_of(clauses, [&](const solve::DependencyClause& clause) {
    return std::ranges::binary_search(upgrade.universe.members(clause.set), upgrade.old) &&
           upgrade.empties(clause.set, package);
  });
}

// Breaking this dependent does not matter: it goes with the item, is about to go, or may break.
bool is_exempt(const Upgrade& upgrade, PackageIndex dependent, NameId source) {
  const auto& world = upgrade.world;
  if (!world.in_target({upgrade.arch, dependent})) return true;
  const auto& record = world.snapshot.record(upgrade.arch, dependent);
  if (record.source == source) return true;
  if (world.suite(kPrimary).source(record.source) == nullptr) return true;
  if (is_cruft(world, deb::kTarget, record)) return true;
  if (record.arch_all && may_break_arch_all(world, upgrade.arch)) return true;
  if (uninst_allowed(world, record, upgrade.arch)) return true;
  return !world.installability[upgrade.arch]->installable(dependent);
}

// The newer source that no longer builds the binary; migrating it solves the problem as well.
std::optional<Alternative> newer_source(const World& world, SuiteIndex suite,
                                        const deb::BinaryPackage& record) {
  const auto* source = world.suite(suite).source(record.source);
  if (source == nullptr || compare(world, source->version, record.source_version) <= 0)
    return std::nullopt;
  Alternative found;
  found.item = uvname({ItemKind::source, source->name, source->version, suite, 0}, world.snapshot);
  return found;
}

// What a source suite offers instead of the dependent, if it survives the upgrade.
std::optional<Alternative> newer_in(const Upgrade& upgrade, SuiteIndex suite,
                                    PackageIndex dependent) {
  const auto& world = upgrade.world;
  const auto& record = world.snapshot.record(upgrade.arch, dependent);
  const auto there = world.suite(suite).binary(upgrade.arch, record.name);
  if (!there.valid()) return newer_source(world, suite, record);
  const auto& newer = world.snapshot.record(upgrade.arch, there);
  if (is_cruft(world, suite, newer)) return newer_source(world, suite, record);
  if (compare(world, newer.version, record.version) <= 0 || breaks(upgrade, there))
    return std::nullopt;
  Alternative found;
  found.package = {upgrade.arch, there};
  return found;
}

Verdict report_broken(const Upgrade& upgrade, Excuse& excuse, PackageIndex dependent) {
  auto& finding = add_finding(excuse, PolicyId::implicit_deps, FindingKind::implicit_breaks,
                              Place::verdict, Verdict::rejected_permanently);
  finding.arch = upgrade.world.snapshot.arch_name(upgrade.arch);
  finding.binaries = {{upgrade.arch, dependent}, {upgrade.arch, upgrade.old}};
  if (upgrade.replacement.valid()) finding.binaries.push_back({upgrade.arch, upgrade.replacement});
  for (const auto& clause : upgrade.universe.depends(dependent)) {
    if (!std::ranges::binary_search(upgrade.universe.members(clause.set), upgrade.old)) continue;
    if (!upgrade.empties(clause.set, dependent)) continue;
    finding.relation = upgrade.universe.reasons(dependent, clause).front().relation;
    break;
  }
  return Verdict::rejected_permanently;
}

// True if a newer version of the dependent helps: the item then depends on that one.
bool depends_on_newer(const Upgrade& upgrade, Excuse& excuse, PackageIndex dependent) {
  ExcuseDependency dependency;
  const auto suites = upgrade.world.snapshot.suites.size();
  for (std::size_t suite = kPrimary; suite < suites; ++suite)
    if (auto newer = newer_in(upgrade, static_cast<SuiteIndex>(suite), dependent))
      dependency.alternatives.push_back(std::move(*newer));
  if (dependency.alternatives.empty()) return false;
  dependency.type = DependencyType::implicit;
  dependency.arch = upgrade.arch;
  dependency.dependent = {upgrade.arch, dependent};
  excuse.dependencies.push_back(std::move(dependency));
  return true;
}

// Binaries that the upgrade breaks for good are added to `broken`.
void check_upgrade(const Upgrade& upgrade, Excuse& excuse, std::vector<BinaryRef>& broken) {
  std::vector<BinaryRef> hit;
  for (const auto dependent : broken_by(upgrade))
    if (!is_exempt(upgrade, dependent, excuse.item.package))
      hit.push_back({upgrade.arch, dependent});
  sort_by_text(upgrade.world.snapshot, hit);
  for (const auto ref : hit) {
    if (depends_on_newer(upgrade, excuse, ref.package)) continue;
    report_broken(upgrade, excuse, ref.package);
    broken.push_back(ref);
  }
}

// The target's binaries of the source on the architecture that are not cruft, sorted.
std::vector<BinaryRef> old_binaries(const World& world, const deb::SourcePackage& source,
                                    ArchIndex arch) {
  std::vector<BinaryRef> found;
  for (const auto ref : source.binaries)
    if (ref.arch == arch && world.in_target(ref) &&
        !is_cruft(world, deb::kTarget, world.snapshot.record(ref)))
      found.push_back(ref);
  sort_by_text(world.snapshot, found);
  return found;
}

void note_broken(const World& world, Excuse& excuse, std::span<const BinaryRef> broken) {
  auto& info = excuse.policy_info[PolicyId::implicit_deps];
  std::set<std::string> ids;
  if (const auto at = info.find("implicit-deps"); at != info.end())
    for (const auto& id : *at->second.find("broken-binaries")->list()) ids.insert(*id.string());
  for (const auto ref : broken) ids.insert(world.snapshot.text_of(ref));
  info["implicit-deps"] = codec::Map{{"broken-binaries", codec::List(ids.begin(), ids.end())}};
}

// The same name in the item's suite, unless it is cruft there; another source may have built it.
PackageIndex replacement_of(const World& world, const Excuse& excuse, BinaryRef old) {
  const auto suite = excuse.item.suite;
  const auto there = world.suite(suite).binary(old.arch, world.snapshot.record(old).name);
  if (!there.valid() || is_cruft(world, suite, world.snapshot.record(old.arch, there))) return {};
  return there;
}

}  // namespace

Verdict implicit_deps_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch) {
  const auto& world = run.world;
  const auto* source = target_source_of(world, excuse);
  if (source == nullptr) return Verdict::pass;
  if (excuse.reasons.contains("missingbuild")) {
    // Binaries that are not built yet would look like removed ones.
    add_finding(excuse, PolicyId::implicit_deps, FindingKind::implicit_skipped, Place::detail)
        .arch = world.snapshot.arch_name(arch);
    return Verdict::pass;
  }
  std::vector<BinaryRef> broken;
  if (!is_new_arch(world, arch) && !is_break_arch(world, arch)) {
    for (const auto old : old_binaries(world, *source, arch)) {
      const auto replacement = replacement_of(world, excuse, old);
      if (replacement == old.package) continue;
      if (!replacement.valid() && smooth_update_allowed(world, old)) continue;
      const Upgrade upgrade{world,
                            arch,
                            old.package,
                            replacement,
                            world.snapshot.record(old).name,
                            *world.universes[arch]};
      check_upgrade(upgrade, excuse, broken);
    }
  }
  note_broken(world, excuse, broken);
  return broken.empty() ? Verdict::pass : Verdict::rejected_permanently;
}

}  // namespace sluice::migrate
