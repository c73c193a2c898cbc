#include "migrate/nearness.h"

#include <algorithm>

#include "migrate/target.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;

void add_binaries(const World& world, const deb::SourcePackage* source, Footprint& footprint) {
  if (source == nullptr) return;
  for (const auto ref : source->binaries) {
    const auto name = world.snapshot.record(ref).name;
    footprint.packages.push_back(ref);
    footprint.names.push_back(name);
    // What an added binary of another source replaces, and what it is compared with.
    if (const auto now = world.now->binary(ref.arch, name); now.valid())
      footprint.packages.push_back({ref.arch, now});
  }
}

}  // namespace

Footprint footprint_of(const World& world, std::span<const Item> items) {
  Footprint footprint;
  for (const auto& item : items) {
    footprint.names.push_back(item.package);
    auto source = item.package;
    if (item.kind == ItemKind::cruft_removal) {
      const auto now = world.now->binary(item.arch, item.package);
      if (!now.valid()) continue;
      footprint.packages.push_back({item.arch, now});
      source = world.snapshot.record(item.arch, now).source;
      footprint.names.push_back(source);
    }
    add_binaries(world, world.now->source(source), footprint);
    if (!item.is_removal()) add_binaries(world, world.suite(item.suite).source(source), footprint);
  }
  return footprint;
}

void Nearness::reset(std::span<const std::unique_ptr<const solve::Universe>> universes) {
  archs_.assign(universes.size(), {});
  names_.clear();
}

// Everything that the package reaches, itself included.
void Nearness::add_below(ArchIndex arch, PackageIndex package, const solve::Universe& universe) {
  auto& near = archs_[arch].near;
  std::vector<PackageIndex> queue{package};
  const auto mark = [&](PackageIndex found) {
    if (near[found.value] != 0) return;
    near[found.value] = 1;
    queue.push_back(found);
  };
  queue.clear();
  mark(package);
  while (!queue.empty()) {
    const auto at = queue.back();
    queue.pop_back();
    for (const auto& clause : universe.depends(at))
      for (const auto member : universe.members(clause.set)) mark(member);
  }
}

void Nearness::add(const Footprint& footprint, const World& world) {
  names_.insert(footprint.names.begin(), footprint.names.end());
  for (const auto ref : footprint.packages) {
    const auto& universe = *world.universes[ref.arch];
    auto& arch = archs_[ref.arch];
    if (arch.near.empty()) {
      arch.above.resize(universe.size());
      arch.near.resize(universe.size());
      for (std::uint32_t p = 0; p < universe.size(); ++p)
        if (universe.essential(PackageIndex(p))) add_below(ref.arch, PackageIndex(p), universe);
    }
    std::vector<PackageIndex> queue;
    const auto mark = [&](PackageIndex found) {
      if (arch.above[found.value] != 0) return;
      arch.above[found.value] = 1;
      queue.push_back(found);
    };
    mark(ref.package);
    while (!queue.empty()) {
      const auto at = queue.back();
      queue.pop_back();
      if (universe.essential(at)) arch.all = true;
      add_below(ref.arch, at, universe);
      for (const auto set : universe.sets_with(at))
        for (const auto dependent : universe.dependents(set)) mark(dependent);
    }
  }
}

bool Nearness::touches(const Footprint& footprint) const {
  return std::ranges::any_of(footprint.names, [&](NameId n) { return names_.contains(n); }) ||
         std::ranges::any_of(footprint.packages, [&](BinaryRef ref) {
           const auto& arch = archs_[ref.arch];
           return arch.all || (!arch.near.empty() && arch.near[ref.package.value] != 0);
         });
}

}  // namespace sluice::migrate
