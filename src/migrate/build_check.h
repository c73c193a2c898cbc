// Are the builds of a source item complete? Source: migration 4.3 C (3), (4) and (6), 4.8.
#pragma once

#include "migrate/finder_rules.h"

namespace sluice::migrate {

// Notes the item's packages and old binaries, and states missing builds, cruft and a source without
// binaries. Each statement overwrites the verdict, so that a later architecture can weaken an
// earlier rejection, as in the peers.
void check_builds(const World& world, const FinderRules& rules, Excuse& excuse,
                  const deb::SourcePackage& source);

// Items of additional suites have no old binaries to compare with, so they are measured by what the
// target has: each architecture with a build there needs one here.
void check_builds_against_target(const World& world, const FinderRules& rules, Excuse& excuse,
                                 const SourcePair& pair);

}  // namespace sluice::migrate
