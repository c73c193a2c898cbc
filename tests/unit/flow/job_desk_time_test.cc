// src/flow/job_desk_time.cc: what time and pauses do.
#include "flow/job_desk.h"

#include <doctest/doctest.h>

#include <string>

#include "store/attempt_rows.h"
#include "support/job_desk_world.h"

namespace sluice::flow {
namespace {

using adt::JobState;
using test::DeskWorld;
using namespace std::chrono_literals;

}  // namespace

// testgrid 1.5
TEST_CASE("desk: a worker that falls silent loses its lease, another host goes on") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  w.advance(60s);
  CHECK(w.beat(lease, "host-1", queue::Phase::preparing));
  w.advance(60s);
  CHECK(w.state(id) == JobState::preparing);
  w.advance(31s);
  CHECK(w.state(id) == JobState::queued);
  CHECK(w.beat(lease, "host-1", queue::Phase::running).error().kind == base::ErrorKind::conflict);
  const auto attempts = store::read_attempts(w.db, id).value();
  CHECK(attempts[0].end->outcome == adt::Outcome::infra_worker_lost);
  CHECK_FALSE(w.lease("other-1"));  // backs off
  w.advance(60s);
  CHECK_FALSE(w.lease("host-2"));  // the host where it failed
  const auto second = w.lease("other-1");
  REQUIRE(second);
  CHECK(second->epoch == 2);
}

// testgrid 1.5 (T9)
TEST_CASE("desk: on a grid of one host the job goes on as soon as its pause is over") {
  DeskWorld w;
  w.submit("foo");
  const auto lease = *w.lease("host-1");
  REQUIRE(w.finish(lease, "host-1", adt::Outcome::infra_boot));
  SUBCASE("nobody else was ever seen") {}
  SUBCASE("the other one takes no work of that queue") {
    (void)w.desk.lease({"other-1", {{"", "noble", "arm64"}}, {}}, w.now).value();
  }
  SUBCASE("the other one is paused") {
    w.pause("worker:other");
    CHECK_FALSE(w.lease("other-1"));
  }
  w.advance(59s);
  CHECK_FALSE(w.lease("host-1"));
  w.advance(1s);
  CHECK(w.lease("host-2"));
}

// testgrid 1.5 (T9)
TEST_CASE("desk: another host is waited for, but not for ever") {
  DeskWorld w;
  w.submit("foo");
  const auto lease = *w.lease("host-1");
  CHECK_FALSE(w.lease("other-1"));
  REQUIRE(w.finish(lease, "host-1", adt::Outcome::infra_boot));
  SUBCASE("until it was silent for ten minutes") {
    w.advance(10min - 1s);
    CHECK_FALSE(w.lease("host-1"));
    w.advance(1s);
    CHECK(w.lease("host-1"));
  }
  SUBCASE("if it does something else all the time") {
    w.submit("bar");
    const auto busy = *w.lease("other-1");
    for (int minute = 0; minute < 11; ++minute) {
      CHECK_FALSE(w.lease("host-1"));
      const auto before = w.desk.servable_changes();
      w.advance(60s);
      REQUIRE(w.beat(busy, "other-1", queue::Phase::running));
      // Its pause is over; it avoids nobody any more.
      if (minute == 0 || minute == 10) CHECK(w.desk.servable_changes() > before);
    }
    CHECK(w.lease("host-1"));
  }
}

// testgrid 1.5 (T9)
TEST_CASE("desk: after a start others may come for a minute") {
  DeskWorld w;
  w.submit("foo");
  const auto lease = *w.lease("host-1");
  REQUIRE(w.finish(lease, "host-1", adt::Outcome::infra_boot));
  w.advance(30s);
  w.restart();
  w.advance(30s);
  CHECK_FALSE(w.lease("host-1"));
  w.advance(30s);
  CHECK(w.lease("host-1"));
}

// testgrid 1.5
TEST_CASE(
    "desk: three attempts without verdict hold the job, never fail it; then probes; then the end") {
  DeskWorld w;
  const auto id = w.submit("foo");
  for (int i = 0; i < 3; ++i) {
    const auto lease = w.lease("h" + std::to_string(i) + "-1");
    REQUIRE(lease);
    REQUIRE(w.finish(*lease, "h" + std::to_string(i) + "-1", adt::Outcome::infra_boot));
    w.advance(30min);
  }
  CHECK(w.state(id) == JobState::held);
  CHECK_FALSE(w.job(id).outcome);
  w.advance(31min);
  CHECK(w.state(id) == JobState::queued);
  const auto probe = *w.lease("h9-1");
  REQUIRE(w.finish(probe, "h9-1", adt::Outcome::infra_boot));
  CHECK(w.state(id) == JobState::held);
  w.advance(5h);
  CHECK(w.state(id) == JobState::held);
  REQUIRE(
      w.desk.apply(id, adt::HoldAdded{{adt::HoldKind::poison, "", w.now, {}, "looked at"}}, w.now));
  w.advance(15 * 24h);
  CHECK(w.state(id) == JobState::aborted_infra);
  REQUIRE(w.desk.apply(id, adt::Revived{"admin"}, w.now));
  CHECK(w.state(id) == JobState::queued);
}

// testgrid 1.7
TEST_CASE(
    "desk: a pause holds what waits, what comes, and nothing else; lifting it keeps the order") {
  DeskWorld w;
  const auto first = w.submit("foo");
  const auto pause = w.pause("arch:amd64");
  CHECK_FALSE(w.lease("host-1"));
  w.advance(0s);
  CHECK(w.state(first) == JobState::held);
  CHECK(w.job(first).holds[0].text == "no power");
  const auto second = w.submit("bar");
  CHECK(w.state(second) == JobState::held);
  auto elsewhere = w.submission("foo");
  elsewhere.queue.arch = "arm64";
  CHECK(w.state(w.desk.submit(elsewhere, w.now).value().job) == JobState::queued);
  w.advance(1h);
  REQUIRE(w.desk.lift(pause, w.now));
  w.advance(0s);
  CHECK(w.state(first) == JobState::queued);
  CHECK(w.lease("host-1")->job == first);
  CHECK(w.lease("host-2")->job == second);
}

// testgrid 1.7
TEST_CASE("desk: a hard pause stops what runs, without blame") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  w.pause("release:noble", grid::PauseMode::hard);
  CHECK(w.beat(lease, "host-1", queue::Phase::running).value() == queue::Order::stop);
  REQUIRE(w.desk.give_back({id, 1, "host-1"}, "stopped", w.now));
  CHECK(w.state(id) == JobState::held);
  CHECK(w.job(id).infra_attempts == 0);
}

// testgrid 1.7
TEST_CASE("desk: the next start does not forget whom a hard pause stops") {
  DeskWorld w;
  w.submit("foo");
  const auto lease = *w.lease("host-1");
  const auto pause = w.pause("arch:amd64", grid::PauseMode::hard);
  w.restart();
  CHECK(w.beat(lease, "host-1", queue::Phase::running).value() == queue::Order::stop);
  REQUIRE(w.desk.lift(pause, w.now));
  w.restart();
  CHECK(w.beat(lease, "host-1", queue::Phase::running).value() == queue::Order::go_on);
}

// testgrid 1.5 (T5), 1.7
TEST_CASE("desk: a person releases all holds of a job but those of pauses") {
  DeskWorld w;
  const auto job = w.submit("foo");
  const auto is_conflict = [&](const HoldChoice& which) {
    const auto done = w.desk.release(job, which, w.now);
    return !done && done.error().kind == base::ErrorKind::conflict;
  };
  CHECK(is_conflict({}));
  using enum adt::HoldKind;
  REQUIRE(w.desk.apply(job, adt::HoldAdded{{repeated_infra, "INFRA.BOOT", w.now, {}, ""}}, w.now));
  REQUIRE(w.desk.apply(job, adt::HoldAdded{{poison, "", w.now, {}, ""}}, w.now));
  const auto pause = w.pause("arch:amd64");
  w.advance(std::chrono::seconds(1));
  CHECK(is_conflict({wait_for, ""}));
  CHECK(is_conflict({repeated_infra, "INFRA.DISK"}));
  REQUIRE(w.desk.release(job, {poison, ""}, w.now));
  CHECK(store::read_job(w.db, job)->holds.size() == 2);
  REQUIRE(w.desk.release(job, {}, w.now));
  CHECK(store::read_job(w.db, job)->holds.size() == 1);
  CHECK(is_conflict({}));  // the pause is left, and is lifted for all
  REQUIRE(w.desk.lift(pause, w.now));
  w.advance(std::chrono::seconds(1));
  CHECK(store::read_job(w.db, job)->state == adt::JobState::queued);
}

// testgrid 1.5
TEST_CASE("desk: deadlines stand still while the whole grid is paused") {
  DeskWorld w;
  const auto id = w.submit("foo");
  REQUIRE(w.desk.apply(id, adt::HoldAdded{{adt::HoldKind::poison, "", w.now, {}, "p"}}, w.now));
  const auto pause = w.pause("grid");
  w.advance(20 * 24h);
  CHECK(w.state(id) == JobState::held);
  REQUIRE(w.desk.lift(pause, w.now));
  w.advance(0s);
  CHECK(w.state(id) == JobState::held);
  w.advance(13 * 24h);
  CHECK(w.state(id) == JobState::held);
  w.advance(2 * 24h);
  CHECK(w.state(id) == JobState::aborted_infra);
}

// testgrid 1.7
TEST_CASE("desk: a pause ends by itself") {
  DeskWorld w;
  const auto id = w.submit("foo");
  grid::Pause pause;
  pause.scopes = grid::parse_scopes("grid").value();
  pause.origin = "monitor:dns";
  pause.reason = "no answer";
  pause.until = w.now + 1h;
  REQUIRE(w.desk.pause(pause, w.now));
  w.advance(1min);
  CHECK(w.job(id).holds[0].kind == adt::HoldKind::service_down);
  CHECK(w.job(id).holds[0].text == "dns is down: no answer");
  w.advance(1h);
  CHECK(w.desk.pauses().empty());
  CHECK(w.state(id) == JobState::queued);
}

// testgrid 1.5 (T11)
TEST_CASE("desk: a gate's job that a person asked for too is not given up before its time") {
  DeskWorld w;
  auto submission = w.submission("foo");
  submission.producer = kGateProducer;
  const auto id = w.desk.submit(submission, w.now).value().job;
  submission.producer = "jane";
  submission.job_class = adt::JobClass::manual;
  CHECK(w.desk.submit(submission, w.now).value().job == id);
  REQUIRE(w.desk.apply(id, adt::HoldAdded{{adt::HoldKind::poison, "", w.now, {}, "p"}}, w.now));
  w.advance(13 * 24h);
  CHECK(w.state(id) == JobState::held);
  w.advance(24h);
  CHECK(w.state(id) == JobState::aborted_infra);
}

// testgrid 1.5 (T14, T15), 6.5
TEST_CASE("desk: what ended does not begin again beside another job for the same, which is named") {
  DeskWorld w;
  const auto ended = w.submit("foo");
  REQUIRE(w.desk.apply(ended, adt::CancelAsked{"jane"}, w.now));
  const auto open = w.submit("foo");
  const auto error_of = [&](const adt::JobEvent& event) {
    return w.desk.apply(ended, event, w.now).error();
  };
  CHECK(error_of(adt::RetryAsked{"bob"}).kind == base::ErrorKind::conflict);
  CHECK(error_of(adt::RetryAsked{"bob"}).text() ==
        "job j-2 for the same test is open: job j-1 cannot begin again");
  CHECK(error_of(adt::Revived{"bob"}).text().starts_with("job j-2 for the same test is open"));
  REQUIRE(w.desk.apply(open, adt::CancelAsked{"jane"}, w.now));
  REQUIRE(w.desk.apply(ended, adt::RetryAsked{"bob"}, w.now));
  CHECK(w.state(ended) == JobState::queued);
}

// testgrid 1.7
TEST_CASE("desk: what is drained runs to its end, and nothing new begins") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto second = w.submit("bar");
  const auto lease = *w.lease("host-1");
  w.pause("arch:amd64", grid::PauseMode::drain);
  w.advance(0s);
  CHECK(w.beat(lease, "host-1", queue::Phase::running).value() == queue::Order::go_on);
  CHECK_FALSE(w.lease("host-2"));
  CHECK(w.state(second) == JobState::held);
  CHECK(w.finish(lease, "host-1", adt::Outcome::pass));
  CHECK(w.state(id) == JobState::done);
}

// testgrid 1.7
TEST_CASE("desk: a paused worker gets nothing, on any slot, and others get what waits") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto pause = w.pause("worker:host");
  w.advance(0s);
  CHECK(w.state(id) == JobState::queued);
  CHECK_FALSE(w.lease("host-1"));
  CHECK_FALSE(w.lease("host~blue-2"));
  w.restart();
  CHECK_FALSE(w.lease("host-1"));
  CHECK(w.lease("other-1")->job == id);
  const auto second = w.submit("bar");
  const auto before = w.desk.servable_changes();
  REQUIRE(w.desk.lift(pause, w.now));
  CHECK(w.desk.servable_changes() > before);  // who waits for work is woken
  CHECK(w.lease("host-1")->job == second);
}

// testgrid 1.7
TEST_CASE("desk: a hard pause of a worker stops what runs there, and others go on with it") {
  DeskWorld w;
  const auto id = w.submit("foo");
  w.submit("bar");
  const auto here = *w.lease("host-1");
  const auto there = *w.lease("other-1");
  w.pause("worker:host", grid::PauseMode::hard);
  CHECK(w.beat(here, "host-1", queue::Phase::running).value() == queue::Order::stop);
  CHECK(w.beat(there, "other-1", queue::Phase::running).value() == queue::Order::go_on);
  REQUIRE(w.desk.give_back({id, 1, "host-1"}, "stopped", w.now));
  CHECK(w.state(id) == JobState::queued);
  CHECK_FALSE(w.lease("host-1"));
  CHECK(w.lease("other-2")->job == id);
}

// testgrid 1.3, 1.4
TEST_CASE("desk: an attempt that was lost came as far as its worker said last") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  queue::Progress progress;
  progress.reached = adt::RunPhase::boot;
  REQUIRE(w.desk.heartbeat({id, lease.epoch, "host-1"}, progress, w.now));
  w.advance(91s);
  CHECK(store::read_attempts(w.db, id).value().at(0).end->proof.phase == adt::RunPhase::boot);
}

// testgrid 1.3, 1.4
TEST_CASE("desk: how far an attempt came that told it to nobody, the job's state says") {
  DeskWorld w;
  const auto lost = w.submit("bar");
  REQUIRE(w.beat(*w.lease("host-2"), "host-2", queue::Phase::running));
  const auto given = w.submit("baz");
  const auto back = *w.lease("host-3");
  REQUIRE(w.beat(back, "host-3", queue::Phase::collecting));
  w.restart();
  REQUIRE(w.desk.give_back({given, back.epoch, "host-3"}, "stopped", w.now));
  w.advance(91s);

  const auto phase_of = [&](std::int64_t id) {
    return store::read_attempts(w.db, id).value().at(0).end->proof.phase;
  };
  CHECK(phase_of(lost) == adt::RunPhase::test_begin);
  CHECK_FALSE(phase_of(given));  // collected are files of runs that broke before a test, too
}

// testgrid 1.3; decision 18 (b)
TEST_CASE("desk: of a run that is not ours nobody knows how far it came") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const adt::QueueName queue{"", "noble", "amd64"};
  REQUIRE(w.desk.hand_over({{queue.text(), queue}}, w.now).value());
  w.advance(w.limits.foreign_ttl + 1s);
  const auto end = store::read_attempts(w.db, id).value().at(0).end;
  REQUIRE(end);
  CHECK_FALSE(end->proof.phase);
}

}  // namespace sluice::flow
