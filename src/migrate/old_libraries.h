// Old libraries: what was left behind in the target by sources that moved on. Source:
// migration 3.7.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "migrate/judge.h"

namespace sluice::migrate {

// The target at the start of the run: one removal item per left-over binary, sorted by
// (uvname, version).
std::vector<Item> old_libraries(const World& world);

// The same of the target as it is now: binaries by World::in_target, sources by `source_now` (null:
// the target has no such source any more).
using SourceNow = std::function<const deb::SourcePackage*(NameId)>;
std::vector<Item> old_libraries_now(const World& world, const SourceNow& source_now);
// The same, where it is known of all binaries but `others` (each once): `known` are old libraries.
std::vector<Item> old_libraries_now(const World& world, const SourceNow& source_now,
                                    std::vector<Item> known,
                                    std::span<const deb::BinaryRef> others);

}  // namespace sluice::migrate
