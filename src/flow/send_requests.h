// Sending test requests so that a run that dies repeats none that it can know about: batch by batch
// through the journal. Source: migration 4.6.1, 4.6.6.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "adt/pending.h"
#include "adt/request.h"
#include "base/log.h"
#include "base/result.h"
#include "britney/pending.h"
#include "queue/request_queue.h"
#include "sys/clock.h"

namespace sluice::flow {

// Without a result for this long, a request of unknown fate is sent again (ADT_RESEND_AFTER).
inline constexpr std::chrono::seconds kResendAfter = std::chrono::hours(2);

struct SendParties {
  britney::PendingJournal& journal;
  queue::RequestQueue& queue;
  sys::Clock& clock;
  base::Log& log;
};

// Start-up: looks for what an earlier run left uncertain, makes the peers' file say what was found,
// and returns what is pending. What the queue does not have is no more pending. Not for dry runs.
// Errors: those of the journal and of RequestQueue::look_for.
base::Result<adt::Pending> recover_requests(const SendParties& parties);

// So many requests are sent before the peers' file is written the first time, and again whenever as
// many more are sent as stand there since: the writing costs in all what the last two times cost.
inline constexpr std::size_t kFirstCheckpoint = 256;

// Sends, and adds to `pending` (everything that is pending) what is sent or may be. The rest is
// logged, and will be asked for again by the next run. Meanwhile the peers' file is kept right but
// for the latest: what it has was sent or may be, and of this call's it lacks at most
// kFirstCheckpoint or as many as it has. Errors: those of the journal; then the rest was not sent.
base::Result<void> send_requests(const SendParties& parties,
                                 std::span<const adt::TestRequest> requests, adt::Pending& pending);

// Repeats uncertain requests that had no result for `resend_after`.
base::Result<void> resend_requests(const SendParties& parties, std::chrono::seconds resend_after,
                                   adt::Pending& pending);

}  // namespace sluice::flow
