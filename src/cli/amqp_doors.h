// The server's doors to a broker: what is configured under `amqp:`. Source: decision 18;
// docs/manual/amqp.md.
#pragma once

#include <memory>

#include "cli/grid_arguments.h"
#include "flow/announce_runs.h"
#include "flow/ingest_requests.h"
#include "flow/learn_ends.h"
#include "flow/publish_requests.h"
#include "queue/amqp_ingress.h"
#include "queue/amqp_sink.h"

namespace sluice::cli {

class AmqpDoors {
 public:
  // Each journey with a thread and a connection of its own; a broker that is away is waited for.
  // Errors: invalid (address, queue names).
  static base::Result<std::unique_ptr<AmqpDoors>> open(const AmqpArguments& arguments,
                                                       flow::Keeper& keeper, base::Log& log);
  AmqpDoors(const AmqpDoors&) = delete;
  AmqpDoors& operator=(const AmqpDoors&) = delete;
  ~AmqpDoors();  // stops them: before the keeper is stopped

 private:
  AmqpDoors() = default;
  void open_ingress(const queue::AmqpBrokers& brokers, const flow::QueueTable& table,
                    flow::Keeper& keeper, base::Log& log);
  void open_egress(const queue::AmqpBrokers& brokers, const flow::QueueTable& table,
                   const AmqpArguments& arguments, flow::Keeper& keeper, base::Log& log);

  std::unique_ptr<queue::AmqpSink> fanout_, requests_out_;
  std::unique_ptr<queue::AmqpIngress> requests_in_, ends_in_;
  std::unique_ptr<flow::AnnounceRuns> announce_;
  std::unique_ptr<flow::IngestRequests> ingest_;
  std::unique_ptr<flow::PublishRequests> publish_;
  std::unique_ptr<flow::LearnEnds> learn_;
};

}  // namespace sluice::cli
