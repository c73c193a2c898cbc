// What happens to jobs by themselves as time goes on, and by pauses. Source: testgrid 1.5, 1.7.
#include <algorithm>

#include "flow/job_desk.h"
#include "store/attempt_rows.h"
#include "store/job_rows.h"
#include "store/pause_rows.h"

namespace sluice::flow {
namespace {

using adt::JobState;
using base::ErrorKind;

// When a deadline has passed that does not count yet.
constexpr std::chrono::minutes kDeadlineLookAgain{1};

bool is_pause_hold(const adt::HoldReason& hold) {
  return hold.ref.starts_with("p-") &&
         (hold.kind == adt::HoldKind::scope_paused || hold.kind == adt::HoldKind::service_down);
}

}  // namespace

bool JobDesk::is_stopped() const {
  return std::ranges::any_of(pauses_, &grid::Pause::covers_whole_grid);
}

std::optional<base::Instant> JobDesk::next_due() const {
  std::optional<base::Instant> next;
  if (!due_.empty()) next = due_.begin()->first;
  for (const auto& pause : pauses_)
    if (pause.until && (!next || *pause.until < *next)) next = *pause.until;
  if (!sweep_.empty()) return base::Instant{};
  return next;
}

void JobDesk::clock_was_set(base::Instant::duration step) {
  names_.shift(step);
  hosts_.shift(step);
  for (auto& [id, running] : running_) {
    running.began += step;
    running.deadline += step;
    due_.emplace(running.deadline, id);
  }
}

base::Result<void> JobDesk::tick(base::Instant now) {
  const auto pauses = pauses_;
  for (const auto& pause : pauses)
    if (pause.until && *pause.until <= now)
      if (auto done = lift(pause.id, now); !done) return done;
  std::size_t moved = 0;
  while (!due_.empty() && due_.begin()->first <= now && moved < limits_.tick_max) {
    const auto id = due_.begin()->second;
    due_.erase(due_.begin());
    ++moved;
    if (auto done = atomically(now, [&] { return wake(id, now); }); !done) return done;
  }
  while (!sweep_.empty() && moved < limits_.tick_max) {
    const auto id = sweep_.front();
    sweep_.pop_front();
    ++moved;
    if (auto done = atomically(now, [&] { return sweep(id, now); }); !done) return done;
  }
  if (sweep_.empty()) lifted_.clear();
  return {};
}

base::Result<void> JobDesk::wake(std::int64_t id, base::Instant now) {
  auto job = store::read_job(db_, id);
  if (!job) return std::unexpected(job.error());
  if (adt::is_leased(job->state)) return expire(*job, now);
  if (job->state == JobState::queued) touched_.push_back(*job);
  if (job->state == JobState::accepted) {
    if (auto settled = settle(*job, now); !settled) return std::unexpected(settled.error());
  }
  if (job->state == JobState::held) return wake_held(std::move(*job), now);
  return {};
}

base::Result<void> JobDesk::expire(const adt::Job& job, base::Instant now) {
  const auto at = running_.find(job.id);
  if (at != running_.end() && at->second.epoch == job.epoch && at->second.deadline > now) {
    due_.emplace(at->second.deadline, job.id);
    return {};
  }
  return lose(job, "nothing was heard of " + job.worker + " in time", now);
}

// How far the run of a lease came at least: as its worker told it last, else as the job's state has
// it. Nothing of workers that are not ours, who tell nothing; nor where files are collected: that
// may be of a run whose tests never began.
std::optional<adt::RunPhase> JobDesk::reached_by(const adt::Job& job) const {
  if (job.worker == kForeignWorker) return std::nullopt;
  const auto at = running_.find(job.id);
  const bool is_known = at != running_.end() && at->second.epoch == job.epoch;
  if (is_known && at->second.progress.reached) return at->second.progress.reached;
  if (job.state == JobState::running) return adt::RunPhase::test_begin;
  if (job.state == JobState::preparing) return adt::RunPhase::prepare;
  return std::nullopt;
}

base::Result<void> JobDesk::lose(const adt::Job& job, const std::string& why, base::Instant now) {
  auto after = step(job, adt::LeaseExpired{job.epoch, reached_by(job)}, now);
  if (!after) return std::unexpected(after.error());
  adt::AttemptEnd end;
  end.outcome = adt::Outcome::infra_worker_lost;
  end.blame = adt::Blame::worker;
  end.detail = why;
  if (auto ended = store::end_attempt(db_, job.id, job.epoch, end, now); !ended) return ended;
  if (auto wished = look_for_run(job, now); !wished) return wished;
  auto settled = settle(std::move(*after), now);
  if (!settled) return std::unexpected(settled.error());
  return {};
}

// Holds that end by themselves; then the deadline, unless the whole grid stands still.
base::Result<void> JobDesk::wake_held(adt::Job job, base::Instant now) {
  const auto holds = job.holds;
  for (const auto& hold : holds) {
    if (!hold.ends || *hold.ends > now || is_pause_hold(hold)) continue;
    auto dropped = step(job, adt::HoldDropped{hold.kind, hold.ref}, now);
    if (!dropped) return std::unexpected(dropped.error());
    job = std::move(*dropped);
  }
  if (job.state != JobState::held || *job.hold_deadline > now) return {};
  if (is_stopped() || !lifted_.empty()) {
    due_.emplace(now + kDeadlineLookAgain, job.id);
    return {};
  }
  auto aborted = step(job, adt::HoldDeadline{}, now);
  if (!aborted) return std::unexpected(aborted.error());
  return {};
}

base::Result<void> JobDesk::release(std::int64_t id, const HoldChoice& which, base::Instant now) {
  return atomically(now, [&]() -> base::Result<void> {
    auto job = store::read_job(db_, id);
    if (!job) return std::unexpected(job.error());
    const auto holds = job->holds;
    std::string pauses;  // that hold it
    for (const auto& hold : holds) {
      if (which.kind && hold.kind != *which.kind) continue;
      if (!which.ref.empty() && hold.ref != which.ref) continue;
      if (is_pause_hold(hold)) {
        pauses += (pauses.empty() ? "" : ", ") + hold.ref;
        continue;
      }
      job = step(*job, adt::HoldDropped{hold.kind, hold.ref}, now);
      if (!job) return std::unexpected(job.error());
    }
    if (job->holds.size() < holds.size()) return {};
    const auto name = "job " + std::to_string(id);
    if (!pauses.empty())
      return base::fail(ErrorKind::conflict,
                        name + " is held by a pause, which is to be lifted: " + pauses);
    return base::fail(ErrorKind::conflict,
                      name + (holds.empty() ? " is not held" : " has no such hold"));
  });
}

base::Result<std::int64_t> JobDesk::pause(grid::Pause pause, base::Instant now) {
  pause.since = now;
  const auto id = store::add_pause(db_, pause);
  if (!id) return id;
  pause.id = *id;
  if (auto stopped = stop_running(pause); !stopped) return std::unexpected(stopped.error());
  pauses_.push_back(std::move(pause));
  if (auto swept = sweep_all(); !swept) return std::unexpected(swept.error());
  return id;
}

base::Result<void> JobDesk::stop_running(const grid::Pause& pause) {
  if (pause.mode != grid::PauseMode::hard) return {};
  for (auto& [job_id, running] : running_) {
    const auto job = store::read_job(db_, job_id);
    if (!job) return std::unexpected(job.error());
    if (grid::matches(pause, spot_of(*job))) running.stop = true;
  }
  return {};
}

base::Result<void> JobDesk::lift(std::int64_t id, base::Instant now) {
  if (auto lifted = store::lift_pause(db_, id, now); !lifted) return lifted;
  const auto at = std::ranges::find(pauses_, id, &grid::Pause::id);
  if (at == pauses_.end()) return {};
  auto pause = std::move(*at);
  pauses_.erase(at);
  pause.lifted = now;
  ++servable_changes_;  // of a worker's pause: no job moves, but its slots may ask again
  if (pause.covers_whole_grid()) lifted_.push_back(std::move(pause));
  return sweep_all();
}

base::Result<void> JobDesk::sweep_all() {
  // Without a pause there can only be holds to take away.
  const auto kind = pauses_.empty() ? store::WaitingKind::held : store::WaitingKind::all;
  auto ids = store::waiting_ids(db_, kind);
  if (!ids) return std::unexpected(ids.error());
  sweep_.assign(ids->begin(), ids->end());
  return {};
}

// The holds of a job by pauses become those of the pauses that are active.
base::Result<void> JobDesk::sweep(std::int64_t id, base::Instant now) {
  auto job = store::read_job(db_, id);
  if (!job) return std::unexpected(job.error());
  if (job->state != JobState::queued && job->state != JobState::held) return {};
  const auto holds = job->holds;
  for (const auto& hold : holds) {
    const bool active = std::ranges::any_of(
        pauses_, [&](const grid::Pause& pause) { return pause.ref() == hold.ref; });
    if (active || !is_pause_hold(hold)) continue;
    // The clock of a deadline stands while the whole grid does.
    for (const auto& pause : lifted_)
      if (pause.ref() == hold.ref && job->hold_deadline) {
        const auto to = *job->hold_deadline + (*pause.lifted - std::max(pause.since, hold.since));
        job = step(*job, adt::DeadlineMoved{to}, now);
        if (!job) return std::unexpected(job.error());
      }
    job = step(*job, adt::HoldDropped{hold.kind, hold.ref}, now);
    if (!job) return std::unexpected(job.error());
  }
  auto held = with_pauses(std::move(*job), now);
  if (!held) return std::unexpected(held.error());
  return {};
}

}  // namespace sluice::flow
