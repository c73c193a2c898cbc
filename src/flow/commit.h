// commit: one step of the grid's state for a journey that has its own thread.
#pragma once

#include <functional>

#include "base/result.h"
#include "flow/keeper.h"

namespace sluice::flow {

using Step = std::function<base::Result<void>(JobDesk& desk, base::Instant now)>;

// Has the keeper do it, and waits until it is on disk. The keeper must run until then: who calls is
// stopped before it. Errors: of the step, of the commit.
base::Result<void> commit(Keeper& keeper, Step step);

}  // namespace sluice::flow
