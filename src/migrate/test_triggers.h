// The trigger list of an item's requests on one architecture. Source: migration 4.6.5, 4.8.
#pragma once

#include <string>
#include <vector>

#include "migrate/judge.h"
#include "migrate/test_index.h"
#include "migrate/test_rules.h"

namespace sluice::migrate {

// "source/version" of the item.
std::string own_trigger(const World& world, const Excuse& excuse);

// The item's own trigger first; then, sorted, what else of the source suite has to be there to
// install it. Cost: the item's dependencies that the target lacks.
std::vector<std::string> trigger_list(const World& world, const TestRules& rules,
                                      const TestIndex& index, const Excuse& excuse, ArchIndex arch);

}  // namespace sluice::migrate
