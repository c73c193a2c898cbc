// Debian's propagation, by the names of items. Source: migration 4.8 "Propagation".
#pragma once

#include <span>

#include "migrate/judge.h"

namespace sluice::migrate {

// States dependencies on names that no excuse has (without a verdict), rejects the candidates that
// depend on a rejected item, and moves what binaries of BREAK_ARCHES need to
// unimportant_dependencies. `excuses`: sorted by uvname; each dependency names one item.
void propagate_debian(const World& world, std::span<Excuse> excuses);

}  // namespace sluice::migrate
