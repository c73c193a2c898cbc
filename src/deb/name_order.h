// Names in the order of their text. Reports print hundreds of thousands of lines sorted by name;
// with the order made once, they walk it instead of sorting text for each architecture.
#pragma once

#include <span>

#include "deb/snapshot.h"

namespace sluice::deb {

// Bytewise ascending. Cost: about 15 ms for the 100,000 names of a real target.
void sort_by_text(const Snapshot& snapshot, std::span<NameId> names);

}  // namespace sluice::deb
