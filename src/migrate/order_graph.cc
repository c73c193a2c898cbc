#include "migrate/order_graph.h"

#include <algorithm>
#include <string_view>

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;
using solve::SetIndex;

constexpr std::uint8_t kUnknownLoose = 2;

}  // namespace

GroupOwners::GroupOwners(const World& world) {
  for (const auto& universe : world.universes) first_.emplace_back(universe->size(), kNone);
}

void GroupOwners::add(BinaryRef ref, std::uint32_t group) {
  auto& first = first_[ref.arch][ref.package.value];
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(links_.size()));
    links_.emplace_back();
  }
  const auto link = free_.back();
  free_.pop_back();
  links_[link] = {group, first};
  first = link;
}

void GroupOwners::remove(BinaryRef ref, std::uint32_t group) {
  auto* at = &first_[ref.arch][ref.package.value];
  while (*at != kNone && links_[*at].group != group) at = &links_[*at].next;
  if (*at == kNone) return;
  free_.push_back(*at);
  *at = links_[*at].next;
}

OrderGraph::OrderGraph(const World& world) : world_(&world), adding_(world), removing_(world) {
  for (const auto& universe : world.universes)
    loose_.emplace_back(universe->set_count(), kUnknownLoose);
}

void OrderGraph::take_out(std::uint32_t slot) {
  for (const auto ref : slots_[slot].group->adds) adding_.remove(ref, slot);
  for (const auto ref : slots_[slot].group->removes) removing_.remove(ref, slot);
  slots_[slot] = {};
  free_.push_back(slot);
}

std::uint32_t OrderGraph::put_in(const GroupRef& group) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  slots_[slot].group = group;
  for (const auto ref : group->adds) adding_.add(ref, slot);
  for (const auto ref : group->removes) removing_.add(ref, slot);
  return slot;
}

// Matches the list with the slots. Two positions of one group have two slots.
OrderGraph::Difference OrderGraph::place(std::span<const GroupRef> groups) {
  std::vector<Known> wanted;  // with positions
  wanted.reserve(groups.size());
  for (std::uint32_t at = 0; at < groups.size(); ++at) wanted.emplace_back(groups[at].get(), at);
  std::ranges::sort(wanted);
  Difference difference;
  std::vector<Known> known;
  known.reserve(wanted.size());
  auto old = known_.begin();
  const auto drop_until = [&](const Group* group) {
    for (; old != known_.end() && (group == nullptr || old->first < group); ++old) {
      difference.gone.push_back(slots_[old->second].group);
      take_out(old->second);
    }
  };
  std::vector<std::uint32_t> arriving;  // positions
  for (const auto& [group, position] : wanted) {
    drop_until(group);
    if (old == known_.end() || old->first != group) {
      arriving.push_back(position);
      continue;
    }
    slots_[old->second].position = position;
    known.push_back(*old++);
  }
  drop_until(nullptr);
  for (const auto position : arriving) {
    const auto slot = put_in(groups[position]);
    slots_[slot].position = position;
    difference.fresh.push_back(slot);
    known.emplace_back(groups[position].get(), slot);
  }
  std::ranges::sort(known);
  known_ = std::move(known);
  return difference;
}

void OrderGraph::sort_names(std::vector<std::uint32_t> fresh) {
  const auto key = [&](std::uint32_t slot) {
    const std::string_view name = slots_[slot].group->uvname;
    return std::pair(name.size(), name);
  };
  std::ranges::sort(fresh, {}, key);
  std::vector<std::uint32_t> kept, all(known_.size());
  // A slot that was taken out can be in use again: it is fresh then.
  std::vector<std::uint8_t> other(slots_.size());
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot)
    other[slot] = slots_[slot].group == nullptr ? 1 : 0;
  for (const auto slot : fresh) other[slot] = 1;
  std::ranges::copy_if(names_, std::back_inserter(kept),
                       [&](std::uint32_t slot) { return other[slot] == 0; });
  std::ranges::merge(kept, fresh, all.begin(), {}, key, key);
  names_ = std::move(all);
}

// A group has come or gone: whose clauses its packages fulfil, or who conflicts with them, is
// looked at again.
void OrderGraph::add_stale(const Group& group, std::vector<std::uint32_t>& slots) {
  const auto add_owners = [&](BinaryRef ref) {
    for (const auto* owners : {&adding_, &removing_})
      owners->each(ref, [&](std::uint32_t slot) { slots.push_back(slot); });
  };
  for (const auto* list : {&group.adds, &group.removes})
    for (const auto ref : *list) {
      const auto& all = universe(ref.arch);
      for (const auto set : all.sets_with(ref.package)) {
        loose_[ref.arch][set.value] = kUnknownLoose;
        for (const auto user : all.dependents(set)) add_owners({ref.arch, user});
      }
      for (const auto other : all.conflicts(ref.package)) add_owners({ref.arch, other});
    }
}

// Slots of which edges may differ from those that are known; each once.
std::vector<std::uint32_t> OrderGraph::stale(const Difference& difference) {
  std::vector<std::uint32_t> slots = difference.fresh;
  if (difference.fresh.size() * 2 > known_.size()) {  // looking at all costs less
    for (auto& row : loose_) std::ranges::fill(row, kUnknownLoose);
    slots = names_;
    return slots;
  }
  for (const auto& group : difference.gone) add_stale(*group, slots);
  for (const auto slot : difference.fresh) add_stale(*slots_[slot].group, slots);
  std::ranges::sort(slots);
  slots.erase(std::ranges::unique(slots).begin(), slots.end());
  return slots;
}

void OrderGraph::update(const World& world, std::span<const GroupRef> groups) {
  world_ = &world;
  const auto difference = place(groups);
  sort_names(difference.fresh);
  for (const auto slot : stale(difference)) work_out(slot);
}

std::vector<OrderGraph::Edge> OrderGraph::edges() const {
  std::vector<Edge> all;
  for (const auto slot : names_)
    for (const auto& [first, second] : slots_[slot].edges)
      all.emplace_back(slots_[first].position, slots_[second].position);
  return all;
}

std::vector<std::uint32_t> OrderGraph::by_name() const {
  std::vector<std::uint32_t> positions;
  positions.reserve(names_.size());
  for (const auto slot : names_) positions.push_back(slots_[slot].position);
  return positions;
}

void OrderGraph::work_out(std::uint32_t slot) {
  auto& edges = slots_[slot].edges;
  edges.clear();
  found_ = &edges;
  const auto& group = *slots_[slot].group;
  free_conflicts(slot);
  for (const auto ref : group.removes)
    if (has_loose_clause(ref)) order_user(slot, ref);
  for (const auto ref : group.adds) {
    if (!has_loose_clause(ref)) continue;
    order_user(slot, ref);
    order_addition(slot, ref);
  }
  std::ranges::sort(edges);
  edges.erase(std::ranges::unique(edges).begin(), edges.end());
}

void OrderGraph::before(std::uint32_t first, std::uint32_t second) {
  if (first != second) found_->emplace_back(first, second);
}

// Nothing that stays in the target meets the set.
bool OrderGraph::is_loose(ArchIndex arch, SetIndex set) {
  auto& known = loose_[arch][set.value];
  if (known == kUnknownLoose)
    known = std::ranges::none_of(universe(arch).members(set), [&](PackageIndex member) {
      const BinaryRef ref{arch, member};
      return world_->in_target(ref) && !removing_.any(ref);
    });
  return known != 0;
}

bool OrderGraph::has_loose_clause(BinaryRef ref) {
  return std::ranges::any_of(universe(ref.arch).depends(ref.package),
                             [&](const auto& clause) { return is_loose(ref.arch, clause.set); });
}

// X takes a conflict away that kept Y out: X before Y.
void OrderGraph::free_conflicts(std::uint32_t slot) {
  std::vector<BinaryRef> old_conflicts, new_conflicts;
  const auto collect = [&](const std::vector<BinaryRef>& refs, std::vector<BinaryRef>& out) {
    for (const auto ref : refs)
      for (const auto other : universe(ref.arch).conflicts(ref.package))
        out.push_back({ref.arch, other});
  };
  collect(slots_[slot].group->removes, old_conflicts);
  if (old_conflicts.empty()) return;
  collect(slots_[slot].group->adds, new_conflicts);
  std::ranges::sort(new_conflicts);
  for (const auto ref : old_conflicts) {
    if (std::ranges::binary_search(new_conflicts, ref)) continue;
    for (const auto* owners : {&adding_, &removing_})
      owners->each(ref, [&](std::uint32_t other) { before(slot, other); });
  }
}

// Items that move a reverse dependency which will miss something go before those that take away
// what it needs.
void OrderGraph::order_user(std::uint32_t slot, BinaryRef user) {
  for (const auto& clause : universe(user.arch).depends(user.package))
    for (const auto member : universe(user.arch).members(clause.set))
      removing_.each({user.arch, member}, [&](std::uint32_t other) { before(slot, other); });
}

// Items that bring what an added package needs go first; those that only take it go later.
void OrderGraph::order_addition(std::uint32_t slot, BinaryRef ref) {
  for (const auto& clause : universe(ref.arch).depends(ref.package)) {
    if (!is_loose(ref.arch, clause.set)) continue;
    const auto members = universe(ref.arch).members(clause.set);
    std::vector<std::uint32_t> brings, takes;
    for (const auto member : members) {
      adding_.each({ref.arch, member}, [&](std::uint32_t other) { brings.push_back(other); });
      removing_.each({ref.arch, member}, [&](std::uint32_t other) { takes.push_back(other); });
    }
    const auto in = [](const auto& list, std::uint32_t x) {
      return std::ranges::find(list, x) != list.end();
    };
    for (const auto other : brings)
      if (!in(takes, other)) before(other, slot);
    for (const auto other : takes)
      if (!in(brings, other)) before(slot, other);
  }
}

}  // namespace sluice::migrate
