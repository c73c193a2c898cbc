// Does an unchanged source have something new on one architecture? Source: migration 4.3 D, 4.8.
#pragma once

#include "migrate/finder_rules.h"

namespace sluice::migrate {

enum class BinaryOutcome : std::uint8_t {
  nothing,   // no excuse at all
  worth_it,  // something new, nothing wrong
  wrong,     // something new, but something wrong as well
};

// Fills the packages and findings of the excuse, whose item names suite and architecture.
BinaryOutcome check_binaries(const World& world, const FinderRules& rules, Excuse& excuse,
                             const SourcePair& pair);

// True if both suites have the same pkg-ids of the source on the architecture: nothing can be new
// there. This is what nearly all of an archive is, so it allocates nothing.
bool same_binaries(const SourcePair& pair, ArchIndex arch);

}  // namespace sluice::migrate
