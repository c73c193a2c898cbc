#include "queue/amqp_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace sluice::queue {
namespace {

using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The messages between their sending and the last confirm. Fed with what the broker says.
class Batch {
 public:
  Batch(std::span<const AmqpMessage> messages, std::span<SendOutcome> outcomes,
        std::uint64_t first_tag)
      : messages_(messages), outcomes_(outcomes), settled_(messages.size()), first_tag_(first_tag) {
    for (auto& outcome : outcomes_) outcome = {SendState::not_sent, "not tried"};
  }

  // Stops with the first message that cannot be written: of that one the broker may have all.
  Result<void> send(AmqpConnection& connection) {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      outcomes_[i] = {SendState::unconfirmed, ""};
      ++open_;
      if (auto sent = connection.send(messages_[i]); !sent) return sent;
    }
    return {};
  }

  bool done() const { return open_ == 0; }

  // A returned message is confirmed too, after its return: it stays returned.
  void on(const AmqpConfirm& confirm) {
    if (confirm.tag < first_tag_ || confirm.tag - first_tag_ >= outcomes_.size()) return;
    const auto last = confirm.tag - first_tag_;
    const auto outcome = confirm.accepted
                             ? SendOutcome{SendState::confirmed, ""}
                             : SendOutcome{SendState::not_sent, "the broker refused the message"};
    for (auto i = confirm.multiple ? 0 : last; i <= last; ++i) {
      // Not tried, or settled before: what such an ack wants to say nobody knows.
      if (outcomes_[i].state == SendState::not_sent || settled_[i]) continue;
      settled_[i] = true;
      --open_;
      if (outcomes_[i].state == SendState::unconfirmed) outcomes_[i] = outcome;
    }
  }

  // A return carries no number; the first message that looks like it is as good as any.
  void on(const AmqpReturn& returned) {
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i].state != SendState::unconfirmed) continue;
      const auto& message = messages_[i];
      if (message.exchange != returned.exchange || message.key != returned.key ||
          !message.body.starts_with(returned.body))
        continue;
      outcomes_[i] = {SendState::returned, returned.why};
      return;
    }
  }

  // Nobody consumes here.
  void on(const AmqpDelivery&) {}

  // Nothing more will come: what is open stays unconfirmed, what was not tried is not sent.
  void give_up(const base::Error& why) {
    // Missing rights to publish concern every message alike: none got through.
    const auto state =
        why.kind == base::ErrorKind::denied ? SendState::not_sent : SendState::unconfirmed;
    for (auto& outcome : outcomes_) {
      if (outcome.state == SendState::unconfirmed) outcome = {state, why.text()};
      if (outcome.state == SendState::not_sent) outcome.why = why.text();
    }
  }

 private:
  std::span<const AmqpMessage> messages_;
  std::span<SendOutcome> outcomes_;
  std::vector<bool> settled_;  // the broker said its last word on it
  std::uint64_t first_tag_;
  std::size_t open_ = 0;
};

Result<void> wait(Batch& batch, AmqpConnection& connection, milliseconds limit) {
  const auto deadline = steady_clock::now() + limit;
  while (!batch.done()) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    const auto event = connection.receive(std::max(left, milliseconds(0)));
    if (!event) return std::unexpected(event.error());
    if (*event) std::visit([&](const auto& said) { batch.on(said); }, **event);
    if (!*event && left <= milliseconds(0))
      return base::fail(base::ErrorKind::unavailable,
                        fmt::format("no confirm within {} s",
                                    std::chrono::ceil<std::chrono::seconds>(limit).count()));
  }
  return {};
}

}  // namespace

Result<void> publish_confirmed(AmqpConnection& connection, std::span<const AmqpMessage> messages,
                               std::span<SendOutcome> outcomes, std::uint64_t& next_tag,
                               milliseconds limit) {
  Batch batch(messages, outcomes, next_tag);
  next_tag += messages.size();
  const auto sent = batch.send(connection);
  // What was sent may have its answer, and a connection that broke its reason.
  auto heard = wait(batch, connection, limit);
  if (sent && heard) return {};
  auto why = heard && !sent ? sent.error() : heard.error();
  batch.give_up(why);
  return std::unexpected(std::move(why));
}

AmqpSink::AmqpSink(AmqpBrokers brokers, AmqpTopology topology, AmqpLimits limits)
    : brokers_(std::move(brokers)), topology_(std::move(topology)), limits_(limits) {}

bool AmqpSink::is_connected() {
  if (connection_ && !connection_->receive(milliseconds(0))) connection_.reset();
  return connection_ != nullptr;
}

Result<void> AmqpSink::connect() {
  if (is_connected()) return {};
  auto opened = AmqpConnection::open_any(brokers_, limits_);
  if (!opened) return std::unexpected(std::move(opened.error()));
  if (auto declared = (*opened)->declare(topology_); !declared) return declared;
  connection_ = std::move(*opened);
  next_tag_ = 1;
  return {};
}

std::vector<SendOutcome> AmqpSink::publish(std::span<const AmqpMessage> messages) {
  std::vector<SendOutcome> outcomes(messages.size());
  const auto connected = connect();
  for (std::size_t from = 0; from < messages.size(); from += kUnconfirmedMax) {
    const auto size = std::min(kUnconfirmedMax, messages.size() - from);
    const auto part = std::span(outcomes).subspan(from, size);
    if (connection_ != nullptr)
      publish_batch(messages.subspan(from, size), part);
    else
      for (auto& outcome : part)
        outcome = {SendState::not_sent,
                   connected ? "the connection is lost" : connected.error().text()};
  }
  return outcomes;
}

void AmqpSink::publish_batch(std::span<const AmqpMessage> messages,
                             std::span<SendOutcome> outcomes) {
  if (!publish_confirmed(*connection_, messages, outcomes, next_tag_, limits_.confirm))
    connection_.reset();
}

}  // namespace sluice::queue
