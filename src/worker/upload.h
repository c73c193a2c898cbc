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

// So often an object is sent that the store took and then lost or changed.
inline constexpr int kReadBackTries = 3;

// Waits in pieces of this length, so that the lease is kept meanwhile.
inline constexpr std::chrono::seconds kPiece{10};

// All objects in their order. Each is read back before the next is sent, by its size and its MD5,
// and sent again when the store has it not or has another; so result.tar, the last, is only found
// beside objects that are whole. While the store is slow `wanted` is asked about once a second, and
// what is being sent is broken off when it says no. Errors: conflict (not wanted any more;
// result.tar is not there, unless its answer alone was missing), the store's, corrupt (it did not
// keep what was sent, however often).
base::Result<void> upload(results::ResultStore& store, sys::Waiter& waiter,
                          const adt::RequestMessage& request, const adt::RunPlace& place,
                          const results::Bundle& bundle, const StillWanted& wanted);

// The pause after the Nth try that failed (1 = the first): 10 s, 20 s, … 5 minutes.
std::chrono::seconds pause_after(int tries);

}  // namespace sluice::worker
