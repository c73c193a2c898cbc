// Debian's finder: dependencies are checked while binaries are looked at, source by source.
// Source: migration 4.8 "Order in the finder".
#pragma once

#include <string>

#include "migrate/finder_rules.h"

namespace sluice::migrate {

// The world must outlive the rules.
FinderRules debian_finder(const World& world);

// How a dependency names the source that solves it: "src/ARCH" if it has one version in both suites
// (its binaries migrate on their own there), else "src".
std::string dependency_name(const World& world, SuiteIndex suite, NameId source, ArchIndex arch);

}  // namespace sluice::migrate
