// MessageSink and MessageSource: messages to a broker and from it, as journeys see them. Source:
// autopkgtest 1.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "queue/amqp_connection.h"
#include "queue/request_queue.h"

namespace sluice::queue {

class MessageSink {
 public:
  MessageSink() = default;
  MessageSink(const MessageSink&) = delete;
  MessageSink& operator=(const MessageSink&) = delete;
  virtual ~MessageSink() = default;

  // Sends, and waits for the word of the broker; one outcome for each message, in their order. A
  // connection that was lost is made anew by the next call, once: who calls waits between calls.
  virtual std::vector<SendOutcome> publish(std::span<const AmqpMessage> messages) = 0;
};

// What becomes of a message that was taken.
enum class Settle : std::uint8_t {
  accept,  // it is somewhere safe, the broker forgets it
  reject   // it is of no use, the broker drops it
};

class MessageSource {
 public:
  MessageSource() = default;
  MessageSource(const MessageSource&) = delete;
  MessageSource& operator=(const MessageSource&) = delete;
  virtual ~MessageSource() = default;

  // What has come; nothing if nothing came within `wait`. It stays the broker's until it is
  // settled. After an error what was not settled comes again, and the next call connects anew,
  // once: who calls waits between calls. Errors: as AmqpConnection's.
  virtual base::Result<std::vector<AmqpDelivery>> receive(std::chrono::milliseconds wait) = 0;

  // The fates of what the last receive() gave, in its order. Errors: unavailable (they come again).
  virtual base::Result<void> settle(std::span<const Settle> fates) = 0;

  // Whatever was not settled shall come again.
  virtual void drop() = 0;
};

}  // namespace sluice::queue
