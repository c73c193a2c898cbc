#include <doctest/doctest.h>

#include <string>

#include "flow/job_desk.h"
#include "store/attempt_rows.h"
#include "store/event_rows.h"
#include "store/job_rows.h"
#include "support/job_desk_world.h"

namespace sluice::flow {
namespace {

using adt::JobState;
using test::DeskWorld;
using namespace std::chrono_literals;

DeskLimits limits_with(int repeats_max, bool cancel_running = true) {
  DeskLimits limits;
  limits.repeats_max = repeats_max;
  limits.cancel_running = cancel_running;
  return limits;
}

// What the gate asked is there but for this trigger.
JobDesk::IsThere all_but(const std::string& gone) {
  return [gone](const std::string& trigger) { return trigger != gone; };
}

store::Asked asked_by(const adt::Job& job) { return {job.producer, job.queue.release}; }

}  // namespace

// testgrid 1.5: T13; 6.5
TEST_CASE("storm: a newer upload stops what runs for the older one before its half") {
  DeskWorld w;
  const auto old = w.submit("foo", "glibc/2.39-1");
  const auto lease = *w.lease("host-1");
  REQUIRE(w.beat(lease, "host-1", queue::Phase::running));
  w.now += w.job(old).predicted / 2 - 1s;
  const auto fresh = w.submit("foo", "glibc/2.40-1");
  CHECK(w.state(old) == JobState::cancelling);
  CHECK(w.job(old).end_note.contains("glibc/2.40-1 is newer"));
  CHECK(w.state(fresh) == JobState::queued);
  CHECK(w.beat(lease, "host-1", queue::Phase::running).value() == queue::Order::stop);
  REQUIRE(w.desk.give_back({old, lease.epoch, "host-1"}, "stopped", w.now));
  CHECK(w.state(old) == JobState::cancelled);
}

// testgrid 1.5: T13; 6.5
TEST_CASE("storm: a test that is past its half is left alone, after a start too") {
  DeskWorld w;
  const auto old = w.submit("foo", "glibc/2.39-1");
  const auto lease = *w.lease("host-1");
  REQUIRE(w.beat(lease, "host-1", queue::Phase::running));
  w.now += w.job(old).predicted / 2;
  w.restart();
  w.submit("foo", "glibc/2.40-1");
  CHECK(w.state(old) == JobState::running);
  CHECK(w.finish(lease, "host-1", adt::Outcome::pass));
}

// testgrid 1.5: T13
TEST_CASE("storm: an operator may have tests run to their end") {
  DeskWorld w(limits_with(20, false));
  const auto old = w.submit("foo", "glibc/2.39-1");
  (void)w.lease("host-1");
  w.submit("foo", "glibc/2.40-1");
  CHECK(w.state(old) == JobState::preparing);
}

// testgrid 6.5
TEST_CASE("storm: what was asked for an upload that was removed is taken back") {
  DeskWorld w;
  const auto runs = w.submit("early", "glibc/2.39-1");
  (void)w.lease("host-1");
  const auto waits = w.submit("foo", "glibc/2.39-1");
  const auto held = w.submit("bar", "glibc/2.39-1");
  REQUIRE(w.desk.apply(held, adt::HoldAdded{{adt::HoldKind::parked, "x", w.now, w.now + 1h, "t"}},
                       w.now));
  const auto other = w.submit("foo", "perl/5");
  const auto asked = asked_by(w.job(waits));

  CHECK(w.desk.withdraw(asked, all_but("glibc/2.39-1"), w.now).value() == 3);

  CHECK(w.state(runs) == JobState::cancelling);
  CHECK(w.state(waits) == JobState::cancelled);
  CHECK(w.state(held) == JobState::cancelled);
  CHECK(w.state(other) == JobState::queued);
  CHECK(w.job(waits).end_note.contains("glibc/2.39-1 is not there any more"));
  CHECK(w.desk.withdraw(asked, all_but("glibc/2.39-1"), w.now).value() == 0);
  // It came back: asked for again, it is a job again.
  CHECK(w.submit("foo", "glibc/2.39-1") != waits);
}

// testgrid 6.5
TEST_CASE("storm: nobody takes back what others asked for, or for another release") {
  DeskWorld w;
  const auto id = w.submit("foo", "glibc/2.39-1");
  const auto asked = asked_by(w.job(id));
  const auto none = [](const std::string&) { return false; };
  CHECK(w.desk.withdraw({"jane", asked.release}, none, w.now).value() == 0);
  CHECK(w.desk.withdraw({asked.producer, "other"}, none, w.now).value() == 0);
  CHECK(w.state(id) == JobState::queued);
}

// testgrid 6.5
TEST_CASE("storm: one call takes back a limited number") {
  DeskLimits limits;
  limits.tick_max = 2;
  DeskWorld w(limits);
  for (const auto* name : {"a1", "b2", "c3"}) w.submit(name, "glibc/2.39-1");
  const auto asked = asked_by(w.job(1));
  CHECK(w.desk.withdraw(asked, all_but("glibc/2.39-1"), w.now).value() == 2);
  CHECK(w.desk.withdraw(asked, all_but("glibc/2.39-1"), w.now).value() == 1);
}

// testgrid 6.5
TEST_CASE("storm: a producer that loops is refused, and admins see it once an hour") {
  DeskWorld w(limits_with(2));
  const auto id = w.submit("foo");
  CHECK(w.desk.submit(w.submission("foo"), w.now).value().job == id);
  for (int i = 0; i < 5; ++i) {
    const auto refused = w.desk.submit(w.submission("foo"), w.now).value();
    CHECK(refused.how == SubmitHow::refused);
    CHECK(refused.noted);
    CHECK(refused.again == 1h);
    CHECK(refused.why.starts_with("storm.duplicate: "));
  }
  const auto seen = store::list_rejected(w.db, 10).value();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].body.starts_with("foo"));
  CHECK(w.state(id) == JobState::queued);
  // Others, other things, and the next hour are not harmed.
  auto jane = w.submission("foo");
  jane.producer = "jane";
  CHECK(w.desk.submit(jane, w.now).value().job == id);
  w.submit("bar");
  w.now += 1h;
  CHECK(w.desk.submit(w.submission("foo"), w.now).value().job == id);
}

// testgrid 6.5
TEST_CASE("storm: who wants a test again that has ended does not loop") {
  DeskWorld w(limits_with(2));
  for (int i = 0; i < 5; ++i) {
    const auto id = w.submit("foo");
    CHECK(w.finish(*w.lease("host-1"), "host-1", adt::Outcome::pass));
    CHECK(w.state(id) == JobState::done);
    w.now += 1s;
  }
  CHECK(store::list_rejected(w.db, 10).value().empty());
}

// testgrid 6.5; 6.2
TEST_CASE("storm: of a private request that loops only the key is told") {
  DeskWorld w(limits_with(1));
  auto secret = w.submission("foo");
  secret.request.readable_by = {"jane"};
  REQUIRE(w.desk.submit(secret, w.now).value().how == SubmitHow::created);
  CHECK(w.desk.submit(secret, w.now).value().how == SubmitHow::refused);
  const auto seen = store::list_rejected(w.db, 10).value();
  REQUIRE(seen.size() == 1);
  CHECK_FALSE(seen[0].body.contains("foo"));
}

}  // namespace sluice::flow
