// What every MessageSource and MessageSink promise (queue/message_ports.h), asked of whichever a
// test brings.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "queue/message_ports.h"

namespace sluice::test {

// A broker with one queue that exists and is empty.
class MessageWorld {
 public:
  MessageWorld() = default;
  MessageWorld(const MessageWorld&) = delete;
  MessageWorld& operator=(const MessageWorld&) = delete;
  virtual ~MessageWorld() = default;

  virtual std::string queue_name() const = 0;
  // Connections of their own to that queue. They do not outlive this.
  virtual std::unique_ptr<queue::MessageSource> source() = 0;
  virtual std::unique_ptr<queue::MessageSink> sink() = 0;
  // Nobody reaches the broker; it is there again.
  virtual void cut() = 0;
  virtual void mend() = 0;
};

struct MessagePromise {
  const char* name;
  void (*check)(MessageWorld& world);  // of a world of its own
};

std::span<const MessagePromise> message_port_promises();

}  // namespace sluice::test
