// The maximal set as hints with a reason for each group, as `sluice migrate --maximal` prints them.
#pragma once

#include <string>
#include <vector>

#include "migrate/maximal.h"

namespace sluice::flow {

// Lines of a hint file: comments, then `easy` with its items, for each group; `hint` for a single
// item, as `easy` needs two (migration 6.2).
std::vector<std::string> maximal_lines(const migrate::MaximalSet& set,
                                       const deb::Snapshot& snapshot);

// The group as an `easy` hint of the user "maximal", also for one item: what is applied is not read
// from a line, and must not start the further run that `hint` asks for.
migrate::Hint hint_of(const migrate::MaximalGroup& group, const deb::Snapshot& snapshot);

}  // namespace sluice::flow
