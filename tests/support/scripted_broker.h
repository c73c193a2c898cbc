// ScriptedSource and RecordingSink: the ports of a broker with the test as the broker.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "queue/message_ports.h"

namespace sluice::test {

class ScriptedSource final : public queue::MessageSource {
 public:
  using Taken = base::Result<std::vector<queue::AmqpDelivery>>;

  void add(const std::string& queue, const std::string& body) {
    waiting.push_back(std::vector{delivery(queue, body)});
  }
  static queue::AmqpDelivery delivery(const std::string& queue, const std::string& body) {
    return {1, queue, body, body.size(), false};
  }

  Taken receive(std::chrono::milliseconds) override {
    if (waiting.empty()) return std::vector<queue::AmqpDelivery>{};
    auto next = std::move(waiting.front());
    waiting.pop_front();
    return next;
  }
  base::Result<void> settle(std::span<const queue::Settle> told) override {
    if (is_cut) return base::fail(base::ErrorKind::unavailable, "cut");
    fates.insert(fates.end(), told.begin(), told.end());
    return {};
  }
  void drop() override { ++drops; }

  std::deque<Taken> waiting;  // each what one receive() answers
  std::vector<queue::Settle> fates;
  bool is_cut = false;  // between receive() and settle()
  int drops = 0;
};

// Takes everything, or answers all with `state`.
class RecordingSink final : public queue::MessageSink {
 public:
  std::vector<queue::SendOutcome> publish(std::span<const queue::AmqpMessage> messages) override {
    if (state == queue::SendState::confirmed)
      sent.insert(sent.end(), messages.begin(), messages.end());
    const std::string why = state == queue::SendState::confirmed ? "" : "the test says so";
    return std::vector<queue::SendOutcome>(messages.size(), {state, why});
  }

  queue::SendState state = queue::SendState::confirmed;
  std::vector<queue::AmqpMessage> sent;
};

}  // namespace sluice::test
