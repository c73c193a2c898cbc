#include "sim/people.h"

#include <utility>
#include <vector>

#include "store/job_rows.h"

namespace sluice::sim {
namespace {

using namespace std::chrono_literals;

// The jobs that are brought back after they were aborted, once each.
constexpr std::size_t kRevived = 3;

}  // namespace

void People::begin() {
  world_.after(5s, [this] { gate(); });
  world_.after(15s, [this] { person(); });
  world_.after(2min, [this] { keep_house(); });
}

void People::calm_down() {
  lift_all();
  world_.after(1h, [this] { revive(); });
}

// One upload after the other; each wants some tests.
void People::gate() {
  if (world_.is_calm) return;
  world_.after(world_.some(60'000, 900'000), [this] { gate(); });
  if (!world_.server || !world_.disk.is_on()) return;
  const auto trigger = "glibc/2." + std::to_string(++uploads_ / 2);
  std::vector<adt::TestRequest> requests;
  const auto wanted = world_.random.between(1, 4);
  for (std::int64_t i = 0; i < wanted; ++i) {
    const std::string arch = world_.random.chance(70) ? "amd64" : "s390x";
    requests.push_back({"debci-noble-" + arch,
                        "p" + std::to_string(world_.random.below(8)),
                        arch,
                        {trigger},
                        {},
                        ""});
  }
  const auto outcomes = world_.server->requests().publish(requests);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].state != queue::SendState::confirmed) continue;
    const auto submission = flow::submission_of(requests[i]).value();
    world_.ledger.promised.emplace(adt::request_key(submission.request, submission.queue),
                                   "the gate");
    ++world_.ledger.changes;
  }
}

void People::person() {
  if (world_.is_calm) return;
  world_.after(world_.some(20'000, 400'000), [this] { person(); });
  const auto luck = world_.random.below(100);
  if (luck < 30) return submit();
  if (luck < 75) return meddle();
  if (luck < 85) return pause();
  lift();
}

void People::submit() {
  flow::Submission wish;
  wish.queue = {"", "noble", world_.random.chance(80) ? "amd64" : "s390x"};
  wish.request.package = "m" + std::to_string(world_.random.below(10));
  wish.request.triggers = {"zlib/" + std::to_string(world_.random.below(5))};
  wish.request.requester = "kim";
  wish.producer = "kim";
  const auto key = adt::request_key(wish.request, wish.queue);
  step<flow::Submitted>(
      world_, [wish](flow::JobDesk& desk, base::Instant now) { return desk.submit(wish, now); },
      [this, key](const flow::Submitted& told) {
        if (told.how == flow::SubmitHow::refused) return;
        world_.ledger.promised_jobs[told.job] = key;
        ++world_.ledger.changes;
      },
      [](base::Result<flow::Submitted>) {});
}

std::int64_t People::some_job() {
  return world_.random.between(1, static_cast<std::int64_t>(world_.ledger.promised.size()) + 10);
}

void People::apply(std::int64_t job, const adt::JobEvent& event) {
  step<bool>(
      world_,
      [job, event](flow::JobDesk& desk, base::Instant now) -> base::Result<bool> {
        if (auto done = desk.apply(job, event, now); !done) return std::unexpected(done.error());
        return true;
      },
      [](const bool&) {}, [](base::Result<bool>) {});
}

void People::meddle() {
  const auto now = world_.clock.now();
  const adt::HoldReason parked{adt::HoldKind::parked, "kim", now, std::nullopt, "wait"};
  auto soon = parked;
  soon.ends = now + 20min;
  switch (world_.random.below(6)) {
    case 0: return apply(some_job(), adt::CancelAsked{"kim"});
    case 1: return apply(some_job(), adt::HoldAdded{parked});
    case 2: return apply(some_job(), adt::HoldAdded{soon});
    case 3: return apply(some_job(), adt::HoldDropped{adt::HoldKind::parked, "kim"});
    case 4: return apply(some_job(), adt::ClassRaised{adt::JobClass::security});
    default: return apply(some_job(), adt::RetryAsked{"kim"});
  }
}

void People::pause() {
  grid::Pause pause;
  const std::vector<std::string> scopes = {"grid", "arch:amd64", "package:p3", "release:noble"};
  pause.scopes = grid::parse_scopes(world_.random.pick(scopes)).value();
  pause.mode = world_.random.chance(50) ? grid::PauseMode::soft : grid::PauseMode::hard;
  pause.reason = "no power";
  pause.created_by = "kim";
  if (world_.random.chance(70)) pause.until = world_.clock.now() + world_.some(60'000, 1'800'000);
  step<bool>(
      world_,
      [pause](flow::JobDesk& desk, base::Instant now) -> base::Result<bool> {
        if (desk.pauses().size() > 2) return true;
        if (auto made = desk.pause(pause, now); !made) return std::unexpected(made.error());
        return true;
      },
      [](const bool&) {}, [](base::Result<bool>) {});
}

void People::lift() {
  step<bool>(
      world_,
      [](flow::JobDesk& desk, base::Instant now) -> base::Result<bool> {
        if (desk.pauses().empty()) return false;
        if (auto done = desk.lift(desk.pauses().front().id, now); !done)
          return std::unexpected(done.error());
        return !desk.pauses().empty();
      },
      [](const bool&) {}, [](base::Result<bool>) {});
}

// Until a server has answered that there are none left.
void People::lift_all() {
  step<bool>(
      world_,
      [](flow::JobDesk& desk, base::Instant now) -> base::Result<bool> {
        const auto pauses = desk.pauses();
        for (const auto& pause : pauses)
          if (auto done = desk.lift(pause.id, now); !done) return std::unexpected(done.error());
        return true;
      },
      [](const bool&) {},
      [this](base::Result<bool> done) {
        if (!done) world_.after(60s, [this] { lift_all(); });
      });
}

void People::revive() {
  const bool is_late = world_.clock.truth > base::instant_of_seconds(1'800'000'000) + 36h;
  is_idle_ = is_late || revived_.size() >= kRevived;
  if (is_idle_) return;
  world_.after(1h, [this] { revive(); });
  const auto aborted = std::make_shared<std::vector<std::int64_t>>();
  step<bool>(
      world_,
      [aborted](flow::JobDesk& desk, base::Instant) -> base::Result<bool> {
        const auto jobs =
            store::list_jobs(desk.db(), {.state = adt::JobState::aborted_infra, .limit = 10});
        if (!jobs) return std::unexpected(jobs.error());
        for (const auto& job : *jobs) aborted->push_back(job.id);
        return true;
      },
      [](const bool&) {},
      [this, aborted](base::Result<bool> asked) {
        if (!asked) return;
        for (const auto id : *aborted)
          if (revived_.size() < kRevived && revived_.insert(id).second)
            apply(id, adt::Revived{"kim"});
      });
}

void People::keep_house() {
  world_.after(world_.pace(120s), [this] { keep_house(); });
  if (!world_.server || !world_.disk.is_on()) return;
  if (world_.random.chance(20)) return world_.server->rescan();
  if (const auto fed = world_.server->feed(); !fed) world_.note("feed: " + fed.error().text());
}

}  // namespace sluice::sim
