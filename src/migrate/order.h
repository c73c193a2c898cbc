// order: which items have to be tried together, and in what order. Source: migration 7.5.
#pragma once

#include <span>
#include <vector>

#include "migrate/order_graph.h"

namespace sluice::migrate {

// Positions in `groups`: strongly connected items together (sorted by uvname), components in
// topological order, among ready ones shorter name first, then by text. Every position once.
std::vector<std::vector<std::size_t>> order_of(const World& world,
                                               std::span<const GroupRef> groups);
// The same by the graph of an earlier list, which becomes that of this one.
std::vector<std::vector<std::size_t>> order_of(const World& world, std::span<const GroupRef> groups,
                                               OrderGraph& graph);

}  // namespace sluice::migrate
