#include "store/attempt_rows.h"

#include <doctest/doctest.h>

#include "store/event_rows.h"
#include "store/job_rows.h"
#include "support/jobs.h"

namespace sluice::store {
namespace {
using test::attempt_end;
using test::kNow;

// A job with one lease.
adt::Job leased(StateDb& db, const char* package) {
  auto job = test::job_for(package);
  job.id = add_job(db, job).value();
  job.epoch = 1;
  job.worker = "host-1";
  REQUIRE(add_attempt(db, job, kNow));
  return job;
}
}  // namespace

// testgrid 1.4
TEST_CASE("attempt rows: begun, ended, told twice") {
  auto db = *StateDb::open(":memory:");
  const auto job = leased(db, "foo");
  auto attempts = read_attempts(db, job.id).value();
  REQUIRE(attempts.size() == 1);
  CHECK_FALSE(attempts[0].end);
  CHECK(worker_of(db, job.id, 1).value() == "host-1");
  CHECK_FALSE(worker_of(db, job.id, 2).value());
  CHECK_FALSE(end_of(db, job.id, 1).value());
  const auto end = attempt_end(adt::Outcome::pass);
  CHECK(end_attempt(db, job.id, 1, end, kNow));
  CHECK(end_attempt(db, job.id, 1, end, kNow));
  attempts = read_attempts(db, job.id).value();
  CHECK(attempts[0].end == end);
  CHECK(attempts[0].ended == kNow);
  CHECK(end_of(db, job.id, 1).value() == end);
  CHECK_FALSE(end_of(db, job.id, 2).value());
  CHECK(end_attempt(db, job.id, 2, end, kNow).error().kind == base::ErrorKind::not_found);
}

// testgrid 1.5
TEST_CASE("attempt rows: a run path belongs to one attempt") {
  auto db = *StateDb::open(":memory:");
  const auto foo = leased(db, "foo");
  const auto bar = leased(db, "bar");
  CHECK(end_attempt(db, foo.id, 1, attempt_end(adt::Outcome::pass), kNow));
  CHECK(end_attempt(db, bar.id, 1, attempt_end(adt::Outcome::pass), kNow).error().kind ==
        base::ErrorKind::conflict);
  CHECK(end_attempt(db, bar.id, 1, attempt_end(adt::Outcome::infra_boot, ""), kNow));
}

// testgrid 1.4
TEST_CASE("attempt rows: what came late stands beside the end of the lease, once") {
  auto db = *StateDb::open(":memory:");
  const auto job = leased(db, "foo");
  const auto late = attempt_end(adt::Outcome::fail, "n/a/f/foo/late@");
  REQUIRE(keep_late(db, {job.id, 1}, late, "; late"));
  CHECK_FALSE(end_of(db, job.id, 1).value());  // it has not ended: nothing is late
  const auto lost = attempt_end(adt::Outcome::infra_worker_lost, "");
  REQUIRE(end_attempt(db, job.id, 1, lost, kNow));

  REQUIRE(keep_late(db, {job.id, 1}, late, "; late"));
  REQUIRE(keep_late(db, {job.id, 1}, attempt_end(adt::Outcome::pass, "n/a/f/foo/x@"), "; again"));

  const auto kept = read_attempts(db, job.id).value().at(0);
  CHECK(kept.ended == kNow);
  CHECK(kept.end->outcome == adt::Outcome::infra_worker_lost);
  CHECK(kept.end->detail == lost.detail + "; late");
  CHECK(kept.end->place.directory == "n/a/f/foo/late@");
}

// testgrid 1.3
TEST_CASE("attempt rows: a suspicion is kept, and only a suspect failure runs again") {
  auto db = *StateDb::open(":memory:");
  const auto job = leased(db, "foo");
  auto end = attempt_end(adt::Outcome::fail);
  end.suspicion = "suspect-dns";
  end.run_again = true;
  REQUIRE(end_attempt(db, job.id, 1, end, kNow));
  CHECK(end_of(db, job.id, 1).value() == end);
  end.suspicion.clear();
  CHECK_FALSE(end_attempt(db, job.id, 1, end, kNow));
  end.suspicion = "suspect-dns";
  end.outcome = adt::Outcome::pass;
  CHECK_FALSE(end_attempt(db, job.id, 1, end, kNow));
}

// testgrid 1.3
TEST_CASE(
    "attempt rows: on what an end rests stands in the event of its lease, the last one counts") {
  auto db = *StateDb::open(":memory:");
  const auto job = leased(db, "foo");
  auto lost = attempt_end(adt::Outcome::infra_worker_lost, "");
  REQUIRE(end_attempt(db, job.id, 1, lost, kNow));
  CHECK(end_of(db, job.id, 1).value()->proof == adt::Proof());

  REQUIRE(add_event(db, job.id, adt::LeaseExpired{1, adt::RunPhase::boot}, kNow));
  CHECK(end_of(db, job.id, 1).value()->proof.phase == adt::RunPhase::boot);

  auto late = attempt_end(adt::Outcome::fail);
  late.proof.phase = adt::RunPhase::test_end;
  late.proof.evidence = {{adt::EvidenceKind::exit_code, adt::EvidenceSource::tool,
                          adt::EvidenceWeight::decides, "4", std::chrono::seconds(30)}};
  REQUIRE(add_event(db, job.id, adt::AttemptEnded{1, late}, kNow));
  REQUIRE(add_event(db, job.id, adt::AttemptEnded{2, lost}, kNow));  // of another lease
  REQUIRE(end_attempt(db, job.id, 1, late, kNow));
  CHECK(read_attempts(db, job.id).value().at(0).end == late);
}

}  // namespace sluice::store
