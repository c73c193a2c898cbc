// The maximal set as hints with a reason for each group, as `sluice migrate --maximal` prints them.
#pragma once

#include <string>
#include <vector>

#include "migrate/maximal.h"

namespace sluice::flow {

// Lines of a hint file: comments, then `easy` with its items, for each group.
std::vector<std::string> maximal_lines(const migrate::MaximalSet& set,
                                       const deb::Snapshot& snapshot);

// The group as the hint that the lines show, of the user "maximal".
migrate::Hint hint_of(const migrate::MaximalGroup& group, const deb::Snapshot& snapshot);

}  // namespace sluice::flow
