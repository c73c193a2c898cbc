#include "cli/amqp_doors.h"

#include "queue/amqp_fanout.h"
#include "queue/amqp_url.h"

namespace sluice::cli {

base::Result<std::unique_ptr<AmqpDoors>> AmqpDoors::open(const AmqpArguments& arguments,
                                                         flow::Keeper& keeper, base::Log& log) {
  const auto brokers = queue::parse_amqp_brokers(arguments.url);
  if (!brokers) return base::fail_with(brokers.error(), "amqp");
  const auto table = flow::queue_table(arguments.queues, arguments.named);
  if (!table) return base::fail_with(table.error(), "amqp");
  std::unique_ptr<AmqpDoors> doors(new AmqpDoors);
  doors->fanout_ =
      std::make_unique<queue::AmqpSink>(*brokers, queue::fanout_topology(), queue::AmqpLimits{});
  doors->announce_ = std::make_unique<flow::AnnounceRuns>(*doors->fanout_, keeper, log);
  if (arguments.mode == AmqpMode::ingress)
    doors->open_ingress(*brokers, *table, keeper, log);
  else
    doors->open_egress(*brokers, *table, arguments, keeper, log);
  doors->announce_->start();
  return doors;
}

void AmqpDoors::open_ingress(const queue::AmqpBrokers& brokers, const flow::QueueTable& table,
                             flow::Keeper& keeper, base::Log& log) {
  requests_in_ = std::make_unique<queue::AmqpIngress>(
      brokers, flow::request_topology(table), queue::ingress_limits(flow::kRequestBytesMax));
  ingest_ = std::make_unique<flow::IngestRequests>(*requests_in_, table, keeper, log);
  ingest_->start();
}

void AmqpDoors::open_egress(const queue::AmqpBrokers& brokers, const flow::QueueTable& table,
                            const AmqpArguments& arguments, flow::Keeper& keeper, base::Log& log) {
  requests_out_ = std::make_unique<queue::AmqpSink>(brokers, flow::request_topology(table),
                                                    queue::AmqpLimits{});
  publish_ = std::make_unique<flow::PublishRequests>(*requests_out_, table, keeper, log);
  ends_in_ =
      std::make_unique<queue::AmqpIngress>(brokers, queue::completion_listener(arguments.listener),
                                           queue::ingress_limits(flow::kCompleteBytesMax));
  learn_ = std::make_unique<flow::LearnEnds>(*ends_in_, keeper, log);
  publish_->start();
  learn_->start();
}

AmqpDoors::~AmqpDoors() {
  if (ingest_) ingest_->stop();
  if (publish_) publish_->stop();
  if (learn_) learn_->stop();
  if (announce_) announce_->stop();
}

}  // namespace sluice::cli
