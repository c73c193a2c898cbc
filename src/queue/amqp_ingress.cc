#include "queue/amqp_ingress.h"

#include <utility>

namespace sluice::queue {

using base::Result;
using std::chrono::milliseconds;

AmqpLimits ingress_limits(std::size_t body_max) {
  AmqpLimits limits;
  limits.heartbeat = std::chrono::seconds(30);
  limits.body_max = body_max;
  return limits;
}

AmqpIngress::AmqpIngress(AmqpBrokers brokers, AmqpTopology topology, AmqpLimits limits)
    : brokers_(std::move(brokers)), topology_(std::move(topology)), limits_(limits) {}

Result<void> AmqpIngress::connect() {
  if (connection_) return {};
  auto opened = AmqpConnection::open_any(brokers_, limits_);
  if (!opened) return std::unexpected(std::move(opened.error()));
  if (auto declared = (*opened)->declare(topology_); !declared) return declared;
  for (const auto& queue : topology_.queues)
    if (auto consumed = (*opened)->consume(queue, kIngressBatch); !consumed) return consumed;
  connection_ = std::move(*opened);
  return {};
}

// Waits for the first message only: a commit of few is quick, and then there are the next.
Result<std::vector<AmqpDelivery>> AmqpIngress::take(milliseconds wait) {
  std::vector<AmqpDelivery> taken;
  while (taken.size() < kIngressBatch) {
    auto event = connection_->receive(taken.empty() ? wait : milliseconds(0));
    if (!event) return std::unexpected(std::move(event.error()));
    if (!*event) break;
    // Nothing is published here, so there is nothing else that could come.
    if (auto* delivery = std::get_if<AmqpDelivery>(&**event)) taken.push_back(std::move(*delivery));
  }
  return taken;
}

Result<std::vector<AmqpDelivery>> AmqpIngress::receive(milliseconds wait) {
  open_.clear();
  if (auto connected = connect(); !connected) return std::unexpected(std::move(connected.error()));
  auto taken = take(wait);
  if (!taken)
    drop();
  else
    for (const auto& delivery : *taken) open_.push_back(delivery.tag);
  return taken;
}

Result<void> AmqpIngress::settle(std::span<const Settle> fates) {
  if (!connection_ || fates.size() != open_.size())
    return base::fail(base::ErrorKind::unavailable, "the connection that brought them is lost");
  for (std::size_t i = 0; i < fates.size(); ++i) {
    auto told = fates[i] == Settle::accept ? connection_->acknowledge(open_[i])
                                           : connection_->reject(open_[i]);
    if (told) continue;
    drop();
    return told;
  }
  open_.clear();
  return {};
}

void AmqpIngress::drop() {
  open_.clear();
  connection_.reset();
}

}  // namespace sluice::queue
