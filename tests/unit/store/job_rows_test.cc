#include "store/job_rows.h"

#include <doctest/doctest.h>

#include <string>

#include "adt/job_state.h"
#include "store/run_rows.h"
#include "support/jobs.h"

namespace sluice::store {
namespace {

using namespace std::chrono_literals;
using test::job_for;
using test::kNow;

struct World {
  StateDb db = *StateDb::open(":memory:");
  adt::JobLimits limits;

  adt::Job add(adt::Job job) {
    job.id = add_job(db, job).value();
    return job;
  }
  adt::Job step(const adt::Job& before, const adt::JobEvent& event) {
    const auto after = adt::on(before, event, kNow, limits).value();
    REQUIRE(save_job(db, before, after, kNow));
    return after;
  }
};

}  // namespace

// testgrid 1.5
TEST_CASE("job rows: what was saved is read back") {
  World w;
  auto job = w.add(job_for("foo"));
  CHECK(*read_job(w.db, job.id) == job);
  job = w.step(job, adt::Resolved{});
  job = w.step(job, adt::HoldAdded{{adt::HoldKind::service_down, "dns", kNow, kNow + 1h, "down"}});
  job = w.step(job, adt::HoldAdded{{adt::HoldKind::scope_paused, "p-1", kNow, {}, "paused"}});
  CHECK(*read_job(w.db, job.id) == job);
  job = w.step(job, adt::HoldDropped{adt::HoldKind::service_down, "dns"});
  job = w.step(job, adt::HoldDropped{adt::HoldKind::scope_paused, "p-1"});
  job = w.step(job, adt::Leased{"host-1"});
  job = w.step(job, adt::AttemptEnded{1, test::attempt_end(adt::Outcome::infra_boot)});
  CHECK(*read_job(w.db, job.id) == job);
  CHECK(job.excluded_hosts.size() == 1);
  CHECK(read_job(w.db, 99).error().kind == base::ErrorKind::not_found);
}

// testgrid 6.5
TEST_CASE("job rows: one open job for one run") {
  World w;
  const auto job = w.add(job_for("foo"));
  CHECK(open_job_of(w.db, job.key).value() == job.id);
  CHECK(add_job(w.db, job_for("foo")).error().kind == base::ErrorKind::conflict);
  (void)w.step(job, adt::CancelAsked{"jane"});
  CHECK_FALSE(open_job_of(w.db, job.key).value());
  CHECK(has_job(w.db, job.key, "foo").value());
  CHECK_FALSE(has_job(w.db, job.key, "bar").value());
  CHECK(add_job(w.db, job_for("foo")).has_value());
}

// testgrid 1.5
TEST_CASE("job rows: a row that changed meanwhile is a conflict") {
  World w;
  const auto job = w.add(job_for("foo"));
  const auto queued = w.step(job, adt::Resolved{});
  CHECK(save_job(w.db, job, queued, kNow).error().kind == base::ErrorKind::conflict);
}

// testgrid 1.5
TEST_CASE("job rows: what a start needs of the open ones") {
  World w;
  const auto first = w.step(w.add(job_for("foo")), adt::Resolved{});
  auto second = w.step(w.add(job_for("bar")), adt::Resolved{});
  second = w.step(second, adt::HoldAdded{{adt::HoldKind::poison, "", kNow, kNow + 2h, ""}});
  const auto third = w.step(w.add(job_for("baz")), adt::CancelAsked{"x"});
  const auto open = read_open_jobs(w.db).value();
  REQUIRE(open.size() == 2);
  CHECK(open[0].waiting.id == first.id);
  CHECK(open[0].waiting.flow == "glibc/2.40-1");
  CHECK(open[0].state == adt::JobState::queued);
  CHECK(open[1].next_hold_end == kNow + 2h);
  CHECK(open[1].hold_deadline == kNow + 14 * 24h);
}

// testgrid 6.5
TEST_CASE("job rows: jobs for older uploads of the same source") {
  World w;
  const auto old = w.step(w.add(job_for("foo", "glibc/2.39-1")), adt::Resolved{});
  (void)w.add(job_for("foo", "perl/5"));
  (void)w.add(job_for("bar", "glibc/2.39-1"));
  const Uploads upload{"glibc/2.40-1", "foo", "noble", "amd64", "gate"};
  CHECK(outdated_by(w.db, upload).value() == std::vector<std::int64_t>{old.id});
  const auto leased = w.step(old, adt::Leased{"h-1"});
  CHECK(outdated_by(w.db, upload).value() == std::vector<std::int64_t>{old.id});
  (void)w.step(leased, adt::CancelAsked{"jane"});
  CHECK(outdated_by(w.db, upload).value().empty());
}

// testgrid 6.5
TEST_CASE("job rows: what a producer's open jobs of a release are for") {
  World w;
  const auto foo = w.add(job_for("foo", "glibc/2.39-1"));
  const auto bar = w.add(job_for("bar", "glibc/2.39-1"));
  (void)w.add(job_for("bar", "perl/5"));
  (void)w.step(w.add(job_for("gone", "zlib/1")), adt::CancelAsked{"x"});
  const Asked asked{"gate", "noble"};
  CHECK(open_triggers(w.db, asked).value() == std::vector<std::string>{"glibc/2.39-1", "perl/5"});
  CHECK(open_triggers(w.db, {"jane", "noble"}).value().empty());
  CHECK(open_triggers(w.db, {"gate", "sid"}).value().empty());
  CHECK(open_jobs_of(w.db, asked, "glibc/2.39-1").value() == std::vector{foo.id, bar.id});
  CHECK(open_jobs_of(w.db, asked, "glibc/2").value().empty());
}

// testgrid 1.5
TEST_CASE("job rows: the jobs for one test, newest first, whoever asked") {
  World w;
  const auto old = w.step(w.add(job_for("foo")), adt::CancelAsked{"ada"});
  auto by_hand = job_for("foo");
  by_hand.producer = "ada";
  const auto again = w.add(by_hand);
  (void)w.add(job_for("foo", "glibc/2.40-2"));
  (void)w.add(job_for("bar"));
  const auto jobs = jobs_of_test(w.db, {"glibc/2.40-1", "foo", "noble", "amd64"}).value();
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].id == again.id);
  CHECK(jobs[1].id == old.id);
  CHECK(jobs[1].end_note == "by ada");
  CHECK(jobs_of_test(w.db, {"glibc/2.40-1", "foo", "sid", "amd64"}).value().empty());
  CHECK(jobs_of_test(w.db, {"glibc/2.40-1", "foo", "noble", "arm64"}).value().empty());
}

// autopkgtest 1.4
TEST_CASE("job rows: the jobs of one key, newest first") {
  World w;
  const auto old = w.step(w.add(job_for("foo")), adt::CancelAsked{"x"});
  const auto again = w.add(job_for("foo"));
  (void)w.add(job_for("foo", "perl/5"));
  const auto jobs = jobs_of_key(w.db, {old.key, "foo"}, 10).value();
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].id == again.id);
  CHECK(jobs[1].id == old.id);
  CHECK(jobs_of_key(w.db, {old.key, "foo"}, 1)->size() == 1);
  CHECK(jobs_of_key(w.db, {old.key, "bar"}, 10)->empty());
}

// testgrid 5.1
TEST_CASE("job rows: lists by state, place and package") {
  World w;
  const auto foo = w.step(w.add(job_for("foo")), adt::Resolved{});
  const auto bar = w.add(job_for("bar"));
  const auto gone = w.step(w.add(job_for("gone")), adt::CancelAsked{"x"});
  const auto ids = [&](const JobFilter& filter) {
    std::vector<std::int64_t> list;
    const auto jobs = list_jobs(w.db, filter).value();
    for (const auto& job : jobs) list.push_back(job.id);
    return list;
  };
  using JobIds = std::vector<std::int64_t>;
  CHECK(ids({}) == JobIds{foo.id, bar.id, gone.id});
  CHECK(ids({.open_only = true}) == JobIds{foo.id, bar.id});
  CHECK(ids({.state = adt::JobState::queued}) == JobIds{foo.id});
  CHECK(ids({.package = "bar"}) == JobIds{bar.id});
  CHECK(ids({.arch = "arm64"}).empty());
  CHECK(ids({.context = "huge"}).empty());
  CHECK(ids({.after = foo.id, .limit = 1}) == JobIds{bar.id});
}

// testgrid 5.3
TEST_CASE("job rows: the newest job of each key alone") {
  World w;
  (void)w.step(w.add(job_for("foo")), adt::CancelAsked{"x"});
  const auto again = w.step(w.add(job_for("foo")), adt::CancelAsked{"x"});
  const auto other = w.step(w.add(job_for("foo", "perl/5")), adt::CancelAsked{"x"});
  const auto jobs = list_jobs(w.db, {.newest_only = true}).value();
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].id == again.id);
  CHECK(jobs[1].id == other.id);
}

// testgrid 5.3; migration 4.6.7
TEST_CASE("job rows: regressions are failures of what has passed before") {
  World w;
  int runs = 0;
  const auto run = [&](const std::string& package, adt::Outcome outcome, std::int64_t job,
                       const std::string& container = "autopkgtest-noble") {
    RunRow row;
    row.run_id = "20260101_00000" + std::to_string(++runs) + "_x@";
    row.place = {container, "noble/amd64/x/" + package + "/" + row.run_id};
    row.release = "noble";
    row.arch = "amd64";
    row.package = package;
    row.triggers = "migration-reference/0";
    row.outcome = outcome;
    row.job = job;
    REQUIRE(add_run(w.db, row));
  };
  const auto fail = [&](const std::string& package) {
    auto job = w.step(w.add(job_for(package)), adt::Resolved{});
    job = w.step(job, adt::Leased{"h-1"});
    const auto end = test::attempt_end(adt::Outcome::fail);
    job = w.step(job, adt::AttemptEnded{job.epoch, end});
    run(package, adt::Outcome::fail, job.id);
    return job.id;
  };
  run("good", adt::Outcome::pass, 0);
  run("other", adt::Outcome::pass, 0, "autopkgtest-noble-team-ppa");
  run("never", adt::Outcome::fail, 0);
  const auto good = fail("good");
  (void)fail("other");
  (void)fail("never");
  (void)fail("later");
  run("later", adt::Outcome::pass, 0);
  const auto jobs = list_jobs(w.db, {.regressions_only = true}).value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].id == good);
}

}  // namespace sluice::store
