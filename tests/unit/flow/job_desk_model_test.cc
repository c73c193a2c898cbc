// src/flow/job_desk.cc as a whole: a small grid of workers that run, lie, fall silent and come
// back, with pauses, cancellations and kills of the server between any two steps, from a seed.
// Source: testgrid 1.5; architecture 10 (phase 1).
#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "store/attempt_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"
#include "support/job_desk_world.h"
#include "support/rounds.h"

namespace sluice::flow {
namespace {

using adt::JobState;
using namespace std::chrono_literals;

class Grid {
 public:
  explicit Grid(std::uint64_t seed) : random_(seed) {}

  void step() {
    const auto what = random_() % 20;
    if (what < 4) submit();
    if (what >= 4 && what < 11) work();
    if (what >= 11 && what < 14) w_.advance(std::chrono::seconds(random_() % 120));
    if (what == 14) human();
    if (what == 15) pause();
    if (what == 16) w_.restart();          // a kill: memory is gone
    if (what == 17) failed_transaction();  // a full disk
    if (what == 18) late_result();
    if (what == 19) w_.advance(std::chrono::minutes(random_() % 90));
    check();
  }

  // I10: when faults stop, everything drains.
  void drain() {
    while (!w_.desk.pauses().empty()) REQUIRE(w_.desk.lift(w_.desk.pauses().front().id, w_.now));
    for (int i = 0; i < 4'000; ++i) {
      w_.advance(10min);
      const auto name = worker();
      if (const auto lease = w_.lease(name)) end(*lease, name, adt::Outcome::pass);
    }
    w_.advance(30 * 24h);
    const auto open = store::list_jobs(w_.db, {.open_only = true}).value();
    for (const auto& job : open) MESSAGE("still open: " << adt::text_of(job.state));
    REQUIRE(open.empty());
  }

  std::size_t verdicts() { return store::list_runs(w_.db, {.limit = 100'000}).value().size(); }

 private:
  std::string worker() { return "h" + std::to_string(random_() % 4) + "-1"; }

  void submit() {
    const auto package = "p" + std::to_string(random_() % 30);
    const auto trigger = "glibc/" + std::to_string(random_() % 3);
    REQUIRE(w_.desk.submit(test::DeskWorld::submission(package, trigger), w_.now));
  }

  void end(const queue::Lease& lease, const std::string& name, adt::Outcome outcome) {
    const auto done = w_.finish(lease, name, outcome);
    if (!done) REQUIRE(done.error().kind == base::ErrorKind::conflict);
  }

  void work() {
    const auto name = worker();
    if (!held_.contains(name)) {
      if (auto lease = w_.lease(name)) held_[name] = *lease;
      return;
    }
    const auto lease = held_[name];
    switch (random_() % 8) {
      case 0: (void)w_.beat(lease, name, queue::Phase::running); return;
      case 1: (void)w_.beat(lease, name, queue::Phase::collecting); return;
      case 2: end(lease, name, adt::Outcome::pass); break;
      case 3: end(lease, name, adt::Outcome::fail); break;
      case 4: end(lease, name, adt::Outcome::infra_boot); break;
      case 5: (void)w_.desk.give_back({lease.job, lease.epoch, name}, "x", w_.now); break;
      case 6: {
        const auto done = w_.finish_suspect(lease, name);
        if (!done) REQUIRE(done.error().kind == base::ErrorKind::conflict);
        break;
      }
      default: break;  // dies without a word
    }
    old_.push_back({lease, name});
    held_.erase(name);
  }

  void late_result() {
    if (old_.empty()) return;
    const auto& [lease, name] = old_[random_() % old_.size()];
    end(lease, name, random_() % 2 == 0 ? adt::Outcome::pass : adt::Outcome::infra_boot);
  }

  void human() {
    const auto id = static_cast<std::int64_t>(random_() % 40 + 1);
    const adt::JobEvent events[] = {
        adt::CancelAsked{"j"}, adt::RetryAsked{"j"}, adt::Revived{"j"},
        adt::HoldAdded{{adt::HoldKind::parked, "x", w_.now, w_.now + 1h, "t"}}};
    (void)w_.desk.apply(id, events[random_() % 4], w_.now);
  }

  void pause() {
    if (w_.desk.pauses().size() > 1)
      REQUIRE(w_.desk.lift(w_.desk.pauses().front().id, w_.now));
    else
      w_.pause(random_() % 2 == 0 ? "grid" : "package:p3",
               random_() % 2 == 0 ? grid::PauseMode::soft : grid::PauseMode::hard);
  }

  // Everything of a batch is undone, and the desk is made anew from the rows.
  void failed_transaction() {
    const auto undone = w_.db.in_transaction([&]() -> base::Result<void> {
      submit();
      if (const auto lease = w_.desk.lease({worker(), {{"", "noble", "amd64"}}, {}}, w_.now);
          !lease)
        return std::unexpected(lease.error());
      return base::fail(base::ErrorKind::unavailable, "the disk is full");
    });
    REQUIRE_FALSE(undone);
    w_.restart();
  }

  void check() {
    std::size_t queued = 0;
    std::set<std::string> keys;
    const auto jobs = store::list_jobs(w_.db, {.open_only = true, .limit = 10'000}).value();
    for (const auto& job : jobs) {
      REQUIRE(keys.insert(job.key).second);  // one open job for one run
      REQUIRE(adt::is_leased(job.state) == w_.desk.running().contains(job.id));
      if (job.state == JobState::queued && job.not_before <= w_.now) ++queued;
    }
    // What can be served is in the order of service, but for what only the next tick brings.
    REQUIRE(w_.desk.waiting() <= queued);
    for (const auto& [id, running] : w_.desk.running()) REQUIRE(w_.job(id).epoch == running.epoch);
  }

  test::DeskWorld w_;
  std::mt19937_64 random_;
  std::map<std::string, queue::Lease> held_;  // by worker
  std::vector<std::pair<queue::Lease, std::string>> old_;
};

}  // namespace

// testgrid 1.5
TEST_CASE("desk model: whatever happens, no job is lost or counted twice, and all drains") {
  for (std::uint64_t seed = 1; seed <= test::rounds(20U); ++seed) {
    CAPTURE(seed);
    Grid grid(seed);
    for (int i = 0; i < 500; ++i) grid.step();
    grid.drain();
    REQUIRE(grid.verdicts() > 0);
  }
}

}  // namespace sluice::flow
