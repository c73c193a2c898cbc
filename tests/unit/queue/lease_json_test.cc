#include "queue/lease_json.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/json.h"

namespace sluice::queue {

using namespace std::chrono_literals;

// testgrid 1.4
TEST_CASE("lease json: leases, asks, progress and orders are read back") {
  Lease lease{7, 3, 2, {"huge", "noble", "amd64"}, {}, 90s, 15s};
  lease.request.package = "foo";
  lease.request.triggers = {"a/1"};
  const auto back = parse_lease(value_of(lease)).value();
  CHECK(back.job == 7);
  CHECK(back.epoch == 3);
  CHECK(back.attempt == 2);
  CHECK(back.queue == lease.queue);
  CHECK(back.request == lease.request);
  CHECK(back.ttl == 90s);
  const LeaseAsk ask{"h-1", {{"", "noble", "amd64"}}, 20s};
  const auto asked = parse_lease_ask("h-1", value_of(ask)).value();
  CHECK(asked.queues == ask.queues);
  CHECK(asked.wait == 20s);
  const Progress progress{Phase::running, 5s, 100, "tail", "smoke"};
  const auto told = parse_progress(value_of(progress)).value();
  CHECK(told.phase == Phase::running);
  CHECK(told.log_tail == "tail");
  CHECK(parse_order(codec::Map{{"order", text_of(Order::stop)}}).value() == Order::stop);
}

// testgrid 7
TEST_CASE("lease json: what is wrong is named") {
  const auto ask = [](const char* json) {
    return parse_lease_ask("h-1", *codec::parse_json(json)).error().text();
  };
  CHECK(ask("{}") == "\"queues\": expected a list of queue names");
  CHECK(ask("{\"queues\": []}") == "\"queues\": expected a list of queue names");
  CHECK(ask("{\"queues\": [7]}").find("debci-[CONTEXT-]") != std::string::npos);
  CHECK(ask("{\"queues\": [\"debci-a-b\"], \"wait\": 301}").find("\"wait\"") == 0);
  CHECK(ask("{\"queues\": [\"debci-a-b\"], \"wait\": -1}").find("\"wait\"") == 0);
  CHECK_FALSE(parse_lease(codec::Map{}));
  CHECK_FALSE(parse_progress(codec::Map{{"phase", "x"}}));
  CHECK_FALSE(parse_order(codec::Map{{"order", "run"}}));
}

}  // namespace sluice::queue
