// The exchanges by which the grid tells of its runs, as messages and as topology:
// `teststatus.fanout` and `testcomplete.fanout`. Source: autopkgtest 1.2, 1.3.
#pragma once

#include "adt/run_messages.h"
#include "queue/amqp_connection.h"

namespace sluice::queue {

inline constexpr const char* kTestStatus = "teststatus.fanout";
inline constexpr const char* kTestComplete = "testcomplete.fanout";

// Both exchanges, declared as every peer declares them.
AmqpTopology fanout_topology();

AmqpMessage message_of(const adt::StatusMessage& status);
AmqpMessage message_of(const adt::CompleteMessage& complete);

// The queue in which completion messages wait for the listener of this name, whether it runs or
// not: "complete-listener-NAME".
AmqpTopology completion_listener(const std::string& name);

}  // namespace sluice::queue
