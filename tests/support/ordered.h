// Groups of source items, and their order as text; what tests of the order look at.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "migrate/groups.h"

namespace sluice::support {

// Groups of all source items of unstable.
inline std::vector<migrate::GroupRef> groups_of(const migrate::World& world) {
  std::vector<migrate::GroupRef> groups;
  for (const auto& source : world.suite(1).sources) {
    const auto* old = world.target().source(source.name);
    if (old != nullptr && old->version == source.version) continue;
    const migrate::Item item{migrate::ItemKind::source, source.name, source.version, 1, 0};
    if (auto group = migrate::group_of(world, item, migrate::SmoothUpdates::allow, {}))
      groups.push_back(std::make_shared<const migrate::Group>(std::move(*group)));
  }
  return groups;
}

// Components as text: "a b|c".
inline std::string components_text(const std::vector<std::vector<std::size_t>>& order,
                                   const std::vector<migrate::GroupRef>& groups) {
  std::string text;
  for (const auto& component : order) {
    if (!text.empty()) text += '|';
    for (const auto i : component) text += (i == component.front() ? "" : " ") + groups[i]->uvname;
  }
  return text;
}

}  // namespace sluice::support
