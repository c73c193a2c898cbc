// TakeMessages: what a broker has for us becomes rows, and is acknowledged when they are on disk. A
// kill in between brings a message again. Source: autopkgtest 1.4.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "flow/keeper.h"
#include "flow/retry_turn.h"
#include "flow/turns.h"
#include "queue/message_ports.h"

namespace sluice::flow {

class TakeMessages {
 public:
  // One message, in the keeper's transaction. The same message may come again. An error: it, and
  // what came with it, will come again.
  using Enter = std::function<base::Result<queue::Settle>(
      JobDesk& desk, const queue::AmqpDelivery& delivery, base::Instant now)>;

  // Borrows all; `source` is the thread's from start() on. `what` is what they are, for the log.
  TakeMessages(queue::MessageSource& source, Keeper& keeper, base::Log& log, std::string what,
               Enter enter);

  void start() {
    turns_.start([this] { return turn(); });
  }
  // Before the keeper is stopped.
  void stop() { turns_.stop(); }

  // Takes what has come; answers how long to wait before the next turn.
  std::chrono::milliseconds turn();

 private:
  base::Result<void> take();

  queue::MessageSource& source_;
  Keeper& keeper_;
  Enter enter_;
  RetryTurn retry_;
  Turns turns_;
};

// The record of a message that is of no use, for people. Its body is cut, has no
// credentials, and is made UTF-8.
base::Result<queue::Settle> reject(JobDesk& desk, const queue::AmqpDelivery& delivery,
                                   std::string_view why, base::Instant now);
// Errors: invalid (it was longer than what was kept of it).
base::Result<void> check_whole(const queue::AmqpDelivery& delivery);

}  // namespace sluice::flow
