#include "queue/amqp_fanout.h"

#include <doctest/doctest.h>

namespace sluice::queue {

// autopkgtest 1.2, 1.3
TEST_CASE("fanouts: status is transient, completion durable, as every peer declares them") {
  const auto topology = fanout_topology();
  REQUIRE(topology.fanouts.size() == 2);
  CHECK(topology.fanouts[0].name == "teststatus.fanout");
  CHECK(topology.fanouts[0].durability == AmqpDurability::transient);
  CHECK(topology.fanouts[1].name == "testcomplete.fanout");
  CHECK(topology.fanouts[1].durability == AmqpDurability::durable);
}

// autopkgtest 1.3
TEST_CASE("fanouts: a listener's queue is bound to the completion exchange alone") {
  const auto topology = completion_listener("gate");
  CHECK(topology.queues == std::vector<std::string>{"complete-listener-gate"});
  REQUIRE(topology.bindings.size() == 1);
  CHECK(topology.bindings[0].first == "complete-listener-gate");
  CHECK(topology.bindings[0].second == "testcomplete.fanout");
}

// autopkgtest 1.2, 1.3
TEST_CASE("fanouts: nobody need listen") {
  const auto status = message_of(adt::StatusMessage{});
  CHECK(status.exchange == "teststatus.fanout");
  CHECK(status.routing == AmqpRouting::may_vanish);
  CHECK(message_of(adt::CompleteMessage{}).exchange == "testcomplete.fanout");
}

}  // namespace sluice::queue
