// One request from its lease to its end: prepare, run, judge, upload, finish. Source: autopkgtest
// 2; testgrid 1.3, 1.4.
#pragma once

#include <cstdint>

#include "adt/outcome.h"
#include "queue/test_queue.h"
#include "worker/doors.h"

namespace sluice::worker {

enum class RunEnd : std::uint8_t {
  finished,   // the queue knows what became of it
  lost,       // somebody else has the job, or nobody wants it any more: nothing was uploaded
  given_back  // the worker was told to stop at once
};

struct RunResult {
  RunEnd end = RunEnd::finished;
  adt::Outcome outcome = adt::Outcome::infra_unknown;
  adt::Blame blame = adt::Blame::unknown;
};

// Leaves nothing behind in the work directory, and no process. Never fails: what goes wrong becomes
// an outcome, and the queue is told until it has heard.
RunResult run_test(const Settings& settings, const Slot& slot, const queue::Lease& lease,
                   Doors& doors);

}  // namespace sluice::worker
