#include "flow/publish_requests.h"

#include <optional>
#include <string>
#include <utility>

#include "codec/json.h"
#include "flow/commit.h"
#include "store/job_rows.h"

namespace sluice::flow {
namespace {

using base::Result;

constexpr std::size_t kBatchMax = 100;
// Jobs that come meanwhile wait for so long.
constexpr std::chrono::milliseconds kPause{2'000};

// What an effect of ours says. Errors: corrupt.
struct Request {
  LeaseRef lease;
  queue::AmqpMessage message;
};
Result<Request> request_of(const store::Effect& effect) {
  const auto payload = codec::parse_json(effect.payload);
  if (!payload) return std::unexpected(payload.error());
  const auto* queue = payload->find("queue");
  const auto* body = payload->find("body");
  const auto* job = payload->find("job");
  const auto* epoch = payload->find("epoch");
  if (queue == nullptr || body == nullptr || job == nullptr || epoch == nullptr)
    return base::fail(base::ErrorKind::corrupt, "outbox " + effect.key + ": a key is missing");
  const auto* name = queue->string();
  const auto* text = body->string();
  const auto* id = std::get_if<std::int64_t>(job);
  const auto* number = std::get_if<std::int64_t>(epoch);
  if (name == nullptr || text == nullptr || id == nullptr || number == nullptr)
    return base::fail(base::ErrorKind::corrupt, "outbox " + effect.key + ": a key is bad");
  return Request{{*id, *number, kForeignWorker},
                 {"", *name, *text, queue::AmqpRouting::must_arrive}};
}

// False: it was cancelled meanwhile, or its lease ran out, and the effect is gone with it.
Result<bool> is_wanted(JobDesk& desk, const store::Effect& effect, const LeaseRef& lease,
                       base::Instant now) {
  const auto job = store::read_job(desk.db(), lease.job);
  if (!job) return std::unexpected(job.error());
  const bool ours = job->epoch == lease.epoch && job->worker == lease.worker;
  if (ours && job->state != adt::JobState::cancelling) return true;
  if (ours)
    if (auto given = desk.give_back(lease, "was not published", now); !given)
      return std::unexpected(given.error());
  if (auto done = store::effect_done(desk.db(), effect.id); !done)
    return std::unexpected(done.error());
  return false;
}

}  // namespace

std::chrono::milliseconds PublishRequests::turn() {
  const auto published = publish();
  if (!published) return retry_.failed(published.error());
  retry_.succeeded();
  return *published < kBatchMax ? kPause : std::chrono::milliseconds(0);
}

// How many were tried.
Result<std::size_t> PublishRequests::publish() {
  std::vector<store::Effect> effects;
  std::vector<queue::AmqpMessage> messages;
  auto gathered = commit(keeper_, [&](JobDesk& desk, base::Instant now) -> Result<void> {
    for (std::size_t i = 0; i < kBatchMax; ++i) {
      const auto handed = desk.hand_over(queues_, now);
      if (!handed) return std::unexpected(handed.error());
      if (!*handed) break;
    }
    auto due = store::due_effects(desk.db(), kPublishEffect, now, kBatchMax);
    if (!due) return std::unexpected(std::move(due.error()));
    for (auto& effect : *due) {
      auto request = request_of(effect);
      if (!request) return std::unexpected(std::move(request.error()));
      const auto wanted = is_wanted(desk, effect, request->lease, now);
      if (!wanted) return std::unexpected(wanted.error());
      if (!*wanted) continue;
      messages.push_back(std::move(request->message));
      effects.push_back(std::move(effect));
    }
    return {};
  });
  if (!gathered) return std::unexpected(std::move(gathered.error()));
  if (messages.empty()) return 0;
  const auto outcomes = sink_.publish(messages);
  if (auto noted = note(effects, outcomes); !noted) return std::unexpected(noted.error());
  return messages.size();
}

// Confirmed: done. Returned: its queue is missing, others need not wait for it. Else the broker is
// gone, and all that is left is tried again.
Result<void> PublishRequests::note(const std::vector<store::Effect>& effects,
                                   const std::vector<queue::SendOutcome>& outcomes) {
  std::string gone;
  auto noted = commit(keeper_, [&](JobDesk& desk, base::Instant now) -> Result<void> {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const auto& [state, why] = outcomes[i];
      Result<void> done;
      if (state == queue::SendState::confirmed)
        done = store::effect_done(desk.db(), effects[i].id);
      else if (state == queue::SendState::returned)
        done = store::effect_failed(desk.db(), effects[i], why, now);
      else
        gone = why;
      if (!done) return done;
    }
    return {};
  });
  if (!noted || gone.empty()) return noted;
  return base::fail(base::ErrorKind::unavailable, gone);
}

}  // namespace sluice::flow
