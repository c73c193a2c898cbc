#include "migrate/order.h"

#include <algorithm>
#include <queue>

#include "base/check.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;
using solve::SetIndex;

constexpr std::uint32_t kNoGroup = 0xffffffffU;

// Which groups name a package: mostly one, so the first stands in a table and others are chained.
class Owners {
 public:
  explicit Owners(const World& world) {
    for (const auto& universe : world.universes) first_.emplace_back(universe->size(), kNoGroup);
  }
  void add(BinaryRef ref, std::uint32_t group) {
    auto& first = first_[ref.arch][ref.package.value];
    links_.push_back({group, first});
    first = static_cast<std::uint32_t>(links_.size() - 1);
  }
  bool any(BinaryRef ref) const { return first_[ref.arch][ref.package.value] != kNoGroup; }
  template <class Each>
  void each(BinaryRef ref, const Each& call) const {
    for (auto at = first_[ref.arch][ref.package.value]; at != kNoGroup; at = links_[at].next)
      call(links_[at].group);
  }

 private:
  struct Link {
    std::uint32_t group, next;
  };
  std::vector<std::vector<std::uint32_t>> first_;
  std::vector<Link> links_;
};

class Orderer {
 public:
  Orderer(const World& world, std::span<const GroupRef> groups)
      : world_(world), groups_(groups), adding_(world), removing_(world), after_(groups.size()) {
    for (const auto& universe : world.universes)
      loose_.emplace_back(universe->set_count(), kUnknown);
    for (std::uint32_t g = 0; g < groups.size(); ++g) {
      for (const auto ref : groups[g]->adds) adding_.add(ref, g);
      for (const auto ref : groups[g]->removes) removing_.add(ref, g);
    }
  }

  // after[x]: groups that come after x; sorted.
  std::vector<std::vector<std::uint32_t>> edges() {
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      free_conflicts(g);
      for (const auto ref : groups_[g]->removes)
        if (has_loose_clause(ref)) order_user(g, ref);
      for (const auto ref : groups_[g]->adds) {
        if (!has_loose_clause(ref)) continue;
        order_user(g, ref);
        order_addition(g, ref);
      }
    }
    for (auto& row : after_) {
      std::ranges::sort(row);
      row.erase(std::ranges::unique(row).begin(), row.end());
    }
    return std::move(after_);
  }

 private:
  static constexpr std::uint8_t kUnknown = 2;

  const solve::Universe& universe(ArchIndex arch) const { return *world_.universes[arch]; }

  void before(std::uint32_t first, std::uint32_t second) {
    if (first != second) after_[first].push_back(second);
  }

  // Nothing that stays in the target meets the set.
  bool is_loose(ArchIndex arch, SetIndex set) {
    auto& known = loose_[arch][set.value];
    if (known == kUnknown)
      known = std::ranges::none_of(universe(arch).members(set), [&](PackageIndex member) {
        const BinaryRef ref{arch, member};
        return world_.in_target(ref) && !removing_.any(ref);
      });
    return known != 0;
  }

  bool has_loose_clause(BinaryRef ref) {
    return std::ranges::any_of(universe(ref.arch).depends(ref.package),
                               [&](const auto& clause) { return is_loose(ref.arch, clause.set); });
  }

  // X takes a conflict away that kept Y out: X before Y.
  void free_conflicts(std::uint32_t g) {
    std::vector<BinaryRef> old_conflicts, new_conflicts;
    const auto collect = [&](const std::vector<BinaryRef>& refs, std::vector<BinaryRef>& out) {
      for (const auto ref : refs)
        for (const auto other : universe(ref.arch).conflicts(ref.package))
          out.push_back({ref.arch, other});
    };
    collect(groups_[g]->removes, old_conflicts);
    if (old_conflicts.empty()) return;
    collect(groups_[g]->adds, new_conflicts);
    std::ranges::sort(new_conflicts);
    for (const auto ref : old_conflicts) {
      if (std::ranges::binary_search(new_conflicts, ref)) continue;
      for (const auto* owners : {&adding_, &removing_})
        owners->each(ref, [&](std::uint32_t other) { before(g, other); });
    }
  }

  // Items that move a reverse dependency which will miss something go before those that take away
  // what it needs.
  void order_user(std::uint32_t g, BinaryRef user) {
    for (const auto& clause : universe(user.arch).depends(user.package))
      for (const auto member : universe(user.arch).members(clause.set))
        removing_.each({user.arch, member}, [&](std::uint32_t other) { before(g, other); });
  }

  // Items that bring what an added package needs go first; those that only take it go later.
  void order_addition(std::uint32_t g, BinaryRef ref) {
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
        if (!in(takes, other)) before(other, g);
      for (const auto other : takes)
        if (!in(brings, other)) before(g, other);
    }
  }

  const World& world_;
  std::span<const GroupRef> groups_;
  Owners adding_, removing_;
  std::vector<std::vector<std::uint8_t>> loose_;
  std::vector<std::vector<std::uint32_t>> after_;
};

// Tarjan's strongly connected components without recursion; component numbers by node.
class Components {
 public:
  explicit Components(const std::vector<std::vector<std::uint32_t>>& after)
      : after_(after),
        index_(after.size(), kNoGroup),
        low_(after.size()),
        of_(after.size(), kNoGroup) {
    for (std::uint32_t node = 0; node < after.size(); ++node)
      if (index_[node] == kNoGroup) walk(node);
  }
  std::uint32_t of(std::size_t node) const { return of_[node]; }
  std::uint32_t count() const { return count_; }

 private:
  void open(std::uint32_t node) {
    index_[node] = low_[node] = next_++;
    stack_.push_back(node);
    path_.emplace_back(node, 0);
  }
  void walk(std::uint32_t root) {
    open(root);
    while (!path_.empty()) {
      const auto node = path_.back().first;
      auto& edge = path_.back().second;
      if (edge < after_[node].size()) {
        const auto next = after_[node][edge++];
        if (index_[next] == kNoGroup) {
          open(next);
        } else if (of_[next] == kNoGroup) {
          low_[node] = std::min(low_[node], index_[next]);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().first] = std::min(low_[path_.back().first], low_[node]);
      if (low_[node] == index_[node]) close(node);
    }
  }
  void close(std::uint32_t root) {
    for (std::uint32_t node = kNoGroup; node != root;) {
      node = stack_.back();
      stack_.pop_back();
      of_[node] = count_;
    }
    ++count_;
  }

  const std::vector<std::vector<std::uint32_t>>& after_;
  std::vector<std::uint32_t> index_, low_, of_, stack_;
  std::vector<std::pair<std::uint32_t, std::size_t>> path_;
  std::uint32_t next_ = 0, count_ = 0;
};

}  // namespace

std::vector<std::vector<std::size_t>> order_of(const World& world,
                                               std::span<const GroupRef> groups) {
  const auto after = Orderer(world, groups).edges();
  const Components components(after);
  const auto name = [&](std::size_t node) { return std::string_view(groups[node]->uvname); };
  const auto earlier = [&](std::size_t a, std::size_t b) {
    return std::pair(name(a).size(), name(a)) < std::pair(name(b).size(), name(b));
  };

  std::vector<std::vector<std::size_t>> members(components.count());
  std::vector<std::size_t> waiting(components.count());
  for (std::size_t node = 0; node < groups.size(); ++node) {
    members[components.of(node)].push_back(node);
    for (const auto next : after[node])
      if (components.of(next) != components.of(node)) ++waiting[components.of(next)];
  }
  for (auto& component : members) std::ranges::sort(component, {}, name);
  const auto later = [&](std::uint32_t a, std::uint32_t b) {
    return earlier(members[b].front(), members[a].front());
  };
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, decltype(later)> ready(later);
  for (std::uint32_t c = 0; c < components.count(); ++c)
    if (waiting[c] == 0) ready.push(c);

  std::vector<std::vector<std::size_t>> ordered;
  while (!ready.empty()) {
    const auto component = ready.top();
    ready.pop();
    for (const auto node : members[component])
      for (const auto next : after[node])
        if (components.of(next) != component && --waiting[components.of(next)] == 0)
          ready.push(components.of(next));
    ordered.push_back(std::move(members[component]));
  }
  base::check(ordered.size() == components.count(), "components have no cycles");
  return ordered;
}

}  // namespace sluice::migrate
