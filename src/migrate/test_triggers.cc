#include "migrate/test_triggers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

using deb::PackageIndex;
using Packages = std::set<PackageIndex>;

class TriggerSearch {
 public:
  TriggerSearch(const World& world, const TestIndex& index, const deb::SourcePackage& item,
                ArchIndex arch)
      : world_(world), index_(index), universe_(*world.universes[arch]), item_(item), arch_(arch) {}

  // Sources of the source suite that are needed; the item's own may be among them.
  std::set<NameId> find() {
    for (const auto ref : item_.binaries)
      if (ref.arch == arch_) visit(ref.package);
    while (!open_.empty()) {
      const auto package = open_.back();
      open_.pop_back();
      add_missing(package);
    }
    add_conflicting();
    std::set<NameId> sources;
    for (const auto package : needed_) add_sources(package, sources);
    return sources;
  }

 private:
  void visit(PackageIndex package) {
    if (needed_.insert(package).second) open_.push_back(package);
  }

  bool has(const deb::Suite& suite, PackageIndex package) const {
    return suite.binary(arch_, world_.snapshot.record(arch_, package).name) == package;
  }

  // Clauses that nothing in the target satisfies need one of their alternatives, whichever.
  void add_missing(PackageIndex package) {
    for (const auto& clause : universe_.depends(package)) {
      const auto members = universe_.members(clause.set);
      if (std::ranges::any_of(members, [&](auto each) { return has(world_.target(), each); }))
        continue;
      for (const auto member : members) visit(member);
    }
  }

  // What is in the way in the target, and is not in the source suite: an update that gives way.
  void add_conflicting() {
    Packages in_the_way;
    for (const auto package : needed_) {
      std::set<NameId> names;
      const auto conflicts = universe_.conflicts(package);
      for (const auto each : conflicts)
        if (has(world_.target(), each)) names.insert(world_.snapshot.record(arch_, each).name);
      for (const auto each : conflicts)
        if (has(world_.suite(kPrimary), each))
          names.erase(world_.snapshot.record(arch_, each).name);
      for (const auto each : conflicts)
        if (names.contains(world_.snapshot.record(arch_, each).name)) in_the_way.insert(each);
    }
    needed_.merge(in_the_way);
  }

  void add_sources(PackageIndex package, std::set<NameId>& sources) const {
    const auto name = world_.snapshot.record(arch_, package).name;
    const auto in_source_suite = world_.suite(kPrimary).binary(arch_, name);
    if (!in_source_suite.valid()) return;
    sources.insert(world_.snapshot.record(arch_, in_source_suite).source);
    if (std::ranges::binary_search(item_.binaries, deb::BinaryRef{arch_, package})) return;
    for (const auto source : index_.triggered_by(name)) sources.insert(source);
  }

  const World& world_;
  const TestIndex& index_;
  const solve::Universe& universe_;
  const deb::SourcePackage& item_;
  ArchIndex arch_;
  Packages needed_;
  std::vector<PackageIndex> open_;
};

}  // namespace

std::string own_trigger(const World& world, const Excuse& excuse) {
  return fmt::format("{}/{}", package_of(world, excuse), version_of(world, excuse));
}

std::vector<std::string> trigger_list(const World& world, const TestRules& rules,
                                      const TestIndex& index, const Excuse& excuse,
                                      ArchIndex arch) {
  auto own = own_trigger(world, excuse);
  const auto* item = source_of(world, excuse);
  if (item == nullptr) return {std::move(own)};
  std::set<std::string> tail;
  for (const auto name : TriggerSearch(world, index, *item, arch).find()) {
    const auto* source = world.suite(kPrimary).source(name);
    if (source == nullptr) continue;
    const auto* target = world.target().source(name);
    const bool same = target != nullptr && target->version == source->version;
    if (same && rules.triggers_must_differ) continue;
    tail.insert(
        fmt::format("{}/{}", world.snapshot.text(name), world.snapshot.text(source->version)));
  }
  tail.erase(own);
  std::vector<std::string> triggers = {std::move(own)};
  triggers.insert(triggers.end(), tail.begin(), tail.end());
  return triggers;
}

}  // namespace sluice::migrate
