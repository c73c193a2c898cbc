// Smooth updates: old binaries that stay in the target while something there needs them.
// Source: migration 3.6.
#pragma once

#include <set>
#include <span>
#include <vector>

#include "migrate/judge.h"

namespace sluice::migrate {

// SMOOTH_UPDATES (or a hint) lets this target binary stay. D: the full section counts, and cruft is
// always allowed.
bool smooth_update_allowed(const World& world, deb::BinaryRef binary);

struct SmoothUpdateQuery {
  std::span<const deb::BinaryRef> considered;  // target binaries of the old source
  NameId source;
  VersionId new_version;  // V: the source version in the source suite
  SuiteIndex source_suite;
  std::span<const deb::BinaryRef> leaving;  // R: others that leave in the same group; sorted
};

// Which of the considered binaries stay; sorted. Reads the target through World::installability.
std::vector<deb::BinaryRef> kept_smooth(const World& world, const SmoothUpdateQuery& query);

}  // namespace sluice::migrate
