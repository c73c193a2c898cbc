// Keeper: the one thread that writes the state of the grid. Others hand it tasks; it runs what has
// come in one transaction, and only when that is on disk are the answers given (group commit).
// Source: architecture 9 (W1, W2).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "flow/job_desk.h"
#include "sys/clock.h"

namespace sluice::flow {

class Keeper {
 public:
  // What to do when it is known whether the task's writes are on disk. In the keeper's thread: it
  // must be quick.
  using After = std::function<void(const base::Result<void>& committed)>;
  // Decides and writes, in the keeper's thread.
  using Task = std::function<After(JobDesk& desk, base::Instant now)>;
  using OnLease = std::function<void(base::Result<std::optional<queue::Lease>>)>;

  // Reads the state. Errors: of the database.
  static base::Result<std::unique_ptr<Keeper>> open(const std::string& path,
                                                    const DeskLimits& limits, sys::Clock& clock,
                                                    base::Log& log);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper();  // as stop()

  // From any thread.
  void post(Task task);
  // The answer comes at once if there is work, else when there is or after the ask's `wait`.
  void lease(queue::LeaseAsk ask, OnLease on_lease);

  // Begins the thread; stop() ends it after what was posted before.
  void start();
  void stop();

  // JobDesk::test_news() as of the last transaction that is on disk. From any thread, at no
  // cost: for those who wait for results.
  std::uint64_t test_news() const { return test_news_; }

  // Who waits for an answer calls this before it sleeps. Nothing where the keeper has its thread;
  // where it has none, in the simulator, what drive_with() was given, which leads to a turn.
  // drive_with() is called before anybody else knows this keeper, and not with start().
  void help() {
    if (drive_) drive_();
  }
  void drive_with(std::function<void()> drive) { drive_ = std::move(drive); }

  // One turn of the thread, for tests: what was posted, what is due. Answers when it must be called
  // again at the latest.
  base::Instant turn();

 private:
  struct Parked {
    queue::LeaseAsk ask;
    base::Instant until{};
    OnLease on_lease;
  };

  Keeper(store::StateDb db, const DeskLimits& limits, sys::Clock& clock, base::Log& log)
      : db_(std::move(db)),
        desk_(db_, limits),
        clock_(clock),
        log_(log),
        ahead_(clock.now().time_since_epoch() - clock.steady()) {}
  void run();
  std::vector<Task> take_posted();
  void follow_clock(base::Instant now);
  base::Result<void> read_again(base::Instant now);
  base::Result<void> work(std::vector<Task>& tasks, std::vector<After>& afters, base::Instant now);
  base::Result<void> do_tasks(std::vector<Task>& tasks, std::vector<After>& afters,
                              base::Instant now);
  base::Result<void> serve_parked(std::vector<After>& afters, base::Instant now);
  void recover(base::Instant now);

  store::StateDb db_;                         // the keeper's thread only, as all without a mutex
  std::unique_ptr<store::LogCopier> copier_;  // from start() on, unless it could not be had
  JobDesk desk_;
  sys::Clock& clock_;
  base::Log& log_;
  std::deque<Parked> parked_;        // those who came first are served first
  base::Instant::duration ahead_{};  // the wall clock, of the steady one, when last looked at
  std::uint64_t served_changes_ = 0;
  std::atomic<std::uint64_t> test_news_ = 0;
  bool is_stale_ = false;  // memory does not tell what the rows do
  std::function<void()> drive_;
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable posted_;
  std::vector<Task> inbox_;  // guarded by mutex_
  bool stopping_ = false;    // guarded by mutex_
};

}  // namespace sluice::flow
