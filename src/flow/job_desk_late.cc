// The part of JobDesk about orphans: results of leases that are over. Source: testgrid 1.4.
#include <algorithm>
#include <string>

#include "flow/adopt_runs.h"
#include "flow/job_desk.h"
#include "store/attempt_rows.h"
#include "store/outbox_rows.h"

namespace sluice::flow {

// The verdict of a later attempt was looked at, and perhaps was why somebody had it run again: what
// was run before it is no answer to that.
base::Result<void> JobDesk::check_none_further(const LeaseRef& lease) {
  const auto attempts = store::read_attempts(db_, lease.job);
  if (!attempts) return std::unexpected(attempts.error());
  const bool further = std::ranges::any_of(*attempts, [&](const store::Attempt& each) {
    return each.epoch > lease.epoch && each.end && adt::stands(*each.end);
  });
  if (!further) return {};
  return base::fail(base::ErrorKind::conflict, "job " + std::to_string(lease.job) + ": lease " +
                                                   std::to_string(lease.epoch) +
                                                   " is over, and a later one has a verdict");
}

base::Result<void> JobDesk::keep_late(const LeaseRef& lease, const adt::AttemptEnd& end,
                                      base::Instant now) {
  if (end.place.directory.empty()) return {};
  const auto note = adt::late_note(end.outcome);
  auto kept =
      atomically(now, [&] { return store::keep_late(db_, {lease.job, lease.epoch}, end, note); });
  // Those files are of another attempt: then they are not this one's either.
  if (!kept && kept.error().kind == base::ErrorKind::conflict) return {};
  return kept;
}

// Workers that are not ours tell nothing of leases, and the re-scan finds their runs.
base::Result<void> JobDesk::look_for_run(const adt::Job& job, base::Instant now) {
  if (job.worker == kForeignWorker) return {};
  return store::add_effect(db_, adopt_effect(job.id, job.epoch), now);
}

}  // namespace sluice::flow
