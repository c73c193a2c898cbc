#include "flow/adopt_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "codec/json.h"
#include "flow/commit.h"
#include "store/attempt_rows.h"
#include "store/job_rows.h"

namespace sluice::flow {
namespace {

using base::ErrorKind;
using base::Result;

// Each is a question or two to another machine.
constexpr std::size_t kAdoptBatch = 20;
constexpr std::chrono::milliseconds kAdoptPause{1'000};
// A store may list an object some time after it has it: who finds nothing looks once more, a minute
// later. By then the next attempt may have begun to prepare, and not more.
constexpr std::int64_t kLooks = 2;

Result<LeaseRef> lease_in(const store::Effect& effect) {
  const auto payload = codec::parse_json(effect.payload);
  if (!payload) return std::unexpected(payload.error());
  const auto* job = payload->find("job");
  const auto* epoch = payload->find("epoch");
  const auto* id = job == nullptr ? nullptr : std::get_if<std::int64_t>(job);
  const auto* number = epoch == nullptr ? nullptr : std::get_if<std::int64_t>(epoch);
  if (id == nullptr || number == nullptr)
    return base::fail(ErrorKind::corrupt, "outbox " + effect.key + ": no lease");
  return LeaseRef{*id, *number, ""};
}

// Nothing: its worker has told it meanwhile.
Result<std::optional<results::LeftLease>> left_lease(store::StateDb& db, const LeaseRef& lease) {
  const auto job = store::read_job(db, lease.job);
  if (!job) return std::unexpected(job.error());
  const auto attempts = store::read_attempts(db, lease.job);
  if (!attempts) return std::unexpected(attempts.error());
  const auto at = std::ranges::find(*attempts, lease.epoch, &store::Attempt::epoch);
  if (at == attempts->end() || (at->end && !at->end->place.directory.empty())) return std::nullopt;
  return results::LeftLease{lease.job,  lease.epoch,  at->worker,
                            job->queue, job->request, at->began};
}

}  // namespace

store::Effect adopt_effect(std::int64_t job, std::int64_t epoch) {
  store::Effect effect;
  effect.kind = kAdoptEffect;
  effect.key = fmt::format("{}/{}", job, epoch);
  effect.payload =
      codec::to_json(codec::Map{{"job", job}, {"epoch", epoch}}, codec::JsonStyle::compact);
  return effect;
}

std::chrono::milliseconds AdoptRuns::turn() {
  const auto looked = look();
  if (!looked) return retry_.failed(looked.error());
  retry_.succeeded();
  return *looked < kAdoptBatch ? kAdoptPause : std::chrono::milliseconds(0);
}

// How many were due.
Result<std::size_t> AdoptRuns::look() {
  std::size_t due_now = 0;
  auto wishes = ask_keeper<std::vector<Wish>>(
      keeper_, [&](JobDesk& desk, base::Instant now) -> Result<std::vector<Wish>> {
        std::vector<Wish> found;
        auto due = store::due_effects(desk.db(), kAdoptEffect, now, kAdoptBatch);
        if (!due) return std::unexpected(std::move(due.error()));
        due_now = due->size();
        for (auto& effect : *due) {
          const auto ref = lease_in(effect);
          if (!ref) return std::unexpected(ref.error());
          auto lease = left_lease(desk.db(), *ref);
          if (!lease) return std::unexpected(std::move(lease.error()));
          if (*lease)
            found.push_back({std::move(effect), std::move(**lease)});
          else if (auto done = store::effect_done(desk.db(), effect.id); !done)
            return std::unexpected(std::move(done.error()));
        }
        return found;
      });
  if (!wishes) return std::unexpected(std::move(wishes.error()));
  for (const auto& wish : *wishes) {
    if (stopping_) break;
    const auto left = results::find_left_run(store_, wish.lease);
    if (!left) return std::unexpected(left.error());
    if (auto noted = note(wish, *left); !noted) return std::unexpected(std::move(noted.error()));
  }
  return due_now;
}

// The desk says whether it counts; what does not is kept in the history all the same.
Result<void> AdoptRuns::note(const Wish& wish, const results::LeftRun& left) {
  const auto& lease = wish.lease;
  const auto who = fmt::format("job {} attempt of {}", lease.job, lease.worker);
  const bool is_private = lease.request.is_private();
  for (const auto& line : left.passed_over)
    log_.warn(
        fmt::format("{}: {}", who, is_private ? "a private run is not whole, or another's" : line));
  std::string refused;
  auto noted = commit(keeper_, [&](JobDesk& desk, base::Instant now) -> Result<void> {
    if (!left.end) {
      if (wish.effect.tries + 1 < kLooks)
        return store::effect_failed(desk.db(), wish.effect, "nothing is there", now);
      return store::effect_done(desk.db(), wish.effect.id);
    }
    auto ended = desk.finish({lease.job, lease.epoch, lease.worker}, *left.end, now);
    if (!ended && ended.error().kind != ErrorKind::conflict &&
        ended.error().kind != ErrorKind::invalid)
      return ended;
    if (!ended) refused = ended.error().text();
    return store::effect_done(desk.db(), wish.effect.id);
  });
  if (!noted || !left.end) return noted;
  const auto what = fmt::format("{}: found {}", who, adt::text_of(left.end->outcome));
  if (refused.empty())
    log_.info(what + ", which its worker did not tell");
  else
    log_.warn(what + ", which does not count" + (is_private ? "" : ": " + refused));
  return {};
}

}  // namespace sluice::flow
