// JSON forms of leases, for the two ends of the queue over HTTP. Format: docs/formats/queue-api.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/value.h"
#include "queue/test_queue.h"

namespace sluice::queue {

// All parsers: errors invalid (names the member).

codec::Value value_of(const LeaseAsk& ask);
base::Result<LeaseAsk> parse_lease_ask(std::string worker, const codec::Value& value);

// "instance" of a map that may have it (LeaseAsk::instance).
base::Result<std::string> parse_instance(const codec::Value& value);

codec::Value value_of(const Lease& lease);
base::Result<Lease> parse_lease(const codec::Value& value);

codec::Value value_of(const Progress& progress);
base::Result<Progress> parse_progress(const codec::Value& value);

std::string_view text_of(Phase phase);
std::string_view text_of(Order order);
base::Result<Order> parse_order(const codec::Value& value);

}  // namespace sluice::queue
