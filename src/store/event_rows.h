// Events: what happened to each job, append-only; and what was refused at the door.
// Source: testgrid 1.5 (P7), autopkgtest 1.4.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adt/job.h"
#include "base/result.h"
#include "store/state_db.h"

namespace sluice::store {

base::Result<void> add_event(StateDb& db, std::int64_t job, const adt::JobEvent& event,
                             base::Instant now);

struct EventRow {
  std::int64_t seq = 0, job = 0;
  base::Instant at{};
  adt::JobEvent event;
};
// In their order. Errors: corrupt.
base::Result<std::vector<EventRow>> events_of(StateDb& db, std::int64_t job);
// All after `seq`, at most `limit`.
base::Result<std::vector<EventRow>> events_after(StateDb& db, std::int64_t seq, std::size_t limit);

// A test whose job has ended without a run, or was opened, or opened again, by the event `seq`.
struct MovedTest {
  std::int64_t seq = 0;
  std::string trigger, package, arch;  // the primary trigger
};
// Of a release, all events after `seq`, at most `limit`; in the order of events.
base::Result<std::vector<MovedTest>> tests_moved_after(StateDb& db, const std::string& release,
                                                       std::int64_t seq, std::size_t limit);

struct Rejected {
  std::int64_t id = 0;
  base::Instant at{};
  std::string source;  // "amqp", "http"
  std::string queue, body, reason;
};
// Bodies are cut at 4 KB.
base::Result<void> add_rejected(StateDb& db, const Rejected& rejected);
base::Result<std::vector<Rejected>> list_rejected(StateDb& db, std::size_t limit);  // newest first

}  // namespace sluice::store
