// The state machine of a job. Source: testgrid 1.5 (T1 to T15).
#pragma once

#include "adt/job.h"
#include "base/result.h"

namespace sluice::adt {

// The job after the event; unchanged when a worker repeats what was done. Errors: conflict (not
// from this state, or of a lease that is over), invalid (a verdict without proof that it can be
// read: I1; a suspicion
// that does not fit what the lease said of re-runs).
base::Result<Job> on(const Job& job, const JobEvent& event, base::Instant now,
                     const JobLimits& limits);

// The host of a slot's name, "HOST-N" or "HOST~WORKER-N": failed attempts exclude hosts, neither
// slots nor the one of several workers there.
std::string host_of(std::string_view worker);

}  // namespace sluice::adt
