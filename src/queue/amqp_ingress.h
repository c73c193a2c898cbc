// AmqpIngress: takes messages out of a broker's queues and answers for each only when its owner
// says what became of it. The owner is one thread, and lets no other touch it. Source:
// autopkgtest 1.1, 1.3, 1.4.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "queue/amqp_connection.h"
#include "queue/message_ports.h"

namespace sluice::queue {

// What one transaction of ours takes. The broker checks how long an unacknowledged message is held;
// these are held for as long as a commit takes.
inline constexpr std::uint16_t kIngressBatch = 100;

// Looked at every second, so a broker that is gone can be noticed soon.
AmqpLimits ingress_limits(std::size_t body_max);

class AmqpIngress final : public MessageSource {
 public:
  // Declares `topology` on every new connection, then consumes all its queues.
  AmqpIngress(AmqpBrokers brokers, AmqpTopology topology, AmqpLimits limits);

  base::Result<std::vector<AmqpDelivery>> receive(std::chrono::milliseconds wait) override;
  base::Result<void> settle(std::span<const Settle> fates) override;
  void drop() override;

 private:
  base::Result<void> connect();
  base::Result<std::vector<AmqpDelivery>> take(std::chrono::milliseconds wait);

  AmqpBrokers brokers_;
  AmqpTopology topology_;
  AmqpLimits limits_;
  std::unique_ptr<AmqpConnection> connection_;
  std::vector<std::uint64_t> open_;  // tags of what was taken last
};

}  // namespace sluice::queue
