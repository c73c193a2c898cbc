// An AMQP 0-9-1 broker as the queue of test requests. Messages are persistent, go through the
// default exchange to the queue of their name, and are confirmed by the broker; `mandatory` makes
// it tell of a queue that nobody declared. Queues are the workers' and are not declared here: an
// account that may only submit could not. Source: migration 4.6.6, autopkgtest 1.1, 1.6.
#pragma once

#include <memory>

#include "adt/request.h"
#include "queue/amqp_sink.h"
#include "queue/request_queue.h"

namespace sluice::queue {

// Connects with the first request. A connection that was lost is made anew by a later call; when
// that fails, or after kConnectionsMax, every later call answers not_sent at once.
// Not for several threads.
std::unique_ptr<RequestQueue> amqp_request_queue(AmqpUrl url, adt::TriggerStyle style,
                                                 AmqpLimits limits);

inline constexpr int kConnectionsMax = 5;

}  // namespace sluice::queue
