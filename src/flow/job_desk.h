// JobDesk: everything that can be done to the jobs of the grid, each as one step inside the
// keeper's transaction. Rows are the truth; what is kept in memory (order of service, leases,
// timers) is made from them at start. Keeper's thread only. Source: testgrid 1.4, 1.5, 1.7, 6.5.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adt/fair_order.h"
#include "adt/hosts_seen.h"
#include "adt/job.h"
#include "adt/job_state.h"
#include "adt/repeats.h"
#include "adt/run_messages.h"
#include "base/result.h"
#include "grid/log_rings.h"
#include "grid/name_claims.h"
#include "grid/pause.h"
#include "queue/test_queue.h"
#include "store/event_rows.h"
#include "store/job_rows.h"
#include "store/state_db.h"

namespace sluice::flow {

// Who has the lease of a job whose request was published for workers that are not ours.
inline constexpr const char* kForeignWorker = "(amqp)";

// Who asks for our own gate.
inline constexpr const char* kGateProducer = "gate";

struct DeskLimits {
  adt::JobLimits jobs;
  adt::FairShares shares;
  std::chrono::seconds lease_ttl{90}, heartbeat{15};
  // Foreign workers send no heartbeats, and a request may wait for weeks in their queues; one that
  // got lost there is published again after this.
  std::chrono::hours foreign_ttl{14 * 24};
  // How long a job avoids the hosts where infrastructure failed it, or may have, while there are
  // others for it: who was not heard of for as long is none.
  std::chrono::minutes avoid_host{10};
  // Open jobs of one producer for one trigger and architecture (testgrid 6.5, item 1). The honest
  // storm of origin 000 has 25,000.
  std::size_t storm_max = 50'000;
  // Requests of one producer for the same within an hour (testgrid 6.5, item 1).
  int repeats_max = 20;
  // Whether a test that runs for an upload that is gone is stopped before its half (T13).
  bool cancel_running = true;
  // Jobs that one tick may move: a pause of everything must not stop the grid's clock.
  std::size_t tick_max = 2'000;
};

struct Submission {
  adt::QueueName queue;
  adt::RequestMessage request;
  adt::JobClass job_class = adt::JobClass::manual;
  std::string producer;
};

enum class SubmitHow : std::uint8_t { created, existing, refused };
struct Submitted {
  SubmitHow how = SubmitHow::refused;
  std::int64_t job = 0;           // 0 if refused
  std::string why;                // "" unless refused
  bool noted = false;             // it stands among what was refused already
  std::chrono::seconds again{0};  // if refused: after this it may be asked once more
};

// What lists of refused requests show: package and parameters, of a private one the key alone.
std::string shown_text(const adt::RequestMessage& request, const std::string& key);

// A lease as its worker names it.
struct LeaseRef {
  std::int64_t job = 0, epoch = 0;
  std::string worker;
  std::string instance = {};  // queue::LeaseAsk::instance; "" unknown
};

// What a worker told of a running test; in memory, it is gone with the process.
struct Running {
  std::int64_t job = 0, epoch = 0;
  std::string worker;
  base::Instant began{}, deadline{};
  queue::Progress progress;  // without its piece of the log
  bool stop = false;         // the next heartbeat is answered with Order::stop
  bool heard = false;        // there was a heartbeat since the lease, or since the start
};

// Holds of a job; nothing and "": any.
struct HoldChoice {
  std::optional<adt::HoldKind> kind;
  std::string ref;
};

// Where pauses look for a job (testgrid 1.7).
inline grid::Spot spot_of(const adt::Job& job) {
  return {job.queue.release, job.queue.arch, job.queue.context, job.request.package,
          adt::host_of(job.worker)};
}

class JobDesk {
 public:
  JobDesk(store::StateDb& db, const DeskLimits& limits)
      : db_(db), limits_(limits), order_(limits.shares), hosts_({}, limits.avoid_host) {}

  // Reads what is open. Leases get a whole time to live: while nobody answered, no worker could
  // say that it lives.
  base::Result<void> load(base::Instant now);

  // Errors of all below: those of the database. A refusal is a value or an error `conflict`,
  // `not_found` or `invalid`, and has changed nothing.

  base::Result<Submitted> submit(const Submission& submission, base::Instant now);
  // The same for each of them, in order; much cheaper than one by one.
  using Answers = std::vector<base::Result<Submitted>>;
  Answers submit(std::span<const Submission> submissions, base::Instant now);
  base::Result<void> reject(const store::Rejected& rejected) {
    return store::add_rejected(db_, rejected);
  }

  // Also `conflict` if the name is another instance's that is heard of.
  base::Result<std::optional<queue::Lease>> lease(const queue::LeaseAsk& ask, base::Instant now);
  base::Result<queue::Order> heartbeat(const LeaseRef& lease, const queue::Progress& progress,
                                       base::Instant now);
  // A whole result of a lease that is over counts unless somebody has come further. That is a
  // conflict, and kept in the history as what does not count (testgrid 1.4).
  base::Result<void> finish(const LeaseRef& lease, const adt::AttemptEnd& end, base::Instant now);
  base::Result<void> give_back(const LeaseRef& lease, const std::string& why, base::Instant now);

  // The next job of these queues is leased to workers that are not ours, with the effect of
  // publishing it in the outbox. Names as the broker has them.
  using ForeignQueues = std::map<std::string, adt::QueueName, std::less<>>;
  base::Result<std::optional<queue::Lease>> hand_over(const ForeignQueues& queues,
                                                      base::Instant now);
  // A run of a worker that is not ours has ended: a run row, and the end of the job that waits for
  // it, if one does. The same run twice is one.
  base::Result<void> foreign_end(const adt::CompleteMessage& end, base::Instant now);

  // Commands of people, and of our own doors: cancel, hold, drop a hold, retry, revive, move a
  // deadline.
  base::Result<void> apply(std::int64_t job, const adt::JobEvent& event, base::Instant now);

  // Takes the holds of a job away that are chosen; those of pauses stay until these are lifted.
  // Errors: conflict (there is none).
  base::Result<void> release(std::int64_t job, const HoldChoice& which, base::Instant now);

  base::Result<std::int64_t> pause(grid::Pause pause, base::Instant now);  // its number
  base::Result<void> lift(std::int64_t pause, base::Instant now);
  const std::vector<grid::Pause>& pauses() const { return pauses_; }

  // Takes back what the producer asked for a release with triggers that are not there any more.
  // Answers how many jobs that were.
  using IsThere = std::function<bool(const std::string& trigger)>;
  base::Result<std::size_t> withdraw(const store::Asked& asked, const IsThere& is_there,
                                     base::Instant now);

  // Whatever is due: leases that ran out, holds and waits that end, deadlines, what pauses move.
  base::Result<void> tick(base::Instant now);
  // The wall clock was set forward or back by `step`: leases live as long as they would have.
  void clock_was_set(base::Instant::duration step);
  // When there will be something to do; nothing if only others can bring it.
  std::optional<base::Instant> next_due() const;

  // For questions; what is written past the desk is not known to it.
  store::StateDb& db() { return db_; }

  // By job number.
  const std::map<std::int64_t, Running>& running() const { return running_; }
  // The end of the log of a run that ended, as its worker told it last; "" of one that ended long
  // ago, or told nothing. In memory.
  std::string last_tail(std::int64_t job, std::int64_t epoch) const;
  // What workers told of the logs of tests that run, or ended lately.
  const grid::LogRings& logs() const { return logs_; }
  std::size_t waiting(const adt::QueueName& queue) const { return order_.size(queue); }
  std::size_t waiting() const { return order_.size(); }
  // Grows whenever a job can be served that could not before.
  std::uint64_t servable_changes() const { return servable_changes_; }
  // Grows with every run that was entered and every job that ended without one: something for the
  // gate to look at.
  std::uint64_t test_news() const { return test_news_; }

 private:
  struct Avoid {
    std::vector<std::string> hosts;
    adt::QueueName queue;
    base::Instant until{};
  };
  // A submission on its way: its answer is empty until there is one.
  struct Asking {
    const Submission* submission = nullptr;
    std::string key;
    int times = 0;  // that its producer asked for it within the hour
    base::Result<Submitted> answer;
    bool is_open() const { return answer && answer->why.empty() && answer->job == 0; }
  };

  // `work` in a savepoint; what it changed in memory happens after it, if it went well.
  base::Result<void> atomically(base::Instant now, const std::function<base::Result<void>()>& work);
  base::Result<adt::Job> step(const adt::Job& job, const adt::JobEvent& event, base::Instant now);
  base::Result<adt::Job> settle(adt::Job job, base::Instant now);
  void remember(Running running);
  void forget(std::int64_t job);
  void place(const adt::Job& job, base::Instant now);
  void place_waiting(const adt::Job& job, base::Instant now);
  // Whether the job leaves that host to others, whom it waits for.
  bool avoids(std::int64_t job, const std::string& host, base::Instant now) const;
  Asking ask(const Submission& submission, base::Instant now);
  base::Result<void> take_in(std::span<Asking> all, base::Instant now);
  base::Result<Submitted> take_in(const Asking& asking, base::Instant now);
  base::Result<std::int64_t> create(const Submission& submission, const std::string& key,
                                    base::Instant now);
  // Before the newer one has a row.
  base::Result<void> supersede(const adt::Job& newer, base::Instant now);
  // Of one whose producer asked too often for a job that is open.
  base::Result<Submitted> refuse_loop(const Asking& asking, base::Instant now);
  // Stops the test if it has not come to its half. Answers whether it did.
  base::Result<bool> stop_early(const adt::Job& job, const std::string& why, base::Instant now);
  base::Result<void> raise(std::int64_t id, const Submission& submission, base::Instant now);
  std::optional<std::int64_t> take(const queue::LeaseAsk& ask, base::Instant now);
  base::Result<queue::Lease> grant(std::int64_t id, const std::string& worker, base::Instant now);
  // With `also` in the same savepoint.
  using Also = std::function<base::Result<void>(const queue::Lease&)>;
  base::Result<std::optional<queue::Lease>> lease_with(const queue::LeaseAsk& ask,
                                                       base::Instant now, const Also& also);
  std::chrono::seconds ttl_of(const std::string& worker) const;
  base::Result<bool> has_said(const LeaseRef& lease, const adt::AttemptEnd& end);
  // Of a lease that is over: a later one has no verdict yet. Errors: conflict.
  base::Result<void> check_none_further(const LeaseRef& lease);
  // What came too late to count stands beside the end of its lease.
  base::Result<void> keep_late(const LeaseRef& lease, const adt::AttemptEnd& end,
                               base::Instant now);
  base::Result<void> end(const adt::Job& job, const LeaseRef& lease, const adt::AttemptEnd& end,
                         base::Instant now);
  base::Result<void> enter_run(const adt::Job& job, std::int64_t epoch, const adt::AttemptEnd& end,
                               base::Instant now);
  std::optional<adt::RunPhase> reached_by(const adt::Job& job) const;
  base::Result<void> expire(const adt::Job& job, base::Instant now);
  base::Result<void> lose(const adt::Job& job, const std::string& why, base::Instant now);
  base::Result<void> claim_name(const queue::LeaseAsk& ask, base::Instant now);
  // The wish to look whether the worker of this lease has left a result (AdoptRuns).
  base::Result<void> look_for_run(const adt::Job& job, base::Instant now);
  base::Result<std::optional<queue::Lease>> tell_again(const adt::Job& job, base::Instant now);
  base::Result<void> wake(std::int64_t id, base::Instant now);
  base::Result<void> wake_held(adt::Job job, base::Instant now);
  base::Result<void> sweep(std::int64_t id, base::Instant now);
  base::Result<void> sweep_all();
  base::Result<adt::Job> with_pauses(adt::Job job, base::Instant now);
  base::Result<void> stop_running(const grid::Pause& pause);  // if it is a hard one
  bool is_stopped() const;                                    // the whole grid is paused
  std::size_t& storm_of(const Submission& submission);

  store::StateDb& db_;
  DeskLimits limits_;
  adt::FairOrder order_;
  std::map<std::int64_t, Running> running_;
  std::set<std::pair<std::string, std::int64_t>> by_worker_;  // of running_: worker, job
  grid::NameClaims names_;                                    // of the slots of workers
  std::deque<Running> ended_;                                 // the latest, for last_tail()
  grid::LogRings logs_;                                       // of running_ and ended_
  std::set<std::pair<base::Instant, std::int64_t>> due_;      // when to look at which job again
  std::unordered_map<std::int64_t, Avoid> avoid_;             // of waiting jobs
  adt::HostsSeen hosts_;                                      // since load()
  std::vector<grid::Pause> pauses_;                           // active, by number
  std::vector<grid::Pause> lifted_;  // of the whole grid; deadlines are still to be moved
  std::deque<std::int64_t> sweep_;   // jobs whose pauses are to be looked at
  std::unordered_map<std::string, std::size_t> storms_;  // "producer trigger arch" -> open jobs
  adt::Repeats repeats_;
  std::vector<adt::Job> touched_;  // by the present operation
  std::uint64_t servable_changes_ = 0, test_news_ = 0;
};

}  // namespace sluice::flow
