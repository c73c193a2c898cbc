// What a test leaves behind in the simulation: its end as a worker tells it, and its files.
#pragma once

#include <string>
#include <string_view>

#include "adt/attempt.h"
#include "adt/message.h"
#include "base/result.h"
#include "flow/job_desk.h"
#include "sim/world.h"

namespace sluice::sim {

// The end of a run at the world's time. `epoch` 0 and more: what tells runs of one request apart.
adt::AttemptEnd end_of_run(const World& world, const adt::RequestMessage& request,
                           const adt::QueueName& queue, std::int64_t epoch, adt::Outcome outcome);

// Its files, result.tar last. `lease`: of which it is, and whose; a foreign worker knows none.
// Errors: those of the store.
base::Result<void> store_run(World& world, const adt::RequestMessage& request,
                             const adt::AttemptEnd& end, const flow::LeaseRef& lease = {});

// Of a test that ran: mostly passes.
adt::Outcome some_verdict(World& world);

}  // namespace sluice::sim
