#include "flow/adopt_runs.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "flow/commit.h"
#include "results/bundle.h"
#include "store/attempt_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"
#include "support/job_desk_world.h"
#include "support/manual_clock.h"
#include "support/memory_result_store.h"
#include "support/recording_log.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;
using adt::JobState;
using adt::Outcome;

// A job that "host-1" has, and a store.
struct AdoptScene {
  AdoptScene() {
    keeper->start();
    step([&](JobDesk& desk, base::Instant now) {
      id = desk.submit(test::DeskWorld::submission("foo"), now)->job;
    });
    first = *lease("host-1");
  }

  void step(const std::function<void(JobDesk&, base::Instant)>& work) {
    REQUIRE(commit(*keeper, [&](JobDesk& desk, base::Instant now) -> base::Result<void> {
      work(desk, now);
      return {};
    }));
  }
  std::optional<queue::Lease> lease(const std::string& worker) {
    std::optional<queue::Lease> got;
    step([&](JobDesk& desk, base::Instant now) {
      got = desk.lease({worker, {{"", "noble", "amd64"}}, {}}, now).value();
    });
    return got;
  }
  void beat(const queue::Lease& of, const std::string& worker, queue::Phase phase) {
    queue::Progress progress;
    progress.phase = phase;
    step([&](JobDesk& desk, base::Instant now) {
      REQUIRE(desk.heartbeat({of.job, of.epoch, worker}, progress, now));
    });
  }
  void advance(std::chrono::seconds time) {
    clock.now_ += time;
    step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.tick(now)); });
  }
  // The worker of the first lease has died; its job waits for the next.
  void lose() {
    beat(first, "host-1", queue::Phase::collecting);
    advance(91s);
    REQUIRE(state() == JobState::queued);
  }
  // What a worker stores of a run of that lease, and how it would tell its end.
  adt::AttemptEnd put(const queue::Lease& of, Outcome outcome, std::size_t objects = 3) {
    results::RunFacts facts;
    facts.request = of.request;
    facts.exit_code = test::exit_code_for(outcome);
    facts.outcome = outcome;
    facts.proof.phase = adt::RunPhase::test_end;
    facts.end = clock.now_;
    facts.worker = "host-1";
    facts.lease = results::lease_name(of.job, of.epoch);
    const auto bundle = results::make_bundle({{"testpkg-version", "foo 1-1\n"}}, facts);
    auto end = test::attempt_end(outcome);
    end.version = bundle.version;
    end.digest = bundle.digest;
    const auto run_id =
        adt::make_run_id(facts.end, adt::request_key(of.request, of.queue), of.epoch);
    end.place = adt::place_of(of.request, of.queue, run_id, adt::RunKind::result);
    REQUIRE(store.ensure_container(end.place.container, {}));
    for (std::size_t i = 0; i < objects; ++i) {
      const auto& [name, object] = bundle.objects.at(i);
      REQUIRE(store.put(end.place.container, end.place.directory + "/" + name, object));
    }
    return end;
  }
  base::Result<void> finish(const adt::AttemptEnd& end) {
    return commit(*keeper, [&](JobDesk& desk, base::Instant now) {
      return desk.finish({first.job, first.epoch, "host-1"}, end, now);
    });
  }
  adt::Job job() {
    adt::Job found;
    step([&](JobDesk& desk, base::Instant) { found = store::read_job(desk.db(), id).value(); });
    return found;
  }
  JobState state() { return job().state; }
  std::vector<store::Attempt> attempts() {
    std::vector<store::Attempt> all;
    step([&](JobDesk& desk, base::Instant) { all = store::read_attempts(desk.db(), id).value(); });
    return all;
  }
  std::size_t runs() {
    std::size_t count = 0;
    step([&](JobDesk& desk, base::Instant) {
      count = store::list_runs(desk.db(), {}).value().size();
    });
    return count;
  }
  // Wishes to look, whenever they are due.
  std::size_t wishes() {
    std::size_t count = 0;
    step([&](JobDesk& desk, base::Instant now) {
      count = store::due_effects(desk.db(), kAdoptEffect, now + 24h, 100).value().size();
    });
    return count;
  }

  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  test::MemoryResultStore store;
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, clock, log).value();
  AdoptRuns adopt{store, *keeper, log};
  std::int64_t id = 0;
  queue::Lease first;
};

}  // namespace

// testgrid 1.4, 1.5 (T8)
TEST_CASE("adopt: a whole result of a lost worker ends its attempt, and nothing runs again") {
  AdoptScene s;
  const auto end = s.put(s.first, Outcome::fail);
  s.lose();

  CHECK(s.adopt.turn() == 1s);

  CHECK(s.job().outcome == Outcome::fail);
  const auto attempts = s.attempts();
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].end->outcome == Outcome::fail);
  CHECK(attempts[0].end->place == end.place);
  CHECK(attempts[0].end->digest == end.digest);
  CHECK(attempts[0].end->proof.phase == adt::RunPhase::test_end);
  CHECK(s.runs() == 1);
  CHECK(s.wishes() == 0);
  s.advance(10min);
  CHECK_FALSE(s.lease("host-1"));
  CHECK(s.keeper->test_news() == 1);
}

// testgrid 1.4: said twice it is once
TEST_CASE("adopt: the end that its worker tells later is the same, and heard once") {
  AdoptScene s;
  const auto end = s.put(s.first, Outcome::pass);
  s.lose();
  s.adopt.turn();

  CHECK(s.finish(end));

  CHECK(s.job().outcome == Outcome::pass);
  CHECK(s.runs() == 1);
  auto other = end;
  other.outcome = Outcome::fail;
  other.exit_code = 4;
  CHECK_FALSE(s.finish(other));
  CHECK(s.job().outcome == Outcome::pass);
}

// testgrid 1.4
TEST_CASE("adopt: what its worker has told before is not looked for") {
  AdoptScene s;
  const auto end = s.put(s.first, Outcome::pass);
  s.lose();
  REQUIRE(s.finish(end));
  const auto calls = s.store.calls();

  s.adopt.turn();

  CHECK(s.store.calls() == calls);
  CHECK(s.wishes() == 0);
}

// testgrid 1.5 (T9)
TEST_CASE("adopt: where nothing whole lies the job waits and runs again as ever") {
  AdoptScene s;
  SUBCASE("nothing at all") {}
  SUBCASE("no result.tar") { s.put(s.first, Outcome::pass, 2); }
  SUBCASE("a result of another lease") {
    auto other = s.first;
    other.epoch = 7;
    s.put(other, Outcome::pass);
  }
  s.lose();
  s.adopt.turn();
  CHECK(s.state() == JobState::queued);
  CHECK(s.attempts()[0].end->outcome == Outcome::infra_worker_lost);
  // A store may list late: looked for twice, and no more.
  CHECK(s.wishes() == 1);
  s.advance(60s);
  s.adopt.turn();
  CHECK(s.wishes() == 0);
  CHECK(s.runs() == 0);
  CHECK(s.lease("other-1"));
}

// testgrid 1.4
TEST_CASE("adopt: what is listed a minute later still counts, if nobody has come further") {
  AdoptScene s;
  s.lose();
  s.adopt.turn();
  s.put(s.first, Outcome::pass);
  s.advance(60s);
  const auto next = *s.lease("other-1");
  SUBCASE("the next attempt prepares") {
    s.adopt.turn();
    CHECK(s.job().outcome == Outcome::pass);
    CHECK(s.attempts()[1].end->outcome == Outcome::superseded);
    CHECK(s.runs() == 1);
  }
  SUBCASE("the next attempt tests") {
    s.beat(next, "other-1", queue::Phase::running);
    s.adopt.turn();
    CHECK(s.state() == JobState::running);
    CHECK(s.attempts()[0].end->outcome == Outcome::infra_worker_lost);
    CHECK(s.attempts()[0].end->detail.contains("late with PASS, which does not count"));
    CHECK(s.runs() == 0);
  }
  CHECK(s.wishes() == 0);
}

// testgrid 1.4
TEST_CASE("adopt: a store that is down keeps nobody waiting, and is asked until it answers") {
  AdoptScene s;
  s.put(s.first, Outcome::pass);
  s.lose();
  s.store.be_down_at(1);
  CHECK(s.adopt.turn() == 1s);
  CHECK(s.adopt.turn() == 2s);
  CHECK(s.log.lines.size() == 1);
  CHECK(s.wishes() == 1);
  SUBCASE("it answers in time") {
    s.store.be_down_at(0);
    s.adopt.turn();
    CHECK(s.job().outcome == Outcome::pass);
    CHECK(s.attempts().size() == 1);
  }
  SUBCASE("the next attempt has tested meanwhile") {
    s.advance(60s);
    const auto next = *s.lease("other-1");
    s.beat(next, "other-1", queue::Phase::running);
    s.store.be_down_at(0);
    s.adopt.turn();
    CHECK(s.state() == JobState::running);
    CHECK(s.attempts()[0].end->detail.contains("late with PASS"));
  }
  CHECK(s.wishes() == 0);
}

// testgrid 1.4: start-up is recovery
TEST_CASE("adopt: the wish to look outlives the server") {
  AdoptScene s;
  s.put(s.first, Outcome::pass);
  s.lose();
  s.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.load(now)); });

  s.adopt.turn();

  CHECK(s.job().outcome == Outcome::pass);
}

// testgrid 1.4
TEST_CASE("adopt: a worker that was started with its server and asks again has left a result") {
  AdoptScene s;
  s.put(s.first, Outcome::pass);
  s.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.load(now)); });
  const auto again = s.lease("host-1");
  REQUIRE(again);
  CHECK(again->epoch == s.first.epoch);

  s.adopt.turn();

  CHECK(s.job().outcome == Outcome::pass);
  CHECK(s.attempts().size() == 1);
  s.step([&](JobDesk& desk, base::Instant now) {
    const auto told = desk.heartbeat({again->job, again->epoch, "host-1"}, {}, now);
    CHECK(told.error().kind == base::ErrorKind::conflict);  // which stops the run
  });
}

// testgrid 1.4: a slot has one test at a time
TEST_CASE("adopt: a worker that asks after a start has lost its test if that had begun") {
  AdoptScene s;
  s.beat(s.first, "host-1", queue::Phase::running);
  s.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.load(now)); });
  CHECK_FALSE(s.lease("host-1"));
  CHECK(s.state() == JobState::queued);
  CHECK(s.wishes() == 1);
}

// testgrid 1.4; autopkgtest 2.8
TEST_CASE("adopt: a worker that was stopped may not have known that the store had it all") {
  AdoptScene s;
  s.put(s.first, Outcome::pass);
  s.step([&](JobDesk& desk, base::Instant now) {
    REQUIRE(desk.give_back({s.id, s.first.epoch, "host-1"}, "the worker was stopped", now));
  });
  CHECK(s.state() == JobState::queued);

  s.adopt.turn();

  CHECK(s.job().outcome == Outcome::pass);
  CHECK(s.runs() == 1);
}

// testgrid 7.3
TEST_CASE("adopt: of a private test the log names nothing") {
  AdoptScene s;
  std::int64_t job = 0;
  s.step([&](JobDesk& desk, base::Instant now) {
    auto secret = test::DeskWorld::submission("hidden");
    secret.request.readable_by = {"jane"};
    job = desk.submit(secret, now)->job;
  });
  const auto lease = *s.lease("other-1");
  REQUIRE(lease.job == job);
  s.put(lease, Outcome::pass, 2);  // result.tar is not there
  s.advance(91s);

  s.adopt.turn();

  REQUIRE(s.log.lines.size() == 1);
  CHECK(s.log.lines[0].contains("a private run is not whole, or another's"));
  CHECK_FALSE(s.log.lines[0].contains("hidden"));
}

// testgrid 1.5 (T12)
TEST_CASE("adopt: a result of a cancelled job does not count, and is kept in its history") {
  AdoptScene s;
  s.put(s.first, Outcome::pass);
  s.beat(s.first, "host-1", queue::Phase::collecting);
  s.step([&](JobDesk& desk, base::Instant now) {
    REQUIRE(desk.apply(s.id, adt::CancelAsked{"jane"}, now));
  });
  s.advance(91s);

  s.adopt.turn();

  CHECK(s.state() == JobState::cancelled);
  CHECK(s.attempts()[0].end->detail.contains("late with PASS"));
  CHECK(s.runs() == 0);
  CHECK(s.wishes() == 0);
}

// autopkgtest 1.3
TEST_CASE("adopt: runs of workers that are not ours are left to the re-scan") {
  AdoptScene s;
  s.step([&](JobDesk& desk, base::Instant now) {
    REQUIRE(desk.submit(test::DeskWorld::submission("bar"), now));
    REQUIRE(*desk.hand_over({{"debci-noble-amd64", {"", "noble", "amd64"}}}, now));
  });
  s.beat(s.first, "host-1", queue::Phase::preparing);
  s.clock.now_ += 15 * 24h;
  s.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.tick(now)); });
  CHECK(s.wishes() == 1);  // of the first
}

}  // namespace sluice::flow
