// Jobs that workers of others run, who know nothing of leases. Source: decision 18 (b);
// autopkgtest 1.3.
#include <algorithm>

#include "adt/exit_code.h"
#include "adt/run_uuid.h"
#include "base/text.h"
#include "codec/json.h"
#include "flow/job_desk.h"
#include "flow/publish_requests.h"
#include "store/job_rows.h"
#include "store/outbox_rows.h"
#include "store/run_rows.h"

namespace sluice::flow {
namespace {

// In the place of a digest: a verdict of ours needs one, and of a foreign run nobody has made it.
constexpr const char* kNoDigest = "foreign";

std::string name_of_run(const adt::Job& job) {
  return adt::lease_uuid(job.request, job.queue, {job.id, job.epoch});
}

// Where the worker keeps the name that the request gave the run, nothing else is asked.
bool is_named_end_of(const adt::CompleteMessage& end, const adt::Job& job) {
  return job.worker == kForeignWorker && end.uuid == name_of_run(job);
}

// Completion messages do not name the request; this is all that they tell of it.
bool is_end_of(const adt::CompleteMessage& end, const adt::Job& job) {
  if (job.worker != kForeignWorker || !job.request.ppas.empty()) return false;
  const bool other = !end.uuid.empty() && !job.request.uuid.empty() && end.uuid != job.request.uuid;
  return !other && end.triggers == job.request.triggers && end.env == adt::env_of(job.request);
}

adt::AttemptEnd attempt_of(const adt::CompleteMessage& end) {
  adt::AttemptEnd attempt;
  attempt.outcome = adt::outcome_of_exit(end.exit_code);
  attempt.detail = "told by a foreign worker: exit code " + std::to_string(end.exit_code);
  attempt.exit_code = end.exit_code;
  attempt.version = end.package + " " + end.version;
  attempt.duration = end.duration;
  attempt.place = end.place;
  attempt.digest = kNoDigest;
  return attempt;
}

store::RunRow run_of(const adt::CompleteMessage& end, std::int64_t job, base::Instant now) {
  store::RunRow run;
  run.place = end.place;
  run.release = end.release;
  run.arch = end.arch;
  run.package = end.package;
  run.run_id = end.place.directory.substr(end.place.directory.rfind('/') + 1);
  run.version = end.version;
  run.triggers = base::join(end.triggers, " ");
  run.env = end.env;
  run.requester = end.requester;
  run.uuid = end.uuid;
  run.exit_code = end.exit_code;
  run.duration = end.duration;
  run.outcome = adt::outcome_of_exit(end.exit_code);
  run.job = job;
  run.seen = now;
  return run;
}

}  // namespace

base::Result<std::optional<queue::Lease>> JobDesk::hand_over(const ForeignQueues& queues,
                                                             base::Instant now) {
  queue::LeaseAsk ask{kForeignWorker, {}, {}};
  for (const auto& [name, queue] : queues) ask.queues.push_back(queue);
  return lease_with(ask, now, [&](const queue::Lease& lease) {
    const auto name =
        std::ranges::find_if(queues, [&](const auto& each) { return each.second == lease.queue; });
    auto named = lease.request;
    named.uuid = adt::lease_uuid(lease.request, lease.queue, {lease.job, lease.epoch});
    const codec::Map payload{{"queue", name->first},
                             {"body", adt::message_body(named)},
                             {"job", lease.job},
                             {"epoch", lease.epoch}};
    return store::add_effect(db_,
                             {.kind = kPublishEffect,
                              .key = std::to_string(lease.job) + " " + std::to_string(lease.epoch),
                              .payload = codec::to_json(payload, codec::JsonStyle::compact),
                              .error = ""},
                             now);
  });
}

base::Result<void> JobDesk::foreign_end(const adt::CompleteMessage& end, base::Instant now) {
  store::JobFilter filter;
  filter.release = end.release;
  filter.arch = end.arch;
  filter.package = end.package;
  filter.open_only = true;
  const auto open = store::list_jobs(db_, filter);
  if (!open) return std::unexpected(open.error());
  auto job =
      std::ranges::find_if(*open, [&](const adt::Job& each) { return is_named_end_of(end, each); });
  if (job == open->end())
    job = std::ranges::find_if(*open, [&](const adt::Job& each) { return is_end_of(end, each); });
  const bool waits = job != open->end();
  // Runs that nobody may see, or can file under a trigger, are no rows by themselves.
  const bool counts = adt::counts(end);
  return atomically(now, [&]() -> base::Result<void> {
    if (!counts && !waits) return {};
    if (!counts)
      return this->end(*job, {job->id, job->epoch, kForeignWorker}, attempt_of(end), now);
    const auto is_new = store::add_run(db_, run_of(end, waits ? job->id : 0, now));
    if (!is_new) return std::unexpected(is_new.error());
    if (*is_new) ++test_news_;
    if (!*is_new || !waits) return {};
    return this->end(*job, {job->id, job->epoch, kForeignWorker}, attempt_of(end), now);
  });
}

}  // namespace sluice::flow
