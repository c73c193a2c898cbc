// MemoryGrid and MemoryTestQueue: a queue of test requests in memory that keeps every promise of
// queue::TestQueue, and a worker's side of it. They keep the same contract as the queues over HTTP
// and AMQP (tests/contract/test_queue_contract.h). The grid may be used from several threads, a
// worker's side from one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "queue/test_queue.h"
#include "sys/clock.h"

namespace sluice::test {

class MemoryGrid {
 public:
  // Whether who waits for work sleeps, or is told at once that none came in time.
  enum class Waits : std::uint8_t { sleep, not_at_all };

  MemoryGrid(sys::Clock& clock, Waits waits) : clock_(clock), waits_(waits) {}

  static constexpr std::chrono::seconds kTtl{90}, kHeartbeat{15};
  // How long a request rests after an attempt that failed for want of infrastructure.
  static constexpr std::chrono::seconds kBackoff{60};

  std::int64_t add(const adt::QueueName& queue, const adt::RequestMessage& request);
  void cancel(std::int64_t job);
  // As if nothing had been heard of any worker for too long, and the rest after that were over.
  void expire_leases();

  // "bash PASS", of the runs that count, in the order in which they were told.
  std::vector<std::string> counted() const;

 private:
  friend class MemoryTestQueue;

  struct Job {
    std::int64_t id = 0;
    adt::QueueName queue;
    adt::RequestMessage request;
    std::map<std::int64_t, std::string> workers = {};  // by epoch; who had it
    std::int64_t epoch = 0;
    std::set<std::int64_t> put_aside = {};  // epochs of suspect failures
    bool is_leased = false, is_ended = false;
    bool was_heard = false, is_running = false, is_cancelled = false;
    base::Instant deadline{}, not_before{};
    std::optional<adt::Outcome> verdict = std::nullopt;
  };
  using Lock = std::unique_lock<std::mutex>;

  base::Result<std::optional<queue::Lease>> lease(const queue::LeaseAsk& ask);
  base::Result<queue::Order> heartbeat(const queue::LeaseAsk& speaker, const queue::Lease& lease,
                                       const queue::Progress& progress);
  base::Result<void> finish(const std::string& worker, const queue::Lease& lease,
                            const queue::AttemptEnd& end);
  base::Result<void> give_back(const std::string& worker, const queue::Lease& lease);

  // All with the mutex held.
  std::optional<queue::Lease> take(const queue::LeaseAsk& ask);
  base::Result<void> claim(const queue::LeaseAsk& ask);
  Job* held_by(const std::string& worker);
  Job* leased_as(const std::string& worker, const queue::Lease& lease);
  void expire();
  void release(Job& job, std::chrono::seconds rest);
  void count(Job& job, adt::Outcome outcome);
  static queue::Lease lease_of(const Job& job);

  sys::Clock& clock_;
  Waits waits_;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Job> jobs_;  // in the order in which they are served
  std::int64_t numbers_ = 0;
  std::vector<std::string> counted_;
  struct Owner {
    std::string instance;
    base::Instant until{};
  };
  std::map<std::string, Owner> owners_;  // of the names that workers have
};

class MemoryTestQueue final : public queue::TestQueue {
 public:
  explicit MemoryTestQueue(MemoryGrid& grid) : grid_(grid) {}

  // What the network does to one call.
  enum class Fault : std::uint8_t { none, question_lost, answer_lost };

  base::Result<std::optional<queue::Lease>> lease(const queue::LeaseAsk& ask) override;
  base::Result<queue::Order> heartbeat(const queue::Lease& lease,
                                       const queue::Progress& progress) override;
  base::Result<void> finish(const queue::Lease& lease, const queue::AttemptEnd& end) override;
  base::Result<void> give_back(const queue::Lease& lease, const std::string& why) override;

  Fault always = Fault::none;
  std::deque<Fault> at_lease, at_heartbeat, at_finish;  // of the next calls; then as `always`
  std::function<void()> on_lease;

  // What was said, heard or not.
  std::vector<queue::LeaseAsk> asks;
  std::vector<queue::Progress> heartbeats;
  std::vector<queue::AttemptEnd> ends;
  std::vector<std::string> given_back;

 private:
  MemoryGrid& grid_;
  queue::LeaseAsk speaker_;  // of the last lease
};

}  // namespace sluice::test
