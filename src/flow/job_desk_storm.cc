// The part of JobDesk that keeps storms small: what is not needed any more is taken back, and who
// loops is told so. Source: testgrid 1.5 (T13), 6.5, items 1 and 5.
#include <string>
#include <utility>

#include "adt/newer_upload.h"
#include "flow/job_desk.h"
#include "store/attempt_rows.h"
#include "store/job_rows.h"

namespace sluice::flow {

using adt::JobState;

// A newer version of the trigger: nobody needs to know how the older one did.
base::Result<void> JobDesk::supersede(const adt::Job& newer, base::Instant now) {
  if (newer.request.triggers.empty() || !adt::is_of_gate(newer)) return {};
  const auto& trigger = newer.request.triggers.front();
  const auto ids = store::outdated_by(
      db_, {trigger, newer.request.package, newer.queue.release, newer.queue.arch, newer.producer});
  if (!ids) return std::unexpected(ids.error());
  for (const auto id : *ids) {
    const auto job = store::read_job(db_, id);
    if (!job) return std::unexpected(job.error());
    if (!adt::takes_place_of(newer, *job)) continue;
    if (adt::is_leased(job->state)) {
      const auto stopped = stop_early(*job, trigger + " is newer", now);
      if (!stopped) return std::unexpected(stopped.error());
      continue;
    }
    if (auto done = step(*job, adt::SupersededBy{trigger}, now); !done)
      return std::unexpected(done.error());
  }
  return {};
}

// Past its half the result costs less than it says. Workers that are not ours cannot be stopped.
base::Result<bool> JobDesk::stop_early(const adt::Job& job, const std::string& why,
                                       base::Instant now) {
  const bool stoppable = job.state == JobState::preparing || job.state == JobState::running;
  if (!limits_.cancel_running || !stoppable || job.worker == kForeignWorker) return false;
  const auto attempts = store::read_attempts(db_, job.id);
  if (!attempts) return std::unexpected(attempts.error());
  if (attempts->empty() || now - attempts->back().began >= job.predicted / 2) return false;
  if (auto done = step(job, adt::CancelAsked{job.producer + ": " + why}, now); !done)
    return std::unexpected(done.error());
  return true;
}

base::Result<std::size_t> JobDesk::withdraw(const store::Asked& asked, const IsThere& is_there,
                                            base::Instant now) {
  std::size_t count = 0;
  const auto take_back = [&](const std::string& trigger) -> base::Result<void> {
    const auto why = trigger + " is not there any more";
    const auto ids = store::open_jobs_of(db_, asked, trigger);
    if (!ids) return std::unexpected(ids.error());
    for (const auto id : *ids) {
      if (count == limits_.tick_max) return {};
      const auto job = store::read_job(db_, id);
      if (!job) return std::unexpected(job.error());
      if (adt::is_leased(job->state)) {
        const auto stopped = stop_early(*job, why, now);
        if (!stopped) return std::unexpected(stopped.error());
        if (*stopped) ++count;
        continue;
      }
      if (auto done = step(*job, adt::CancelAsked{asked.producer + ": " + why}, now); !done)
        return std::unexpected(done.error());
      ++count;
    }
    return {};
  };
  const auto triggers = store::open_triggers(db_, asked);
  if (!triggers) return std::unexpected(triggers.error());
  const auto done = atomically(now, [&]() -> base::Result<void> {
    for (const auto& trigger : *triggers)
      if (!is_there(trigger))
        if (auto taken = take_back(trigger); !taken) return taken;
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return count;
}

std::string shown_text(const adt::RequestMessage& request, const std::string& key) {
  return request.is_private() ? "private, key " + key
                              : request.package + " " + adt::message_json(request);
}

// Nothing is lost by it: the job that the first of these requests made is there. Admins see it
// once an hour among what was refused.
base::Result<Submitted> JobDesk::refuse_loop(const Asking& asking, base::Instant now) {
  const auto& submission = *asking.submission;
  auto why = "storm.duplicate: " + submission.producer + " asked for this more than " +
             std::to_string(limits_.repeats_max) + " times within an hour";
  if (asking.times == limits_.repeats_max + 1) {
    const auto noted = reject({0, now, submission.producer, submission.queue.text(),
                               shown_text(submission.request, asking.key), why});
    if (!noted) return std::unexpected(noted.error());
  }
  const auto again = std::chrono::ceil<std::chrono::seconds>(repeats_.forgets() - now);
  return Submitted{SubmitHow::refused, 0, std::move(why), true, again};
}

}  // namespace sluice::flow
