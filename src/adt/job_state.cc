#include "adt/job_state.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "adt/newer_upload.h"

namespace sluice::adt {
namespace {

using base::ErrorKind;

base::Result<Job> refuse(const Job& job, std::string_view what) {
  return base::fail(ErrorKind::conflict, "job " + std::to_string(job.id) + " is " +
                                             std::string(text_of(job.state)) + ": " +
                                             std::string(what));
}

bool waits(JobState state) { return state < JobState::preparing; }

// The end without a verdict.
Job ended(Job job, JobState state, std::string note) {
  job.state = state;
  job.worker.clear();
  job.holds.clear();
  job.end_note = std::move(note);
  return job;
}

// Back to those who wait: held while anything holds it. Its age is what it was (P6).
Job waiting_again(Job job) {
  job.worker.clear();
  job.state = job.holds.empty() ? JobState::queued : JobState::held;
  return job;
}

// Gate jobs can wait longest; a person and a pull request want to know sooner. Source: decision 6.
// A person who wants a gate's job sooner raises its class; the gate still waits for it, so the
// longer time stands.
std::chrono::hours hold_time_of(const Job& job, const JobLimits& limits) {
  if (job.queue.context == "upstream") return limits.hold_upstream;
  if (job.job_class != JobClass::manual) return limits.hold_gate;
  return is_of_gate(job) ? std::max(limits.hold_gate, limits.hold_manual) : limits.hold_manual;
}

Job with_hold(Job job, HoldReason reason, base::Instant now, const JobLimits& limits) {
  const auto key = [](const HoldReason& h) { return std::tie(h.kind, h.ref); };
  const auto at = std::ranges::lower_bound(job.holds, key(reason), {}, key);
  if (at != job.holds.end() && key(*at) == key(reason))
    *at = std::move(reason);
  else
    job.holds.insert(at, std::move(reason));
  // Set once: several short holds must not make a job immortal.
  if (!job.first_held) job.first_held = now;
  if (!job.hold_deadline) job.hold_deadline = *job.first_held + hold_time_of(job, limits);
  return job;
}

Job avoiding_its_host(Job job) {
  const auto host = host_of(job.worker);
  const auto at = std::ranges::lower_bound(job.excluded_hosts, host);
  if (!host.empty() && (at == job.excluded_hosts.end() || *at != host))
    job.excluded_hosts.insert(at, host);
  return job;
}

// It failed, and infrastructure may be to blame: at once, and where it is another's. Source:
// testgrid 1.3, items 4 and 5.
Job after_suspicion(Job job, base::Instant now) {
  ++job.suspect_reruns;
  job.not_before = now;  // from here on its host is avoided
  return waiting_again(avoiding_its_host(std::move(job)));
}

// T9, T10: another host, later; after some of them it is looked at as a job that has trouble.
Job after_infra(Job job, std::string_view code, base::Instant now, const JobLimits& limits) {
  ++job.infra_attempts;
  job = avoiding_its_host(std::move(job));
  const auto tries = static_cast<std::size_t>(job.infra_attempts);
  if (job.infra_attempts < limits.infra_attempts_max) {
    job.not_before = now + limits.backoff.at(std::min(tries, limits.backoff.size()) - 1);
    return waiting_again(std::move(job));
  }
  const auto probe = tries - static_cast<std::size_t>(limits.infra_attempts_max);
  const auto wait = limits.probe.at(std::min(probe, limits.probe.size() - 1));
  // The probe may go anywhere: by now the hosts were most likely not to blame.
  job.excluded_hosts.clear();
  job.not_before = now;
  auto text = tries == 1
                  ? "an attempt ended without a verdict: " + std::string(code)
                  : std::to_string(tries) + " attempts ended without a verdict, the last with " +
                        std::string(code);
  job = with_hold(std::move(job),
                  {HoldKind::repeated_infra, std::string(code), now, now + wait, std::move(text)},
                  now, limits);
  return waiting_again(std::move(job));
}

Job with_verdict(Job job, const AttemptEnd& end) {
  job = ended(std::move(job), JobState::done, "");
  job.outcome = end.outcome;
  job.infra_attempts = 0;
  job.excluded_hosts.clear();
  job.first_held.reset();
  job.hold_deadline.reset();
  return job;
}

class Machine {
 public:
  Machine(const Job& job, base::Instant now, const JobLimits& limits)
      : job_(job), now_(now), limits_(limits) {}

  base::Result<Job> operator()(const Resolved&) const {  // T3
    if (job_.state != JobState::accepted) return refuse(job_, "its requirements are known");
    return waiting_again(job_);
  }

  base::Result<Job> operator()(const ExcludedBy& e) const {  // T2
    if (job_.state != JobState::accepted) return refuse(job_, "only a new job can be excluded");
    return ended(job_, JobState::excluded, e.rule);
  }

  base::Result<Job> operator()(const HoldAdded& e) const {  // T4
    if (!waits(job_.state)) return refuse(job_, "only a waiting job can be held");
    auto job = with_hold(job_, e.reason, now_, limits_);
    if (job.state != JobState::accepted) job.state = JobState::held;
    return job;
  }

  base::Result<Job> operator()(const HoldDropped& e) const {  // T5
    if (!waits(job_.state)) return refuse(job_, "it is not held");
    auto job = job_;
    std::erase_if(job.holds,
                  [&](const HoldReason& h) { return h.kind == e.kind && h.ref == e.ref; });
    return job.state == JobState::accepted ? job : waiting_again(std::move(job));
  }

  base::Result<Job> operator()(const Leased& e) const {  // T6
    if (job_.state != JobState::queued || job_.not_before > now_)
      return refuse(job_, "it cannot be leased");
    auto job = job_;
    job.state = JobState::preparing;
    job.worker = e.worker;
    ++job.epoch;
    ++job.attempt;
    return job;
  }

  base::Result<Job> operator()(const TestBegan& e) const {  // T7
    return in_phase(e.epoch, JobState::running);
  }

  base::Result<Job> operator()(const CollectBegan& e) const {  // T8
    return in_phase(e.epoch, JobState::collecting);
  }

  base::Result<Job> operator()(const AttemptEnded& e) const {  // T8, T9
    if (is_verdict(e.end.outcome) && (e.end.place.directory.empty() || e.end.digest.empty()))
      return base::fail(ErrorKind::invalid, "I1: a verdict needs stored files and their digest");
    if (auto fits = check_suspicion(e.end); !fits) return std::unexpected(std::move(fits.error()));
    if (!holds_lease(e.epoch)) return late(e);
    if (!e.end.suspicion.empty() && e.end.run_again != has_rerun_left())
      return base::fail(ErrorKind::invalid, has_rerun_left()
                                                ? "the lease says that a suspect failure runs again"
                                                : "the lease has no re-run left for a suspicion");
    if (stands(e.end)) return with_verdict(job_, e.end);
    if (job_.state == JobState::cancelling) return ended(job_, JobState::cancelled, job_.end_note);
    if (e.end.run_again) return after_suspicion(job_, now_);
    if (class_of(e.end.outcome) == OutcomeClass::infra)
      return after_infra(job_, text_of(e.end.outcome), now_, limits_);
    // The worker found what the door could not see; it would find it each time.
    if (e.end.outcome == Outcome::rejected)
      return ended(job_, JobState::excluded, "rejected: " + e.end.detail);
    return waiting_again(job_);
  }

  base::Result<Job> operator()(const LeaseExpired&) const {  // T9, T12
    if (job_.state == JobState::cancelling) return ended(job_, JobState::cancelled, job_.end_note);
    if (!is_leased(job_.state)) return refuse(job_, "nobody has a lease");
    return after_infra(job_, text_of(Outcome::infra_worker_lost), now_, limits_);
  }

  base::Result<Job> operator()(const GivenBack& e) const {
    if (!holds_lease(e.epoch)) return refuse(job_, "the lease is over");
    if (job_.state == JobState::cancelling) return ended(job_, JobState::cancelled, job_.end_note);
    return waiting_again(job_);
  }

  base::Result<Job> operator()(const CancelAsked& e) const {  // T12
    if (is_final(job_.state)) return refuse(job_, "it has ended");
    if (waits(job_.state)) return ended(job_, JobState::cancelled, "by " + e.by);
    auto job = job_;
    job.state = JobState::cancelling;
    job.end_note = "by " + e.by;
    return job;
  }

  // T13. A test that runs is left alone: its result still says something about the old version.
  base::Result<Job> operator()(const SupersededBy& e) const {
    if (!waits(job_.state)) return refuse(job_, "it no longer waits");
    return ended(job_, JobState::superseded, e.by);
  }

  base::Result<Job> operator()(const HoldDeadline&) const {  // T11
    if (job_.state != JobState::held || !job_.hold_deadline || *job_.hold_deadline > now_)
      return refuse(job_, "its time is not over");
    return ended(job_, JobState::aborted_infra, job_.holds.front().text);
  }

  base::Result<Job> operator()(const DeadlineMoved& e) const {
    if (is_final(job_.state) || !job_.hold_deadline) return refuse(job_, "it has no deadline");
    auto job = job_;
    job.hold_deadline = e.to;
    return job;
  }

  // T14, which names verdicts alone: whoever asks for what somebody cancelled, what was refused or
  // given up wants the same. What is superseded has another in its place.
  base::Result<Job> operator()(const RetryAsked&) const {
    if (!is_final(job_.state) || job_.state == JobState::superseded)
      return refuse(job_, "only a test that has ended can be retried");
    return fresh();
  }

  base::Result<Job> operator()(const Revived&) const {  // T15
    if (job_.state != JobState::aborted_infra) return refuse(job_, "it was not aborted");
    return fresh();
  }

  base::Result<Job> operator()(const ClassRaised& e) const {
    if (is_final(job_.state)) return refuse(job_, "it has ended");
    auto job = job_;
    job.job_class = std::min(job.job_class, e.to);
    return job;
  }

 private:
  bool has_rerun_left() const { return job_.suspect_reruns < limits_.suspect_reruns_max; }

  bool holds_lease(std::int64_t epoch) const {
    return is_leased(job_.state) && epoch == job_.epoch;
  }

  base::Result<Job> in_phase(std::int64_t epoch, JobState phase) const {
    if (!holds_lease(epoch)) return refuse(job_, "the lease is over");
    auto job = job_;
    if (job.state < phase) job.state = phase;  // a cancelled one stays cancelled
    return job;
  }

  // A result of a lease that is over. A whole one is not wasted as long as nobody has come further;
  // said twice it is what it was. Source: testgrid 1.4.
  base::Result<Job> late(const AttemptEnded& e) const {
    const bool is_said = job_.state == JobState::done && e.epoch == job_.epoch;
    if (is_said && stands(e.end) && job_.outcome == e.end.outcome) return job_;
    const bool open = job_.state == JobState::queued || job_.state == JobState::held ||
                      job_.state == JobState::preparing;
    const bool known = e.epoch > 0 && e.epoch <= job_.epoch;
    // A suspect one is wasted: the job runs anyhow, and another run says more.
    if (known && open && stands(e.end)) return with_verdict(job_, e.end);
    return refuse(job_, "the lease is over");
  }

  Job fresh() const {
    auto job = job_;
    job.state = JobState::accepted;
    job.outcome.reset();
    job.end_note.clear();
    job.infra_attempts = 0;
    job.suspect_reruns = 0;
    job.excluded_hosts.clear();
    job.not_before = now_;
    job.first_held.reset();
    job.hold_deadline.reset();
    return job;
  }

  const Job& job_;
  base::Instant now_;
  const JobLimits& limits_;
};

}  // namespace

base::Result<Job> on(const Job& job, const JobEvent& event, base::Instant now,
                     const JobLimits& limits) {
  return std::visit(Machine(job, now, limits), event);
}

std::string host_of(std::string_view worker) {
  const auto name = worker.substr(0, worker.rfind('-'));
  return std::string(name.substr(0, name.find('~')));
}

}  // namespace sluice::adt
