// AmqpSink: publishes to a broker, mandatory where it matters, and waits for the confirms. One
// thread. Source: autopkgtest 1.1, 1.2, 1.3; migration 4.6.6.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "queue/amqp_connection.h"
#include "queue/message_ports.h"

namespace sluice::queue {

// More unconfirmed messages than these never exist, so that is what a run that dies leaves in
// doubt.
inline constexpr std::size_t kUnconfirmedMax = 100;

class AmqpSink final : public MessageSink {
 public:
  // `topology` is declared on every new connection; empty for accounts that may only submit.
  AmqpSink(AmqpBrokers brokers, AmqpTopology topology, AmqpLimits limits);

  std::vector<SendOutcome> publish(std::span<const AmqpMessage> messages) override;

  // Between batches a broker has nothing to say but goodbye, which is read here.
  bool is_connected();
  base::Result<void> connect();

 private:
  void publish_batch(std::span<const AmqpMessage> messages, std::span<SendOutcome> outcomes);

  AmqpBrokers brokers_;
  AmqpTopology topology_;
  AmqpLimits limits_;
  std::unique_ptr<AmqpConnection> connection_;
  std::uint64_t next_tag_ = 1;
};

// Publishes on a connection that somebody else keeps: at most kUnconfirmedMax messages. `next_tag`
// counts what was published on it. An error ends the connection; outcomes are set all the same.
base::Result<void> publish_confirmed(AmqpConnection& connection,
                                     std::span<const AmqpMessage> messages,
                                     std::span<SendOutcome> outcomes, std::uint64_t& next_tag,
                                     std::chrono::milliseconds limit);

}  // namespace sluice::queue
