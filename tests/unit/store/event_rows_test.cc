#include "store/event_rows.h"

#include <doctest/doctest.h>

#include <string>

#include "support/jobs.h"

namespace sluice::store {
using test::kNow;

// testgrid 1.5
TEST_CASE("event rows: in their order, of one job or all") {
  auto db = *StateDb::open(":memory:");
  REQUIRE(add_event(db, 1, adt::Resolved{}, kNow));
  REQUIRE(add_event(db, 2, adt::Resolved{}, kNow));
  REQUIRE(add_event(db, 1, adt::Leased{"host-1"}, kNow));
  const auto events = events_of(db, 1).value();
  REQUIRE(events.size() == 2);
  CHECK(adt::text_of(events[1].event) == "leased");
  CHECK(std::get<adt::Leased>(events[1].event).worker == "host-1");
  CHECK(events_after(db, 0, 10).value().size() == 3);
  CHECK(events_after(db, 1, 1).value().front().job == 2);
}

// testgrid 1.5
TEST_CASE("event rows: tests whose jobs were opened, or ended without a run") {
  auto db = *StateDb::open(":memory:");
  auto cancelled = test::job_for("foo");
  cancelled.state = adt::JobState::cancelled;
  const auto foo = add_job(db, cancelled).value();
  const auto bar = add_job(db, test::job_for("bar", "perl/5")).value();
  REQUIRE(add_event(db, bar, adt::Leased{"host-1"}, kNow));
  REQUIRE(add_event(db, foo, adt::CancelAsked{"ada"}, kNow));
  REQUIRE(add_event(db, bar, adt::Resolved{}, kNow));
  const auto moved = tests_moved_after(db, "noble", 0, 10).value();
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].seq == 2);
  CHECK(moved[0].trigger == "glibc/2.40-1");
  CHECK(moved[0].package == "foo");
  CHECK(moved[0].arch == "amd64");
  CHECK(moved[1].trigger == "perl/5");
  CHECK(tests_moved_after(db, "noble", 2, 10).value().size() == 1);
  CHECK(tests_moved_after(db, "noble", 0, 1).value().size() == 1);
  CHECK(tests_moved_after(db, "sid", 0, 10).value().empty());
}

// autopkgtest 1.4
TEST_CASE("event rows: what was refused is kept with its reason, cut") {
  auto db = *StateDb::open(":memory:");
  REQUIRE(add_rejected(db, {0, kNow, "amqp", "debci-n-a", std::string(10'000, 'x'), "garbage"}));
  REQUIRE(add_rejected(db, {0, kNow, "http", "q", "b", "no"}));
  const auto all = list_rejected(db, 10).value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].source == "http");
  CHECK(all[1].reason == "garbage");
  CHECK(all[1].body.size() == 4096);
  for (int i = 0; i < 10'000; ++i) REQUIRE(add_rejected(db, {0, kNow, "http", "q", "b", "no"}));
  CHECK(list_rejected(db, 20'000).value().size() == 10'000);
}

}  // namespace sluice::store
