// RescanTurn: looks through the results again and again for runs of workers that are not ours whose
// message was lost: a broker confirms what it publishes to nobody. They become what the message
// would have made of them. Runs of our own workers are told on their leases, and are passed over: a
// lease that is over must not count by the back door (testgrid 1.4). Source: autopkgtest 1.3, 5.5.
#pragma once

#include <atomic>
#include <chrono>
#include <set>
#include <string>

#include "base/log.h"
#include "flow/keeper.h"
#include "flow/turns.h"
#include "results/result_store.h"
#include "store/run_rows.h"
#include "sys/clock.h"

namespace sluice::flow {

class RescanTurn {
 public:
  // Borrows all; `store` is the thread's alone from start() on.
  RescanTurn(results::ResultStore& store, Keeper& keeper, sys::Clock& clock, base::Log& log,
             std::chrono::minutes interval)
      : store_(store), keeper_(keeper), clock_(clock), log_(log), interval_(interval) {}

  void start() {
    turns_.start([this] { return turn(); });
  }
  // Before the keeper is stopped. Waits for a page at most.
  void stop() {
    stopping_ = true;
    turns_.stop();
  }

  // Looks once; answers how long to wait before the next turn. A store that does not answer is
  // logged once, and tried again at the next turn from where the last good one had come to.
  std::chrono::milliseconds turn();

 private:
  base::Result<void> scan(base::Instant now);
  base::Result<void> scan_container(const std::string& container, const std::string& after);
  base::Result<void> enter(const std::vector<store::RunRow>& rows);

  results::ResultStore& store_;
  Keeper& keeper_;
  sys::Clock& clock_;
  base::Log& log_;
  std::chrono::minutes interval_;
  std::atomic<bool> stopping_ = false;
  bool is_failing_ = false;
  std::set<std::string> told_;  // lines of the log, each once
  Turns turns_;
};

}  // namespace sluice::flow
