// RequestQueue: where test requests go. Files and AMQP brokers; the port has no rule of the gate.
// Source: migration 4.6.6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adt/request.h"
#include "base/result.h"

namespace sluice::queue {

enum class SendState : std::uint8_t {
  confirmed,    // the queue has it and keeps it
  unconfirmed,  // it was sent; whether it arrived nobody knows
  returned,     // there is no such queue
  not_sent      // it did not arrive
};

struct SendOutcome {
  SendState state = SendState::not_sent;
  std::string why;  // "" if confirmed

  friend bool operator==(const SendOutcome&, const SendOutcome&) = default;
};

class RequestQueue {
 public:
  RequestQueue() = default;
  RequestQueue(const RequestQueue&) = delete;
  RequestQueue& operator=(const RequestQueue&) = delete;
  virtual ~RequestQueue() = default;

  // Sends, and waits for the word of the queue; one outcome for each request, in their order. Never
  // takes longer than its limits. After a failure that will not pass, later calls answer not_sent
  // at once.
  virtual std::vector<SendOutcome> publish(std::span<const adt::TestRequest> requests) = 0;

  // How many requests one call of publish() should get at most: what a crash leaves in doubt.
  virtual std::size_t batch_max() const { return 100; }

  // How far it reaches now, if it is one in which things stay where they are: what is sent from now
  // on stands behind that. 0 of others.
  virtual std::int64_t position() { return 0; }

  // What is known of requests that a run which died left uncertain: confirmed or not_sent from a
  // queue that can be read, unconfirmed from one that cannot. `behind`: for each the position when
  // it was about to be sent, as the same request may have been sent before; shorter: 0.
  virtual base::Result<std::vector<SendState>> look_for(
      std::span<const adt::TestRequest> requests, std::span<const std::int64_t> behind = {}) = 0;
};

}  // namespace sluice::queue
