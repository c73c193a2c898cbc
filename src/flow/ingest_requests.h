// IngestRequests: what foreign producers publish becomes jobs. A message is acknowledged only when
// its job, or the record of its rejection, is on disk; a kill in between brings it again, and the
// job is known by its key then; once it has ended, by what the message says of itself too. Source:
// autopkgtest 1.1, 1.4; testgrid 1.4; decision 18 (a).
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
#include "flow/take_messages.h"
#include "queue/amqp_connection.h"
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
  IngestRequests(queue::MessageSource& source, QueueTable queues, Keeper& keeper, base::Log& log);

  void start() { messages_.start(); }
  // Before the keeper is stopped.
  void stop() { messages_.stop(); }

  // What has come, as rows; answers how long to wait before the next turn.
  std::chrono::milliseconds turn() { return messages_.turn(); }

 private:
  TakeMessages messages_;
};

}  // namespace sluice::flow
