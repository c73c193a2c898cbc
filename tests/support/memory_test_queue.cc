#include "support/memory_test_queue.h"

#include <algorithm>
#include <utility>

namespace sluice::test {
namespace {

using base::ErrorKind;
using base::Result;
using Fault = MemoryTestQueue::Fault;

std::unexpected<base::Error> lost() { return base::fail(ErrorKind::conflict, "the lease is over"); }

// The call over a network that may lose the question or the answer.
template <class Call>
auto over_network(std::deque<Fault>& script, Fault otherwise, Call call) -> decltype(call()) {
  auto fault = otherwise;
  if (!script.empty()) {
    fault = script.front();
    script.pop_front();
  }
  if (fault == Fault::question_lost) return base::fail(ErrorKind::unavailable, "refused");
  auto answer = call();
  if (fault == Fault::answer_lost) return base::fail(ErrorKind::unavailable, "no answer came");
  return answer;
}

}  // namespace

std::int64_t MemoryGrid::add(const adt::QueueName& queue, const adt::RequestMessage& request) {
  const Lock lock(mutex_);
  Job job;
  job.id = ++numbers_;
  job.queue = queue;
  job.request = request;
  jobs_.push_back(std::move(job));
  news_.notify_all();
  return numbers_;
}

void MemoryGrid::cancel(std::int64_t id) {
  const Lock lock(mutex_);
  for (auto& job : jobs_) {
    if (job.id != id || job.is_ended) continue;
    job.is_cancelled = true;
    job.is_ended = !job.is_leased;
  }
}

void MemoryGrid::expire_leases() {
  const Lock lock(mutex_);
  owners_.clear();
  for (auto& job : jobs_)
    if (job.is_leased) release(job, std::chrono::seconds(0));
}

std::vector<std::string> MemoryGrid::counted() const {
  const Lock lock(mutex_);
  return counted_;
}

queue::Lease MemoryGrid::lease_of(const Job& job) {
  return {job.id,
          job.epoch,
          static_cast<int>(job.epoch),
          job.queue,
          job.request,
          kTtl,
          kHeartbeat,
          std::max(0, adt::kSuspectRerunsMax - static_cast<int>(job.put_aside.size()))};
}

void MemoryGrid::expire() {
  for (auto& job : jobs_)
    if (job.is_leased && job.deadline <= clock_.now()) release(job, kBackoff);
}

void MemoryGrid::release(Job& job, std::chrono::seconds rest) {
  job.is_leased = false;
  job.is_ended = job.is_cancelled;
  job.not_before = clock_.now() + rest;
  news_.notify_all();
}

MemoryGrid::Job* MemoryGrid::held_by(const std::string& worker) {
  const auto at = std::ranges::find_if(
      jobs_, [&](const Job& job) { return job.is_leased && job.workers.at(job.epoch) == worker; });
  return at == jobs_.end() ? nullptr : &*at;
}

MemoryGrid::Job* MemoryGrid::leased_as(const std::string& worker, const queue::Lease& lease) {
  expire();
  auto* const job = held_by(worker);
  return job != nullptr && job->id == lease.job && job->epoch == lease.epoch ? job : nullptr;
}

std::optional<queue::Lease> MemoryGrid::take(const queue::LeaseAsk& ask) {
  expire();
  const auto now = clock_.now();
  for (auto& job : jobs_) {
    if (job.is_leased || job.is_ended || job.not_before > now) continue;
    if (std::ranges::find(ask.queues, job.queue) == ask.queues.end()) continue;
    job.workers[++job.epoch] = ask.worker;
    job.is_leased = true;
    job.was_heard = job.is_running = false;
    job.deadline = now + kTtl;
    return lease_of(job);
  }
  return std::nullopt;
}

Result<void> MemoryGrid::claim(const queue::LeaseAsk& ask) {
  if (ask.instance.empty()) return {};
  auto& owner = owners_[ask.worker];
  const auto now = clock_.now();
  if (owner.instance != ask.instance && owner.until > now)
    return base::fail(ErrorKind::conflict,
                      "the name " + ask.worker + " is " + owner.instance + "'s");
  owner = {ask.instance, now + kTtl + ask.wait};
  return {};
}

Result<std::optional<queue::Lease>> MemoryGrid::lease(const queue::LeaseAsk& ask) {
  Lock lock(mutex_);
  expire();
  if (auto mine = claim(ask); !mine) return std::unexpected(mine.error());
  if (auto* const held = held_by(ask.worker); held != nullptr) {
    // It never got the answer.
    if (!held->was_heard && !held->is_cancelled) return lease_of(*held);
    release(*held, kBackoff);
  }
  std::optional<queue::Lease> lease = take(ask);
  if (!lease && waits_ == Waits::sleep)
    news_.wait_for(lock, ask.wait, [&] {
      lease = take(ask);
      return lease.has_value();
    });
  return lease;
}

Result<queue::Order> MemoryGrid::heartbeat(const queue::LeaseAsk& speaker,
                                           const queue::Lease& lease,
                                           const queue::Progress& progress) {
  const Lock lock(mutex_);
  auto* const job = leased_as(speaker.worker, lease);
  if (job == nullptr) return lost();
  if (auto mine = claim(speaker); !mine) return std::unexpected(mine.error());
  job->was_heard = true;
  job->is_running = job->is_running || progress.phase != queue::Phase::preparing;
  job->deadline = clock_.now() + kTtl;
  return job->is_cancelled ? queue::Order::stop : queue::Order::go_on;
}

void MemoryGrid::count(Job& job, adt::Outcome outcome) {
  job.is_leased = false;
  job.is_ended = true;
  job.verdict = outcome;
  counted_.push_back(job.request.package + " " + std::string(adt::text_of(outcome)));
}

Result<void> MemoryGrid::finish(const std::string& worker, const queue::Lease& lease,
                                const queue::AttemptEnd& end) {
  const Lock lock(mutex_);
  if (auto* const job = leased_as(worker, lease); job != nullptr) {
    if (auto fits = adt::check_exit_code(end); !fits) return fits;
    if (end.run_again) job->put_aside.insert(job->epoch);
    if (stands(end))
      count(*job, end.outcome);
    else
      release(*job, adt::class_of(end.outcome) == adt::OutcomeClass::infra
                        ? kBackoff
                        : std::chrono::seconds(0));
    if (end.outcome == adt::Outcome::rejected) job->is_ended = true;
    return {};
  }
  const auto at = std::ranges::find(jobs_, lease.job, &Job::id);
  if (at == jobs_.end()) return lost();
  const auto had = at->workers.find(lease.epoch);
  if (had == at->workers.end() || had->second != worker) return lost();
  if (at->is_ended && at->epoch == lease.epoch && at->verdict == end.outcome) return {};
  if (end.run_again && at->put_aside.contains(lease.epoch)) return {};
  // A whole result is not wasted as long as nobody has come further. Source: testgrid 1.4.
  const bool counts = !at->is_ended && !(at->is_leased && at->is_running);
  if (!counts || !stands(end)) return lost();
  count(*at, end.outcome);
  return {};
}

Result<void> MemoryGrid::give_back(const std::string& worker, const queue::Lease& lease) {
  const Lock lock(mutex_);
  auto* const job = leased_as(worker, lease);
  if (job == nullptr) return lost();
  release(*job, std::chrono::seconds(0));
  return {};
}

Result<std::optional<queue::Lease>> MemoryTestQueue::lease(const queue::LeaseAsk& ask) {
  asks.push_back(ask);
  speaker_ = ask;
  speaker_.wait = {};
  if (on_lease) on_lease();
  return over_network(at_lease, always, [&] { return grid_.lease(ask); });
}

Result<queue::Order> MemoryTestQueue::heartbeat(const queue::Lease& lease,
                                                const queue::Progress& progress) {
  heartbeats.push_back(progress);
  return over_network(at_heartbeat, always,
                      [&] { return grid_.heartbeat(speaker_, lease, progress); });
}

Result<void> MemoryTestQueue::finish(const queue::Lease& lease, const queue::AttemptEnd& end) {
  ends.push_back(end);
  return over_network(at_finish, always, [&] { return grid_.finish(speaker_.worker, lease, end); });
}

Result<void> MemoryTestQueue::give_back(const queue::Lease& lease, const std::string& why) {
  given_back.push_back(why);
  std::deque<Fault> none;
  return over_network(none, always, [&] { return grid_.give_back(speaker_.worker, lease); });
}

}  // namespace sluice::test
