// IngestRequests: what foreign producers publish becomes jobs. A message is acknowledged only when
// its job, or the record of its rejection, is on disk; a kill in between brings it again, and the
// job is known by its key then. Source: autopkgtest 1.1, 1.4; testgrid 1.4; decision 18 (a).
#pragma once

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "adt/message.h"
#include "base/log.h"
#include "base/result.h"
#include "flow/keeper.h"
#include "flow/turns.h"
#include "queue/amqp_connection.h"
#include "queue/backoff.h"
#include "queue/message_ports.h"

namespace sluice::flow {

// Where the requests of each queue are for, by its name.
using QueueTable = std::map<std::string, adt::QueueName, std::less<>>;

// Names of the peers' form speak for themselves; `named` has those that do not, and goes first.
// Errors: invalid.
base::Result<QueueTable> queue_table(std::span<const std::string> names, QueueTable named);

// The queues of the table.
queue::AmqpTopology request_topology(const QueueTable& queues);

// Of a longer message nobody can want a test; RabbitMQ would take 128 MB.
inline constexpr std::size_t kRequestBytesMax = std::size_t{64} << 10;

class IngestRequests {
 public:
  // Borrows all; `source` is the thread's from start() on.
  IngestRequests(queue::MessageSource& source, QueueTable queues, Keeper& keeper, base::Log& log)
      : source_(source), queues_(std::move(queues)), keeper_(keeper), log_(log) {}

  void start() {
    turns_.start([this] { return turn(); });
  }
  // Before the keeper is stopped.
  void stop() { turns_.stop(); }

  // What has come, as rows; answers how long to wait before the next turn.
  std::chrono::milliseconds turn();

 private:
  base::Result<void> take_turn();

  queue::MessageSource& source_;
  QueueTable queues_;
  Keeper& keeper_;
  base::Log& log_;
  queue::Backoff backoff_;
  bool is_failing_ = false;
  Turns turns_;
};

}  // namespace sluice::flow
