// The worker's side of a broker, for tests: declares a queue, takes everything out of one.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "queue/amqp_connection.h"

namespace sluice::probe {

// As workers declare it: durable, without arguments. Source: autopkgtest 1.1.
base::Result<void> declare_queue(const queue::AmqpUrl& url, const std::string& queue);
// As debci does it: with priorities, so that the other declaration is refused with 406.
base::Result<void> declare_priority_queue(const queue::AmqpUrl& url, const std::string& queue);

// As a peer does it; an error if it exists in another form.
base::Result<void> declare_fanout(const queue::AmqpUrl& url, const queue::AmqpFanout& fanout);

// The bodies of all messages, which are gone then.
base::Result<std::vector<std::string>> drain_queue(const queue::AmqpUrl& url,
                                                   const std::string& queue);

}  // namespace sluice::probe
