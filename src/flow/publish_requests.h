// PublishRequests: waiting jobs go to a broker whose workers are not ours. A job is leased to them
// and the wish to publish it is a row of the outbox, both in one transaction; the row goes when the
// broker has confirmed. A crash in between publishes twice: their workers run such a test twice,
// and none is lost. Source: autopkgtest 1.1; decision 18 (b).
#pragma once

#include <chrono>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "flow/ingest_requests.h"
#include "flow/keeper.h"
#include "flow/retry_turn.h"
#include "flow/turns.h"
#include "queue/message_ports.h"
#include "store/outbox_rows.h"

namespace sluice::flow {

// The kind of these effects in the outbox.
inline constexpr const char* kPublishEffect = "amqp-request";

class PublishRequests {
 public:
  // Borrows all; `sink` is the thread's from start() on, its topology request_topology(queues).
  PublishRequests(queue::MessageSink& sink, QueueTable queues, Keeper& keeper, base::Log& log)
      : sink_(sink),
        queues_(std::move(queues)),
        keeper_(keeper),
        retry_(log, "amqp: requests are not published", "amqp: requests are published again") {}

  void start() {
    turns_.start([this] { return turn(); });
  }
  // Before the keeper is stopped.
  void stop() { turns_.stop(); }

  // Publishes what waits; answers how long to wait before the next turn.
  std::chrono::milliseconds turn();

 private:
  base::Result<std::size_t> publish();
  base::Result<void> note(const std::vector<store::Effect>& effects,
                          const std::vector<queue::SendOutcome>& outcomes);

  queue::MessageSink& sink_;
  QueueTable queues_;
  Keeper& keeper_;
  RetryTurn retry_;
  Turns turns_;
};

}  // namespace sluice::flow
