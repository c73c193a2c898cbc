#include "migrate/affected.h"

#include <algorithm>

namespace sluice::migrate {
namespace {

using deb::PackageIndex;

// Packages that are looked at before a run of its own costs less than telling apart.
constexpr std::size_t kReachedMax = 20'000;

}  // namespace

Affected::Affected(const World& world) : universes_(world.universes) {
  for (ArchIndex arch = 0; arch < world.universes.size(); ++arch) {
    const auto& universe = *world.universes[arch];
    near_.emplace_back(universe.size());
    changing_.emplace_back(universe.size());
    dirty_.emplace_back(world.snapshot.symbols.name_count());
    for (std::uint32_t p = 0; p < universe.size(); ++p)
      if (universe.essential(PackageIndex(p))) add_needs(arch, PackageIndex(p));
  }
  sources_.assign(world.snapshot.symbols.name_count(), 0);
  core_ = near_;
  reached_ = 0;
}

void Affected::clear() {
  near_ = core_;
  for (auto* flags : {&changing_, &dirty_})
    for (auto& row : *flags) std::ranges::fill(row, 0);
  std::ranges::fill(sources_, 0);
  slots_.clear();
  source_list_.clear();
  reached_ = 0;
  everything_ = false;
}

// The package and all that it may need, whichever alternative is taken.
void Affected::add_needs(ArchIndex arch, PackageIndex package) {
  auto& near = near_[arch];
  if (near[package.value] != 0) return;
  near[package.value] = 1;
  std::vector<PackageIndex> found{package};
  const auto& universe = *universes_[arch];
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const auto& clause : universe.depends(found[i]))
      for (const auto member : universe.members(clause.set))
        if (near[member.value] == 0) {
          near[member.value] = 1;
          found.push_back(member);
        }
  reached_ += found.size();
}

// The package and all that may need it.
void Affected::add_dependents(ArchIndex arch, PackageIndex package) {
  if (!package.valid()) return;
  auto& changing = changing_[arch];
  if (core_[arch][package.value] != 0) everything_ = true;
  if (changing[package.value] != 0) return;
  changing[package.value] = 1;
  std::vector<PackageIndex> found{package};
  const auto& universe = *universes_[arch];
  for (std::size_t i = 0; i < found.size() && !everything_; ++i) {
    for (const auto set : universe.sets_with(found[i]))
      for (const auto dependent : universe.dependents(set))
        if (changing[dependent.value] == 0) {
          changing[dependent.value] = 1;
          found.push_back(dependent);
        }
    add_needs(arch, found[i]);
    everything_ = reached_ + found.size() > kReachedMax;
  }
}

void Affected::add(ArchIndex arch, NameId name, PackageIndex a, PackageIndex b) {
  auto& dirty = dirty_[arch][name.value];
  if (dirty == 0) slots_.push_back({arch, name, {}});
  dirty = 1;
  if (a == b) return;
  add_dependents(arch, a);
  add_dependents(arch, b);
}

void Affected::add(NameId source) {
  if (sources_[source.value] == 0) source_list_.push_back(source);
  sources_[source.value] = 1;
}

bool Affected::concerns(const Footprint& attempt) const {
  return everything_ ||
         std::ranges::any_of(attempt.packages,
                             [&](auto ref) { return near_[ref.arch][ref.package.value] != 0; }) ||
         std::ranges::any_of(
             attempt.slots,
             [&](const auto& slot) { return dirty_[slot.arch][slot.name.value] != 0; }) ||
         std::ranges::any_of(attempt.sources,
                             [&](NameId source) { return sources_[source.value] != 0; });
}

}  // namespace sluice::migrate
