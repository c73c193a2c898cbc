// Propagation: an item that needs a rejected item is rejected as well. Source: migration 4.3
// G, 4.7.
#pragma once

#include <span>
#include <string_view>

#include "migrate/judge.h"

namespace sluice::migrate {

// Ubuntu's: finds the excuses that offer the packages of each dependency, rejects what has none,
// then what has only rejected ones, until nothing changes. Fills blocked_by, migrate_after and
// invalidated_by_dependency, and appends the dependency findings in the order of the report.
// `excuses`: sorted by uvname.
void propagate(const World& world, std::span<Excuse> excuses);

// Position of the excuse in a list sorted by uvname; excuses.size() if there is none.
std::size_t find_excuse(std::span<const Excuse> excuses, std::string_view uvname);

}  // namespace sluice::migrate
