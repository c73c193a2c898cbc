#include <doctest/doctest.h>

#include <string>

#include "flow/job_desk.h"  // job_desk_late.cc
#include "store/attempt_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"
#include "support/job_desk_world.h"

namespace sluice::flow {
namespace {

using adt::JobState;
using test::DeskWorld;
using namespace std::chrono_literals;

// The first worker was not heard of in time, and another one has the job.
struct LateScene {
  LateScene() {
    w.advance(91s);
    w.advance(60s);
    next = *w.lease("other-1");
  }
  store::Attempt attempt(std::size_t at) { return store::read_attempts(w.db, id).value().at(at); }
  std::size_t runs() { return store::list_runs(w.db, {}).value().size(); }

  DeskWorld w;
  std::int64_t id = w.submit("foo");
  queue::Lease first = *w.lease("host-1"), next;
};

bool is_conflict(const base::Result<void>& done) {
  return !done && done.error().kind == base::ErrorKind::conflict;
}

}  // namespace

// testgrid 1.4
TEST_CASE("late: what nobody waits for any more is kept in the history and does not count") {
  LateScene s;
  REQUIRE(s.w.beat(s.next, "other-1", queue::Phase::running));
  const auto lost = s.attempt(0);

  CHECK(is_conflict(s.w.finish(s.first, "host-1", adt::Outcome::fail)));

  const auto kept = s.attempt(0);
  CHECK(kept.end->outcome == adt::Outcome::infra_worker_lost);
  CHECK(kept.end->detail == lost.end->detail + "; it came late with FAIL, which does not count");
  CHECK(kept.end->place.directory.contains("/foo/"));
  CHECK(kept.end->digest == "d1");
  CHECK(kept.ended == lost.ended);
  CHECK(s.runs() == 0);
  CHECK(s.w.state(s.id) == JobState::running);
  REQUIRE(s.w.finish(s.next, "other-1", adt::Outcome::pass));
  CHECK(s.w.job(s.id).outcome == adt::Outcome::pass);
  CHECK(s.runs() == 1);
}

// testgrid 1.4
TEST_CASE("late: it is kept whatever became of the job meanwhile") {
  LateScene s;
  SUBCASE("the other one has its verdict") {
    REQUIRE(s.w.finish(s.next, "other-1", adt::Outcome::pass));
  }
  SUBCASE("it was cancelled") {
    REQUIRE(s.w.desk.give_back({s.id, s.next.epoch, "other-1"}, "x", s.w.now));
    REQUIRE(s.w.desk.apply(s.id, adt::CancelAsked{"jane"}, s.w.now));
  }
  SUBCASE("a newer upload took its place") {
    REQUIRE(s.w.desk.give_back({s.id, s.next.epoch, "other-1"}, "x", s.w.now));
    s.w.submit("foo", "glibc/2.41-1");
  }
  const auto state = s.w.state(s.id);
  const auto before = s.runs();

  s.w.now += 1s;  // another run path
  CHECK(is_conflict(s.w.finish(s.first, "host-1", adt::Outcome::fail)));

  CHECK(s.w.state(s.id) == state);
  CHECK(s.runs() == before);
  CHECK(s.attempt(0).end->detail.contains("late with FAIL"));
}

// testgrid 1.4; 1.1 (class D)
TEST_CASE("late: what a late result made needless is kept as well when it comes") {
  LateScene s;
  REQUIRE(s.w.finish(s.first, "host-1", adt::Outcome::pass));
  s.w.now += 1s;

  CHECK(is_conflict(s.w.finish(s.next, "other-1", adt::Outcome::fail)));

  CHECK(s.w.job(s.id).outcome == adt::Outcome::pass);
  CHECK(s.attempt(1).end->outcome == adt::Outcome::superseded);
  CHECK(s.attempt(1).end->detail.ends_with("it came late with FAIL, which does not count"));
  CHECK(s.runs() == 1);
}

// testgrid 1.4
TEST_CASE("late: said again it is noted once, after a start too") {
  LateScene s;
  REQUIRE(s.w.beat(s.next, "other-1", queue::Phase::running));
  CHECK(is_conflict(s.w.finish(s.first, "host-1", adt::Outcome::fail)));
  const auto kept = s.attempt(0).end;
  s.w.restart();
  CHECK(is_conflict(s.w.finish(s.first, "host-1", adt::Outcome::fail)));
  CHECK(is_conflict(s.w.finish(s.first, "host-1", adt::Outcome::pass)));
  CHECK(s.attempt(0).end == kept);
}

// testgrid 1.4: I4
TEST_CASE("late: files of another attempt are not kept as those of this one") {
  LateScene s;
  REQUIRE(s.w.finish(s.next, "other-1", adt::Outcome::pass));
  auto end = *s.attempt(1).end;

  CHECK(is_conflict(s.w.desk.finish({s.id, s.first.epoch, "host-1"}, end, s.w.now)));

  CHECK(s.attempt(0).end->place.directory.empty());
  CHECK_FALSE(s.attempt(0).end->detail.contains("late"));
}

// testgrid 1.4
TEST_CASE("late: without files there is nothing to keep, and of a lie nothing is kept") {
  LateScene s;
  REQUIRE(s.w.beat(s.next, "other-1", queue::Phase::running));
  const auto lost = s.attempt(0).end;
  auto end = test::attempt_end(adt::Outcome::infra_boot, "");
  end.place = {};
  CHECK(is_conflict(s.w.desk.finish({s.id, s.first.epoch, "host-1"}, end, s.w.now)));
  CHECK_FALSE(s.w.desk.finish({s.id, s.first.epoch, "host-1"},
                              test::attempt_end(adt::Outcome::fail, "x/../y"), s.w.now));
  CHECK(is_conflict(s.w.finish(s.first, "stranger-1", adt::Outcome::fail)));
  CHECK(s.attempt(0).end == lost);
}

// testgrid 1.4, 1.5 (T14)
TEST_CASE("late: a result from before a verdict does not answer the retry of that verdict") {
  LateScene s;
  REQUIRE(s.w.finish(s.next, "other-1", adt::Outcome::fail));
  REQUIRE(s.w.desk.apply(s.id, adt::RetryAsked{"jane"}, s.w.now));
  s.w.now += 1s;

  CHECK(is_conflict(s.w.finish(s.first, "host-1", adt::Outcome::pass)));

  CHECK(s.w.state(s.id) == JobState::queued);
  CHECK(s.attempt(0).end->detail.contains("late with PASS"));
  CHECK(s.runs() == 1);
}

// testgrid 1.4
TEST_CASE("late: where the next attempt was lost too, an older whole result is not wasted") {
  LateScene s;
  REQUIRE(s.w.beat(s.next, "other-1", queue::Phase::running));
  s.w.advance(91s);
  REQUIRE(s.w.finish(s.first, "host-1", adt::Outcome::pass));
  CHECK(s.w.job(s.id).outcome == adt::Outcome::pass);
  CHECK(s.runs() == 1);
}

}  // namespace sluice::flow
