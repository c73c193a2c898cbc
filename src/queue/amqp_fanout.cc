#include "queue/amqp_fanout.h"

namespace sluice::queue {

AmqpTopology fanout_topology() {
  return {
      {}, {{kTestStatus, AmqpDurability::transient}, {kTestComplete, AmqpDurability::durable}}, {}};
}

AmqpMessage message_of(const adt::StatusMessage& status) {
  return {kTestStatus, "", adt::status_body(status), AmqpRouting::may_vanish};
}

AmqpMessage message_of(const adt::CompleteMessage& complete) {
  return {kTestComplete, "", adt::complete_body(complete), AmqpRouting::may_vanish};
}

AmqpTopology completion_listener(const std::string& name) {
  const auto queue = "complete-listener-" + name;
  return {{queue}, {{kTestComplete, AmqpDurability::durable}}, {{queue, kTestComplete}}};
}

}  // namespace sluice::queue
