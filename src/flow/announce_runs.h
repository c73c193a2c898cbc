// AnnounceRuns: tells on the peers' exchanges of the runs of our own workers: while they go on, and
// at their end. Ends are read from the events after a number that the database keeps, and the
// number moves on when the broker has confirmed them: a crash repeats, and never loses. Source:
// autopkgtest 1.2, 1.3; decision 14.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "adt/run_messages.h"
#include "base/log.h"
#include "base/result.h"
#include "flow/keeper.h"
#include "flow/retry_turn.h"
#include "flow/turns.h"
#include "queue/message_ports.h"

namespace sluice::flow {

// Between two messages of a running test; the first comes after as long.
inline constexpr std::chrono::seconds kStatusInterval{10};

class AnnounceRuns {
 public:
  // Borrows all; `sink` is the thread's from start() on, its topology queue::fanout_topology().
  AnnounceRuns(queue::MessageSink& sink, Keeper& keeper, base::Log& log)
      : sink_(sink),
        keeper_(keeper),
        retry_(log, "amqp: runs are not announced", "amqp: runs are announced again") {}

  void start() {
    turns_.start([this] { return turn(); });
  }
  // Before the keeper is stopped.
  void stop() { turns_.stop(); }

  // Tells what is new; answers how long to wait before the next turn.
  std::chrono::milliseconds turn();

 private:
  // A run that was told of, as it was then.
  struct Shown {
    adt::QueueName queue;
    adt::RequestMessage request;
    queue::Progress progress;
  };
  struct News {
    std::vector<adt::StatusMessage> statuses;
    std::vector<adt::CompleteMessage> ends;
    std::int64_t from = 0, to = 0;  // events
    bool is_all = true;
  };

  base::Result<bool> tell();
  base::Result<News> gather(JobDesk& desk, base::Instant now);
  base::Result<void> gather_ends(JobDesk& desk, News& news);
  base::Result<void> gather_running(JobDesk& desk, base::Instant now, News& news);
  base::Result<bool> publish(const News& news);

  queue::MessageSink& sink_;
  Keeper& keeper_;
  std::map<std::pair<std::int64_t, std::int64_t>, Shown> shown_;  // by job and epoch
  RetryTurn retry_;
  Turns turns_;
};

}  // namespace sluice::flow
