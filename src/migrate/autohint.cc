#include "migrate/autohint.h"

#include <algorithm>
#include <map>
#include <set>

namespace sluice::migrate {
namespace {

using Names = std::set<std::string>;

// Candidates that are left, linked by Depends.
class Links {
 public:
  Links(const World& world, std::span<const Excuse> excuses, std::span<const Item> left) {
    for (const auto& item : left)
      if (item.kind != ItemKind::cruft_removal) items_[uvname(item, world.snapshot)] = item;
    for (const auto& excuse : excuses) {
      if (!excuse.valid || !items_.contains(excuse.uvname)) continue;
      for (const auto& dependency : excuse.dependencies) {
        if (dependency.type != DependencyType::depends) continue;
        for (const auto& alternative : dependency.alternatives)
          if (items_.contains(alternative.item) && alternative.item != excuse.uvname) {
            needs_[excuse.uvname].insert(alternative.item);
            needed_by_[alternative.item].insert(excuse.uvname);
          }
      }
    }
  }

  const std::map<std::string, Item>& items() const { return items_; }
  bool has_needs(const std::string& name) const { return needs_.contains(name); }

  void add_needs(const std::string& name, Names& to) const { add(needs_, name, to); }
  void add_neighbours(const std::string& name, Names& to) const {
    add(needs_, name, to);
    add(needed_by_, name, to);
  }

 private:
  static void add(const std::map<std::string, Names>& links, const std::string& name, Names& to) {
    if (const auto at = links.find(name); at != links.end())
      to.insert(at->second.begin(), at->second.end());
  }

  std::map<std::string, Item> items_;
  std::map<std::string, Names> needs_, needed_by_;
};

// Everything that `grow` reaches from the names, the names included.
template <class Grow>
Names closure(Names names, const Grow& grow) {
  std::vector<std::string> queue(names.begin(), names.end());
  while (!queue.empty()) {
    const auto name = std::move(queue.back());
    queue.pop_back();
    Names found;
    grow(name, found);
    for (const auto& other : found)
      if (names.insert(other).second) queue.push_back(other);
  }
  return names;
}

struct Groups {
  std::set<Names> full, minimal;
};

Groups groups_of(const Links& links) {
  Groups groups;
  for (const auto& [name, item] : links.items()) {
    if (links.has_needs(name)) {
      Names first;
      links.add_needs(name, first);
      auto reached = closure(first, [&](const auto& n, Names& to) { links.add_needs(n, to); });
      if (reached.contains(name)) groups.full.insert(std::move(reached));
      continue;
    }
    Names step{name};
    links.add_neighbours(name, step);
    if (step.size() == 1) continue;
    auto all = closure(step, [&](const auto& n, Names& to) { links.add_neighbours(n, to); });
    if (all.size() != step.size()) groups.full.insert(std::move(all));
    groups.minimal.insert(std::move(step));
  }
  for (const auto& group : groups.full) groups.minimal.erase(group);
  return groups;
}

Hint hint_of(const World& world, const Links& links, const Names& group) {
  Hint hint;
  hint.type = HintType::easy;
  hint.user = "autohinter";
  for (const auto& name : group) {
    const auto& item = links.items().at(name);
    hint.items.push_back({std::string(world.snapshot.text(item.package)),
                          std::string(world.snapshot.text(item.version)),
                          std::string(arch_text(item, world.snapshot)), item.suite,
                          item.is_removal()});
  }
  return hint;
}

}  // namespace

std::vector<Hint> auto_hints(const World& world, std::span<const Excuse> excuses,
                             std::span<const Item> left) {
  const Links links(world, excuses, left);
  const auto groups = groups_of(links);
  std::vector<Hint> hints;
  for (const auto* list : {&groups.full, &groups.minimal}) {
    std::vector<const Names*> sorted;
    for (const auto& group : *list) sorted.push_back(&group);
    std::ranges::stable_sort(sorted, std::greater{},
                             [](const Names* group) { return group->size(); });
    for (const auto* group : sorted) hints.push_back(hint_of(world, links, *group));
  }
  return hints;
}

}  // namespace sluice::migrate
