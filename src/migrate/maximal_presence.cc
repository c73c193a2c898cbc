#include "migrate/maximal_presence.h"

#include <algorithm>
#include <set>

#include "migrate/smooth_updates.h"

namespace sluice::migrate {

using deb::BinaryRef;
using deb::PackageIndex;

MaximalPresence::MaximalPresence(const World& world, std::span<const Item> items)
    : world_(world), items_(items), groups_(items.size()), names_(items.size()) {
  for (Number i = 0; i < items.size(); ++i) {
    auto group = group_of(world, items[i], SmoothUpdates::ignore, {});
    if (group) {
      groups_[i] = std::move(*group);
      note(i, groups_[i]);
    } else {
      inapplicable_.push_back(i);
    }
  }
  for (const auto& universe : world.universes) {
    auto& all = essentials_.emplace_back();
    for (std::uint32_t p = 0; p < universe->size(); ++p)
      if (universe->essential(PackageIndex(p))) all.emplace_back(p);
  }
}

MaximalPresence::Name MaximalPresence::name_of_package(BinaryRef ref) const {
  return {ref.arch, world_.snapshot.record(ref).name};
}

void MaximalPresence::note(Number item, const Group& group) {
  auto& names = names_[item];
  for (const auto ref : group.adds) {
    adders_[ref].push_back(item);
    bringing_[name_of_package(ref)].emplace_back(item, ref);
    names.push_back(name_of_package(ref));
  }
  for (const auto ref : group.removes) {
    removers_[ref].push_back(item);
    names.push_back(name_of_package(ref));
  }
  std::ranges::sort(names);
}

bool MaximalPresence::touch_same(Number a, Number b) const {
  return items_[a].package == items_[b].package ||
         std::ranges::any_of(
             names_[b], [&](const Name& n) { return std::ranges::binary_search(names_[a], n); });
}

// Items after which the package is gone unless somebody brings it later: those that remove it,
// those that put another one in its place, and those of the same source that would remove it had it
// come before. Ascending.
std::vector<MaximalPresence::Number> MaximalPresence::takers(BinaryRef ref) const {
  std::set<Number> all;
  if (const auto at = removers_.find(ref); at != removers_.end())
    all.insert(at->second.begin(), at->second.end());
  if (const auto at = bringing_.find(name_of_package(ref)); at != bringing_.end())
    for (const auto& [item, other] : at->second)
      if (other != ref) all.insert(item);
  if (const auto at = adders_.find(ref); at != adders_.end())
    for (Number i = 0; i < items_.size(); ++i)
      if (items_[i].package == items_[at->second.front()].package &&
          std::ranges::find(at->second, i) == at->second.end() &&
          (!items_[i].has_arch() || items_[i].arch == ref.arch))
        all.insert(i);
  return {all.begin(), all.end()};
}

void MaximalPresence::add_leaving(Clause& clause, BinaryRef ref, const Chosen& chosen) const {
  if (const auto at = adders_.find(ref); at != adders_.end())
    for (const auto i : at->second)
      if (chosen[i]) clause.push_back({i, false});
  for (const auto i : takers(ref))
    if (!chosen[i]) clause.push_back({i, true});
  add_keepers(clause, ref, chosen);
}

void MaximalPresence::add_coming(Clause& clause, BinaryRef ref, const Chosen& chosen) const {
  if (const auto at = adders_.find(ref); at != adders_.end())
    for (const auto i : at->second)
      if (!chosen[i]) clause.push_back({i, true});
  const auto after = takers(ref);
  const auto last =
      std::ranges::find_if(after.rbegin(), after.rend(), [&](Number i) { return chosen[i]; });
  if (last != after.rend()) clause.push_back({*last, false});  // nobody of `chosen` came after it
  add_keepers(clause, ref, chosen);
}

// A smooth update keeps or takes an old package by who needs it, or needs what leaves with it: that
// can change with every item that brings or takes such a package.
void MaximalPresence::add_keepers(Clause& clause, BinaryRef ref, const Chosen& chosen) const {
  const auto at = removers_.find(ref);
  if (at == removers_.end() || !smooth_update_allowed(world_, ref)) return;
  const auto differs = [&](Number i) { clause.push_back({i, !chosen[i]}); };
  for (const auto remover : at->second) {
    if (!chosen[remover] || items_[remover].is_removal()) continue;
    for (const auto sibling : groups_[remover].removes) {
      if (sibling.arch != ref.arch) continue;
      for (const auto user : world_.universes[ref.arch]->reverse_dependencies(sibling.package)) {
        const BinaryRef needing{ref.arch, user};
        if (const auto adders = adders_.find(needing); adders != adders_.end())
          std::ranges::for_each(adders->second, differs);
        for (const auto i : takers(needing))
          if (i != remover) differs(i);
      }
    }
  }
}

}  // namespace sluice::migrate
