// AmqpTestQueue: a worker without a controller takes its requests from the broker itself (decision
// 18 c). It holds the delivery while the test runs and acknowledges it when the end was told; what
// a dead worker held goes to the next. So no request is lost, and one may run twice. One slot, one
// thread; look in at least every few minutes, as the worker's heartbeats do.
//
// The broker takes a delivery back, and closes the channel, when it was held for longer than its
// `consumer_timeout` (30 minutes unless configured): it must be longer than the longest test. If it
// is not, the test goes on and its result counts; when the request comes back to this process it is
// acknowledged and not run again.
//
// Attempts that infrastructure ended are counted in a header of the message. After the third the
// request waits for a human in a queue of its own, `held.` before its queue's name: neither lost
// nor repeated for ever (ADR 31). Source: autopkgtest 1.1, 1.2, 1.4, 2.6; testgrid 1.1, 1.5 (T10).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "queue/amqp_connection.h"
#include "queue/test_queue.h"
#include "sys/clock.h"

namespace sluice::queue {

// A worker may be busy uploading for some minutes; one that is dead is noticed in twice the time.
AmqpLimits standalone_limits();

// Where requests of this queue wait for a human.
std::string held_queue_of(const std::string& queue);

class AmqpTestQueue final : public TestQueue {
 public:
  // `seed` orders the queues, anew for each request: no worker prefers one, and no two workers all
  // the same. `clock` makes lease epochs, which run paths are made of. Borrows `clock` and `log`.
  AmqpTestQueue(AmqpBrokers brokers, AmqpLimits limits, sys::Clock& clock, std::uint64_t seed,
                base::Log& log);

  // Declares the queues first, as the peers' workers do. Garbage is dropped, with a line of log.
  base::Result<std::optional<Lease>> lease(const LeaseAsk& ask) override;
  // Publishes the status. Errors: conflict (not our lease), unavailable (the test goes on).
  base::Result<Order> heartbeat(const Lease& lease, const Progress& progress) override;
  // Tells the end, then acknowledges. Infrastructure is no verdict and is told of by a status at
  // most: the request goes to the end of its queue, for another worker or a better day, the third
  // time to its held queue.
  base::Result<void> finish(const Lease& lease, const AttemptEnd& end) override;
  base::Result<void> give_back(const Lease& lease, const std::string& why) override;

 private:
  struct Held {
    std::int64_t job = 0;
    std::uint64_t tag = 0;
    std::string queue, body;
    int attempts = 0;               // of those before this one, that infrastructure ended
    bool is_lost = false;           // the broker has it again
    bool lacks_held_queue = false;  // the account may not make it
    bool is_running = false;  // listeners were told that it runs, so they must hear that it ended
    Progress progress = {};   // the last one heard
  };

  base::Result<void> connect();
  void drop();
  base::Result<std::optional<Lease>> take_one(const std::vector<adt::QueueName>& queues);
  base::Result<std::optional<Lease>> accept(const AmqpDelivery& delivery,
                                            const adt::QueueName& queue);
  base::Result<void> publish(const std::vector<AmqpMessage>& messages);
  AmqpMessage ended_status(const Lease& lease, std::chrono::seconds duration) const;
  void tell_stopped(const Lease& lease);
  base::Result<AmqpMessage> next_place(const AttemptEnd& end);
  void acknowledge();

  AmqpBrokers brokers_;
  AmqpLimits limits_;
  sys::Clock& clock_;
  std::mt19937_64 order_;
  base::Log& log_;
  std::unique_ptr<AmqpConnection> connection_;
  std::uint64_t next_tag_ = 1;
  std::set<std::string> declared_;  // on this connection
  std::optional<Held> held_;
  std::int64_t jobs_ = 0;      // taken so far
  std::int64_t finished_ = 0;  // the last that was
  std::int64_t epoch_ = 0;     // of the last lease
  // Done, but the broker could not be told: queue and body.
  std::set<std::pair<std::string, std::string>> unacknowledged_;
  // Ended by infrastructure while the broker had them again, so that no header could be counted up:
  // queue and body, attempts.
  std::map<std::pair<std::string, std::string>, int> uncounted_;
  Lease current_;  // of held_
};

}  // namespace sluice::queue
