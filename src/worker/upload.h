// Bringing a bundle into the store: the same path and the same bytes however often it is said, with
// patience while the store is away. Source: autopkgtest 2.7; testgrid 1.4.
#pragma once

#include <chrono>
#include <functional>

#include "adt/message.h"
#include "adt/run_path.h"
#include "results/bundle.h"
#include "results/result_store.h"
#include "sys/waiter.h"

namespace sluice::worker {

// Says that the worker is alive; answers false when the run counts no more.
using StillWanted = std::function<bool()>;

// For so many tries of each object; the pauses between grow from 10 s to 5 minutes.
inline constexpr int kUploadTries = 8;

// Waits in pieces of this length, so that the lease is kept meanwhile.
inline constexpr std::chrono::seconds kPiece{10};

// All objects in their order; result.tar, the last, is looked at afterwards. While the store is
// slow `wanted` is asked about once a second, and what is being sent is broken off when it says no.
// Errors: conflict (not wanted any more; result.tar is not there, unless its answer alone was
// missing), the store's, corrupt (not what was sent).
base::Result<void> upload(results::ResultStore& store, sys::Waiter& waiter,
                          const adt::RequestMessage& request, const adt::RunPlace& place,
                          const results::Bundle& bundle, const StillWanted& wanted);

// The pause after the Nth try that failed (1 = the first): 10 s, 20 s, … 5 minutes.
std::chrono::seconds pause_after(int tries);

}  // namespace sluice::worker
