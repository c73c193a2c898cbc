// AdoptRuns: what a lost worker had stored and not told counts as if it had told it. Whenever a
// lease ends without a word of its worker, the wish to look is a row of the outbox, in the same
// transaction; the job waits meanwhile as after any infrastructure failure, and a result that is
// found is the late result of that lease, with all its rules. So nothing waits for the store, and
// no test runs again that has a result, unless the store does not answer until the next attempt
// tests. Source: testgrid 1.4, 1.5 (T9); ADR 38.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "flow/keeper.h"
#include "flow/retry_turn.h"
#include "flow/turns.h"
#include "results/left_run.h"
#include "results/result_store.h"
#include "store/outbox_rows.h"

namespace sluice::flow {

// The kind of these effects in the outbox.
inline constexpr const char* kAdoptEffect = "adopt-run";

// The wish to look for the run of a lease, on the way to its row.
store::Effect adopt_effect(std::int64_t job, std::int64_t epoch);

class AdoptRuns {
 public:
  // Borrows all; `store` is the thread's alone from start() on.
  AdoptRuns(results::ResultStore& store, Keeper& keeper, base::Log& log)
      : store_(store),
        keeper_(keeper),
        log_(log),
        retry_(log, "results of lost workers are not looked for",
               "results of lost workers are looked for again") {}

  void start() {
    turns_.start([this] { return turn(); });
  }
  // Before the keeper is stopped. Waits for one look at most.
  void stop() {
    stopping_ = true;
    turns_.stop();
  }

  // Looks for what is wished for; answers how long to wait before the next turn. A store that does
  // not answer is logged once, and all wishes stay.
  std::chrono::milliseconds turn();

 private:
  struct Wish {
    store::Effect effect;
    results::LeftLease lease;
  };

  base::Result<std::size_t> look();
  base::Result<void> note(const Wish& wish, const results::LeftRun& left);

  results::ResultStore& store_;
  Keeper& keeper_;
  base::Log& log_;
  std::atomic<bool> stopping_ = false;
  RetryTurn retry_;
  Turns turns_;
};

}  // namespace sluice::flow
