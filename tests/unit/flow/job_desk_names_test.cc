// covers: job_desk.cc
#include <doctest/doctest.h>

#include <string>

#include "support/job_desk_world.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using test::DeskWorld;

base::Result<std::optional<queue::Lease>> ask_as(DeskWorld& w, const std::string& instance,
                                                 std::chrono::seconds wait = 0s) {
  return w.desk.lease({"h-1", {{"", "noble", "amd64"}}, wait, instance}, w.now);
}

base::Result<queue::Order> beat_as(DeskWorld& w, const queue::Lease& lease,
                                   const std::string& instance) {
  queue::Progress progress;
  progress.phase = queue::Phase::running;
  return w.desk.heartbeat({lease.job, lease.epoch, "h-1", instance}, progress, w.now);
}

}  // namespace

// testgrid 1.4
TEST_CASE("desk: a second worker of a name is refused, and takes nothing from the first") {
  DeskWorld w;
  const auto job = w.submit("foo");
  const auto lease = ask_as(w, "host~1").value().value();
  w.now += 12s;

  const auto refused = ask_as(w, "host~2");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::conflict);
  CHECK(refused.error().text() ==
        "the name h-1 is that of host~1, heard of 12 s ago: each worker needs a name of its own");
  CHECK(w.job(job).worker == "h-1");
  CHECK(beat_as(w, lease, "host~1") == queue::Order::go_on);
}

// testgrid 1.4: heartbeats keep the name, and those of another one do not
TEST_CASE("desk: who keeps a lease keeps the name") {
  DeskWorld w;
  (void)w.submit("foo");
  const auto lease = ask_as(w, "host~1").value().value();
  for (int i = 0; i < 10; ++i) {
    w.now += 60s;
    CHECK(beat_as(w, lease, "host~1") == queue::Order::go_on);
    const auto other = beat_as(w, lease, "host~2");
    CHECK((!other && other.error().kind == ErrorKind::conflict));
    CHECK_FALSE(ask_as(w, "host~2"));
  }
}

// testgrid 1.4
TEST_CASE("desk: a name is free when its worker is dead, not while it waits for work") {
  DeskWorld w;
  REQUIRE(ask_as(w, "host~1", 300s));
  w.now += 389s;
  CHECK_FALSE(ask_as(w, "host~2"));
  w.now += 1s;
  CHECK(ask_as(w, "host~2"));
  CHECK_FALSE(ask_as(w, "host~1"));
}

// testgrid 1.4
TEST_CASE("desk: the same worker that was started again comes in at once, with what it had") {
  DeskWorld w;
  (void)w.submit("foo");
  const auto lease = ask_as(w, "host~1").value().value();
  const auto again = ask_as(w, "host~1").value();
  REQUIRE(again);
  CHECK(again->job == lease.job);
}

// testgrid 1.4
TEST_CASE("desk: after a start of the server the name is the one's that keeps the lease") {
  DeskWorld w;
  (void)w.submit("foo");
  const auto lease = ask_as(w, "host~1").value().value();
  JobDesk next(w.db, w.limits);
  REQUIRE(next.load(w.now));
  REQUIRE(next.heartbeat({lease.job, lease.epoch, "h-1", "host~1"}, {}, w.now));
  CHECK_FALSE(next.lease({"h-1", {{"", "noble", "amd64"}}, 0s, "host~2"}, w.now));
}

}  // namespace sluice::flow
