// auto hints: groups of candidates that depend on each other, as `easy` hints. Source:
// migration 4.8 "Run" (Debian's rules; Ubuntu's have it switched off).
#pragma once

#include <span>
#include <vector>

#include "migrate/excuse.h"
#include "migrate/judge.h"

namespace sluice::migrate {

// Easy hints of the user `autohinter`: the full groups, then the minimal ones, each list by size
// descending, then names; equal groups once. `left`: candidates that have not moved yet.
std::vector<Hint> auto_hints(const World& world, std::span<const Excuse> excuses,
                             std::span<const Item> left);

}  // namespace sluice::migrate
