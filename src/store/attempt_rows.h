// Attempts as rows, one for each lease. Source: testgrid 1.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adt/attempt.h"
#include "adt/job.h"
#include "base/result.h"
#include "store/state_db.h"

namespace sluice::store {

struct Attempt {
  std::int64_t job = 0, epoch = 0;
  std::string worker;
  base::Instant began{};
  std::optional<base::Instant> ended;
  std::optional<adt::AttemptEnd> end;
};

struct LeaseOf {
  std::int64_t job = 0, epoch = 0;
};

// The lease that the job has now.
base::Result<void> add_attempt(StateDb& db, const adt::Job& job, base::Instant now);
// Errors: not_found (no such lease), conflict (another attempt has this run path: I4).
base::Result<void> end_attempt(StateDb& db, std::int64_t job, std::int64_t epoch,
                               const adt::AttemptEnd& end, base::Instant now);
// Beside how the lease ended, what its worker came with later and nobody counts: where the files
// lie, and `note` in words. Once: later calls change nothing. Errors: conflict (another attempt has
// this run path: I4).
base::Result<void> keep_late(StateDb& db, const LeaseOf& lease, const adt::AttemptEnd& end,
                             const std::string& note);
base::Result<std::vector<Attempt>> read_attempts(StateDb& db, std::int64_t job);  // by epoch
// How that lease ended; nothing if it did not yet, or if there was none.
base::Result<std::optional<adt::AttemptEnd>> end_of(StateDb& db, std::int64_t job,
                                                    std::int64_t epoch);
// Who had the lease; nothing if there was no such lease.
base::Result<std::optional<std::string>> worker_of(StateDb& db, std::int64_t job,
                                                   std::int64_t epoch);

}  // namespace sluice::store
