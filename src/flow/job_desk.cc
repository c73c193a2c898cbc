#include "flow/job_desk.h"

#include <algorithm>

#include "adt/job_state.h"
#include "adt/run_path.h"
#include "adt/run_uuid.h"
#include "base/text.h"
#include "store/attempt_rows.h"
#include "store/job_rows.h"
#include "store/pause_rows.h"
#include "store/run_rows.h"

namespace sluice::flow {
namespace {

// Ends are told of every ten seconds; of a grid that ends more in this time some have no last log.
constexpr std::size_t kEndedMax = 500;

using adt::JobState;
using base::ErrorKind;

// When a job that could not be leased is looked at again.
constexpr std::chrono::minutes kUnleasedLookAgain{1};

adt::HoldReason hold_of(const grid::Pause& pause) {
  const auto service = pause.service();
  if (service.empty())
    return {adt::HoldKind::scope_paused, pause.ref(), pause.since, pause.until, pause.reason};
  return {adt::HoldKind::service_down, pause.ref(), pause.since, pause.until,
          service + " is down: " + pause.reason};
}

queue::Lease lease_of(const adt::Job& job, const DeskLimits& limits) {
  const auto reruns = std::max(0, limits.jobs.suspect_reruns_max - job.suspect_reruns);
  return {job.id,      job.epoch,        job.attempt,      job.queue,
          job.request, limits.lease_ttl, limits.heartbeat, reruns};
}

// A key has one open job. Whoever wants begun again what somebody asked for anew since it ended is
// told of that one.
base::Result<void> check_no_other(store::StateDb& db, const adt::Job& job) {
  const auto open = store::open_job_of(db, job.key);
  if (!open) return std::unexpected(open.error());
  if (!*open) return {};
  return base::fail(ErrorKind::conflict, "job j-" + std::to_string(**open) +
                                             " for the same test is open: job j-" +
                                             std::to_string(job.id) + " cannot begin again");
}

// It does not contradict itself, and its files are those of a run of this job and of no other one.
base::Result<void> check_end(store::StateDb& db, const adt::Job& job, const adt::AttemptEnd& end) {
  if (auto fits = adt::check_exit_code(end); !fits) return fits;
  if (auto fits = adt::check_proof(end); !fits) return fits;
  if (auto asked = adt::check_source(end, job.request); !asked) return asked;
  if (auto own = adt::check_place(end, job.request, job.queue); !own) return own;
  const auto other = store::job_of_run(db, end.place);
  if (!other) return std::unexpected(other.error());
  if (other->value_or(0) == 0 || **other == job.id) return {};
  return base::fail(ErrorKind::conflict, "directory " + end.place.directory + " is a run of job " +
                                             std::to_string(**other));
}

bool begins_again(const adt::JobEvent& event) {
  return std::holds_alternative<adt::RetryAsked>(event) ||
         std::holds_alternative<adt::Revived>(event);
}

adt::Waiting waiting_of(const adt::Job& job) {
  return {job.id,        job.queue,    job.job_class, store::flow_of(job.request),
          job.submitted, job.predicted};
}

}  // namespace

base::Result<void> JobDesk::load(base::Instant now) {
  order_ = adt::FairOrder(limits_.shares);
  due_.clear();
  avoid_.clear();
  hosts_ = adt::HostsSeen(now, limits_.avoid_host);
  storms_.clear();
  lifted_.clear();
  touched_.clear();
  auto pauses = store::active_pauses(db_);
  if (!pauses) return std::unexpected(pauses.error());
  pauses_ = std::move(*pauses);
  const auto open = store::read_open_jobs(db_);
  if (!open) return std::unexpected(open.error());
  std::map<std::int64_t, Running> running;
  for (const auto& job : *open) {
    const auto id = job.waiting.id;
    ++storms_[job.producer + " " + job.trigger + " " + job.waiting.queue.arch];
    if (adt::is_leased(job.state)) {
      const auto deadline = now + ttl_of(job.worker);
      const bool stop = job.state == JobState::cancelling;
      running[id] = {id, job.epoch, job.worker, now, deadline, {}, stop, false};
      due_.emplace(deadline, id);
    } else if (job.state == JobState::queued && job.not_before <= now) {
      order_.add(job.waiting);
    } else {
      due_.emplace(std::max(now, job.not_before), id);
      if (job.next_hold_end) due_.emplace(*job.next_hold_end, id);
      if (job.hold_deadline) due_.emplace(*job.hold_deadline, id);
    }
  }
  running_.clear();
  by_worker_.clear();
  logs_.clear();
  for (auto& [id, one] : running) remember(std::move(one));
  for (const auto& pause : pauses_)
    if (auto stopped = stop_running(pause); !stopped) return stopped;
  ++servable_changes_;
  return sweep_all();
}

base::Result<void> JobDesk::atomically(base::Instant now,
                                       const std::function<base::Result<void>()>& work) {
  touched_.clear();
  if (auto begun = db_.use("SAVEPOINT step").run(); !begun) return begun;
  auto done = work();
  if (!done) (void)db_.use("ROLLBACK TO step").run();
  if (auto released = db_.use("RELEASE step").run(); !released) return released;
  if (!done) return done;
  const auto touched = std::exchange(touched_, {});
  for (const auto& job : touched) place(job, now);
  return {};
}

base::Result<adt::Job> JobDesk::step(const adt::Job& job, const adt::JobEvent& event,
                                     base::Instant now) {
  auto after = adt::on(job, event, now, limits_.jobs);
  if (!after || *after == job) return after;
  if (auto saved = store::save_job(db_, job, *after, now); !saved)
    return std::unexpected(saved.error());
  if (auto added = store::add_event(db_, job.id, event, now); !added)
    return std::unexpected(added.error());
  touched_.push_back(*after);
  return after;
}

// What follows by itself: a new job is queued, and pauses hold it.
base::Result<adt::Job> JobDesk::settle(adt::Job job, base::Instant now) {
  if (job.state == JobState::accepted) {
    auto resolved = step(job, adt::Resolved{}, now);
    if (!resolved) return resolved;
    job = std::move(*resolved);
  }
  return with_pauses(std::move(job), now);
}

base::Result<adt::Job> JobDesk::with_pauses(adt::Job job, base::Instant now) {
  if (job.state != JobState::queued && job.state != JobState::held) return job;
  for (const auto& pause : pauses_) {
    const auto hold = hold_of(pause);
    const bool has = std::ranges::any_of(job.holds, [&](const adt::HoldReason& h) {
      return h.kind == hold.kind && h.ref == hold.ref;
    });
    if (has || !grid::matches(pause, spot_of(job))) continue;
    auto held = step(job, adt::HoldAdded{hold}, now);
    if (!held) return held;
    job = std::move(*held);
  }
  return job;
}

void JobDesk::remember(Running running) {
  forget(running.job);
  by_worker_.emplace(running.worker, running.job);
  const auto job = running.job;
  running_.emplace(job, std::move(running));
}

void JobDesk::forget(std::int64_t job) {
  const auto at = running_.find(job);
  if (at == running_.end()) return;
  by_worker_.erase({at->second.worker, job});
  // Who follows its log reads the rest of it for a while.
  if (at->second.progress.log_tail.empty())
    logs_.forget(job, at->second.epoch);
  else
    ended_.push_back(std::move(at->second));
  if (ended_.size() > kEndedMax) {
    logs_.forget(ended_.front().job, ended_.front().epoch);
    ended_.pop_front();
  }
  running_.erase(at);
}

std::string JobDesk::last_tail(std::int64_t job, std::int64_t epoch) const {
  const auto at = std::ranges::find_if(
      ended_, [&](const Running& run) { return run.job == job && run.epoch == epoch; });
  return at == ended_.end() ? "" : at->progress.log_tail;
}

// Memory follows the rows.
void JobDesk::place(const adt::Job& job, base::Instant now) {
  if (!adt::is_leased(job.state)) forget(job.id);
  if (const auto at = running_.find(job.id);
      at != running_.end() && job.state == JobState::cancelling)
    at->second.stop = true;
  order_.remove(job.id);
  avoid_.erase(job.id);
  if (adt::is_final(job.state)) {
    auto& count = storm_of({job.queue, job.request, job.job_class, job.producer});
    if (count > 0) --count;
    if (!job.outcome) ++test_news_;
  }
  if (job.state == JobState::queued) place_waiting(job, now);
  if (job.state == JobState::held) {
    for (const auto& hold : job.holds)
      if (hold.ends) due_.emplace(*hold.ends, job.id);
    due_.emplace(*job.hold_deadline, job.id);
  }
}

void JobDesk::place_waiting(const adt::Job& job, base::Instant now) {
  if (job.not_before > now) {
    due_.emplace(job.not_before, job.id);
    return;
  }
  const auto until = job.not_before + limits_.avoid_host;
  if (!job.excluded_hosts.empty() && until > now) {
    avoid_[job.id] = {job.excluded_hosts, job.queue, until};
    due_.emplace(until, job.id);
  }
  order_.add(waiting_of(job));
  ++servable_changes_;
}

std::chrono::seconds JobDesk::ttl_of(const std::string& worker) const {
  return worker == kForeignWorker ? limits_.foreign_ttl : limits_.lease_ttl;
}

base::Result<std::optional<queue::Lease>> JobDesk::lease(const queue::LeaseAsk& ask,
                                                         base::Instant now) {
  if (auto mine = claim_name(ask, now); !mine) return std::unexpected(std::move(mine.error()));
  const auto held = by_worker_.lower_bound({ask.worker, 0});
  if (held != by_worker_.end() && held->first == ask.worker) {
    const auto job = store::read_job(db_, held->second);
    if (!job) return std::unexpected(job.error());
    const auto& running = running_.at(job->id);
    const bool may_not_know = !running.heard && job->state == JobState::preparing;
    if (may_not_know && !running.stop) return tell_again(*job, now);
    const auto lost = atomically(
        now, [&] { return lose(*job, ask.worker + " asked for work while it had this", now); });
    if (!lost) return std::unexpected(lost.error());
  }
  return lease_with(ask, now, [](const queue::Lease&) -> base::Result<void> { return {}; });
}

// While it waits for work nothing else is heard of it.
base::Result<void> JobDesk::claim_name(const queue::LeaseAsk& ask, base::Instant now) {
  const auto other = names_.claim(ask.worker, ask.instance, now, limits_.lease_ttl + ask.wait);
  if (!other) return {};
  const auto ago = std::chrono::duration_cast<std::chrono::seconds>(now - other->heard).count();
  return base::fail(ErrorKind::conflict, "the name " + ask.worker + " is that of " +
                                             other->instance + ", heard of " + std::to_string(ago) +
                                             " s ago: each worker needs a name of its own");
}

// A slot has one test at a time. One that asks and was not heard of since never got the answer; the
// lease stays what it is, and its time too. Or this server was started while the worker was at
// work, and then so was the worker: it may have left a result.
base::Result<std::optional<queue::Lease>> JobDesk::tell_again(const adt::Job& job,
                                                              base::Instant now) {
  if (auto wished = atomically(now, [&] { return look_for_run(job, now); }); !wished)
    return std::unexpected(wished.error());
  return lease_of(job, limits_);
}

base::Result<std::optional<queue::Lease>> JobDesk::lease_with(const queue::LeaseAsk& ask,
                                                              base::Instant now, const Also& also) {
  while (const auto id = take(ask, now)) {
    std::optional<queue::Lease> lease;
    const auto done = atomically(now, [&]() -> base::Result<void> {
      auto granted = grant(*id, ask.worker, now);
      if (!granted) return std::unexpected(granted.error());
      lease = std::move(*granted);
      return also(*lease);
    });
    if (done) {
      const auto deadline = now + ttl_of(ask.worker);
      remember({*id, lease->epoch, ask.worker, now, deadline, {}, false, false});
      due_.emplace(deadline, *id);
      return lease;
    }
    // It is out of the order of service and must not be forgotten.
    due_.emplace(now + kUnleasedLookAgain, *id);
    // Its time has not come: the clock was set back. The next may be served.
    if (done.error().kind != ErrorKind::conflict) return std::unexpected(done.error());
  }
  return std::nullopt;
}

std::optional<std::int64_t> JobDesk::take(const queue::LeaseAsk& ask, base::Instant now) {
  const auto host = adt::host_of(ask.worker);
  std::vector<adt::QueueName> queues;
  for (const auto& queue : ask.queues) {
    const grid::Spot spot{queue.release, queue.arch, queue.context, "", host};
    if (std::ranges::none_of(pauses_, [&](const auto& p) { return grid::matches(p, spot); }))
      queues.push_back(queue);
  }
  // For one that is paused nobody need wait.
  if (!queues.empty()) hosts_.asked(host, queues, now);
  return order_.take(queues, now, [&](std::int64_t job) { return !avoids(job, host, now); });
}

bool JobDesk::avoids(std::int64_t job, const std::string& host, base::Instant now) const {
  const auto at = avoid_.find(job);
  if (at == avoid_.end() || at->second.until <= now) return false;
  const auto& [hosts, queue, until] = at->second;
  return std::ranges::binary_search(hosts, host) && hosts_.others_than(hosts, queue, now);
}

base::Result<queue::Lease> JobDesk::grant(std::int64_t id, const std::string& worker,
                                          base::Instant now) {
  const auto job = store::read_job(db_, id);
  if (!job) return std::unexpected(job.error());
  const auto leased = step(*job, adt::Leased{worker}, now);
  if (!leased) return std::unexpected(leased.error());
  if (auto added = store::add_attempt(db_, *leased, now); !added)
    return std::unexpected(added.error());
  return lease_of(*leased, limits_);
}

base::Result<queue::Order> JobDesk::heartbeat(const LeaseRef& lease,
                                              const queue::Progress& progress, base::Instant now) {
  const auto at = running_.find(lease.job);
  if (at == running_.end() || at->second.epoch != lease.epoch || at->second.worker != lease.worker)
    return base::fail(ErrorKind::conflict, "the lease is over");
  if (auto mine = claim_name({lease.worker, {}, {}, lease.instance}, now); !mine)
    return std::unexpected(std::move(mine.error()));
  auto& running = at->second;
  const bool further = progress.phase != running.progress.phase;
  const auto& piece = progress.log_piece;
  if (!piece.bytes.empty()) logs_.add(lease.job, lease.epoch, piece.from, piece.bytes);
  running.progress = progress;
  running.progress.log_piece = {};  // it would stand in memory twice
  running.heard = true;
  hosts_.beat(adt::host_of(lease.worker), now);
  running.deadline = now + limits_.lease_ttl;
  const auto order = running.stop ? queue::Order::stop : queue::Order::go_on;
  if (!further || progress.phase == queue::Phase::preparing) return order;
  const auto moved = atomically(now, [&]() -> base::Result<void> {
    const auto job = store::read_job(db_, lease.job);
    if (!job) return std::unexpected(job.error());
    const bool runs = progress.phase == queue::Phase::running;
    const auto after = step(*job,
                            runs ? adt::JobEvent(adt::TestBegan{lease.epoch})
                                 : adt::JobEvent(adt::CollectBegan{lease.epoch}),
                            now);
    if (!after) return std::unexpected(after.error());
    return {};
  });
  if (!moved) return std::unexpected(moved.error());
  return order;
}

base::Result<void> JobDesk::finish(const LeaseRef& lease, const adt::AttemptEnd& end,
                                   base::Instant now) {
  const auto worker = store::worker_of(db_, lease.job, lease.epoch);
  if (!worker) return std::unexpected(worker.error());
  if (!*worker || **worker != lease.worker)
    return base::fail(ErrorKind::conflict, "job " + std::to_string(lease.job) +
                                               " was not leased to " + lease.worker + " as " +
                                               std::to_string(lease.epoch));
  bool fits = false;
  auto done = atomically(now, [&]() -> base::Result<void> {
    const auto job = store::read_job(db_, lease.job);
    if (!job) return std::unexpected(job.error());
    if (auto checked = check_end(db_, *job, end); !checked)
      return base::fail_with(std::move(checked.error()), "job " + std::to_string(job->id));
    fits = true;
    return this->end(*job, lease, end, now);
  });
  if (done || !fits || done.error().kind != ErrorKind::conflict) return done;
  if (auto kept = keep_late(lease, end, now); !kept) return kept;
  return done;
}

// I4: a verdict counts once, also when the job was sent for another attempt since. True: this is
// the same, said twice.
base::Result<bool> JobDesk::has_said(const LeaseRef& lease, const adt::AttemptEnd& end) {
  const auto said = store::end_of(db_, lease.job, lease.epoch);
  if (!said) return std::unexpected(said.error());
  if (!*said || !adt::is_verdict((*said)->outcome)) return false;
  if ((*said)->outcome == end.outcome && (*said)->place == end.place) return true;
  return base::fail(ErrorKind::conflict, "job " + std::to_string(lease.job) + ": lease " +
                                             std::to_string(lease.epoch) + " has its verdict");
}

base::Result<void> JobDesk::end(const adt::Job& job, const LeaseRef& lease,
                                const adt::AttemptEnd& end, base::Instant now) {
  const auto said = has_said(lease, end);
  if (!said) return std::unexpected(said.error());
  if (*said) return {};
  if (lease.epoch != job.epoch)
    if (auto open = check_none_further(lease); !open) return open;
  auto after = step(job, adt::AttemptEnded{lease.epoch, end}, now);
  if (!after) return std::unexpected(after.error());
  // The same verdict, but of another lease: that one counts, and this comes to nothing.
  if (*after == job) return base::fail(ErrorKind::conflict, "the lease is over");
  if (auto ended = store::end_attempt(db_, job.id, lease.epoch, end, now); !ended) return ended;
  // A late result that counts makes the work of the present lease needless.
  if (adt::is_leased(job.state) && lease.epoch != job.epoch) {
    adt::AttemptEnd needless;
    needless.outcome = adt::Outcome::superseded;
    needless.blame = adt::Blame::oper;
    needless.detail = "a late result of lease " + std::to_string(lease.epoch) + " counts";
    if (auto done = store::end_attempt(db_, job.id, job.epoch, needless, now); !done) return done;
  }
  if (end.outcome == adt::Outcome::rejected) {
    const store::Rejected rejected{0,
                                   now,
                                   "worker " + lease.worker,
                                   job.queue.text(),
                                   job.request.is_private() ? "" : job.request.package,
                                   end.detail};
    if (auto noted = store::add_rejected(db_, rejected); !noted) return noted;
  }
  // What is put aside to run again is no run that anybody may see as a result.
  if (!end.place.directory.empty() && !end.run_again)
    if (auto entered = enter_run(job, lease.epoch, end, now); !entered) return entered;
  auto settled = settle(std::move(*after), now);
  if (!settled) return std::unexpected(settled.error());
  return {};
}

base::Result<void> JobDesk::enter_run(const adt::Job& job, std::int64_t epoch,
                                      const adt::AttemptEnd& end, base::Instant now) {
  store::RunRow run;
  run.place = end.place;
  run.release = job.queue.release;
  run.arch = job.queue.arch;
  run.package = job.request.package;
  run.run_id = end.place.directory.substr(end.place.directory.rfind('/') + 1);
  run.version = end.version.substr(end.version.find(' ') + 1);
  run.triggers = base::join(job.request.triggers, " ");
  run.env = adt::env_of(job.request);
  run.requester = job.request.requester;
  run.exit_code = end.exit_code;
  run.duration = end.duration;
  run.outcome = end.outcome;
  run.suspicion = end.suspicion;
  run.uuid = adt::lease_uuid(job.request, job.queue, {job.id, epoch});
  run.job = job.id;
  run.seen = now;
  const auto added = store::add_run(db_, run);
  if (!added) return std::unexpected(added.error());
  if (*added) ++test_news_;
  return {};
}

base::Result<void> JobDesk::give_back(const LeaseRef& lease, const std::string& why,
                                      base::Instant now) {
  return atomically(now, [&]() -> base::Result<void> {
    const auto job = store::read_job(db_, lease.job);
    if (!job) return std::unexpected(job.error());
    if (job->worker != lease.worker) return base::fail(ErrorKind::conflict, "the lease is over");
    auto after = step(*job, adt::GivenBack{lease.epoch, why, reached_by(*job)}, now);
    if (!after) return std::unexpected(after.error());
    adt::AttemptEnd end;
    end.outcome = adt::Outcome::infra_preempted;
    end.blame = adt::Blame::oper;
    end.detail = why;
    if (auto ended = store::end_attempt(db_, job->id, lease.epoch, end, now); !ended) return ended;
    // It may have been stopped while the store kept it waiting for an answer.
    if (auto wished = look_for_run(*job, now); !wished) return wished;
    auto settled = settle(std::move(*after), now);
    if (!settled) return std::unexpected(settled.error());
    return {};
  });
}

base::Result<void> JobDesk::apply(std::int64_t id, const adt::JobEvent& event, base::Instant now) {
  return atomically(now, [&]() -> base::Result<void> {
    const auto job = store::read_job(db_, id);
    if (!job) return std::unexpected(job.error());
    if (adt::is_final(job->state) && begins_again(event))
      if (auto none = check_no_other(db_, *job); !none) return none;
    auto after = step(*job, event, now);
    if (!after) return std::unexpected(after.error());
    auto settled = settle(std::move(*after), now);
    if (!settled) return std::unexpected(settled.error());
    return {};
  });
}

}  // namespace sluice::flow
