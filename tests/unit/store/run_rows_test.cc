#include "store/run_rows.h"

#include <doctest/doctest.h>

#include <string>

#include "support/jobs.h"

namespace sluice::store {
namespace {

RunRow run_of(std::string package, std::string run_id, adt::Outcome outcome) {
  RunRow run;
  run.place = {"autopkgtest-noble", "noble/amd64/f/" + package + "/" + run_id};
  run.release = "noble";
  run.arch = "amd64";
  run.package = std::move(package);
  run.run_id = std::move(run_id);
  run.version = "1";
  run.triggers = "glibc/2 perl/5";
  run.duration = std::chrono::seconds(30);
  run.outcome = outcome;
  run.uuid = "u-" + run.run_id;
  run.seen = test::kNow;
  return run;
}

std::vector<std::string> ids_of(const std::vector<RunRow>& runs) {
  std::vector<std::string> ids;
  for (const auto& run : runs) ids.push_back(run.run_id);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

// autopkgtest 4
TEST_CASE("run rows: entered once, listed newest first") {
  auto db = *StateDb::open(":memory:");
  const auto run = run_of("foo", "20260101_000000@", adt::Outcome::pass);
  CHECK(add_run(db, run).value());
  CHECK_FALSE(add_run(db, run).value());
  CHECK(add_run(db, run_of("foo", "20260102_000000@", adt::Outcome::fail)).value());
  CHECK(add_run(db, run_of("bar", "20260103_000000@", adt::Outcome::fail)).value());
  CHECK(list_runs(db, {.package = "foo", .release = "noble", .arch = "amd64"}).value().back() ==
        run);
  CHECK(ids_of(list_runs(db, {}).value()) ==
        Ids{"20260103_000000@", "20260102_000000@", "20260101_000000@"});
  CHECK(ids_of(list_runs(db, {.package = "foo"}).value()) ==
        Ids{"20260102_000000@", "20260101_000000@"});
  CHECK(ids_of(list_runs(db, {.package = "foo", .before = "20260102_000000@"}).value()) ==
        Ids{"20260101_000000@"});
  CHECK(ids_of(list_runs(db, {.arch = "arm64"}).value()).empty());
  CHECK(list_runs(db, {.limit = 2}).value().size() == 2);
}

// testgrid 1.4
TEST_CASE("run rows: whose run lies at a place") {
  auto db = *StateDb::open(":memory:");
  auto run = run_of("foo", "20260101_000000@", adt::Outcome::pass);
  run.job = 7;
  REQUIRE(add_run(db, run));
  const auto foreign = run_of("foo", "20260102_000000@", adt::Outcome::pass);
  REQUIRE(add_run(db, foreign));
  CHECK(job_of_run(db, run.place).value() == 7);
  CHECK(job_of_run(db, foreign.place).value() == 0);
  CHECK(job_of_run(db, {"autopkgtest-noble", "noble/amd64/f/foo/x"}).value() == std::nullopt);
}

// autopkgtest 4
TEST_CASE("run rows: numbered in the order of entering, whatever their ids say") {
  auto db = *StateDb::open(":memory:");
  CHECK(last_entered(db).value() == 0);
  CHECK(runs_entered_after(db, 0, 10).value().empty());
  for (const std::string id : {"20260103_000000@", "20260101_000000@", "20260101_000000@"})
    (void)add_run(db, run_of("foo", id, adt::Outcome::pass));
  (void)add_run(db, run_of("foo", "20260102_000000@", adt::Outcome::infra_boot));
  const auto some = runs_entered_after(db, 0, 2).value();
  REQUIRE(some.size() == 2);
  CHECK(some[0].run == run_of("foo", "20260103_000000@", adt::Outcome::pass));
  CHECK(some[1].run.run_id == "20260101_000000@");
  const auto rest = runs_entered_after(db, some[1].entered, 2).value();
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].run.run_id == "20260102_000000@");
  CHECK(rest[0].entered == last_entered(db).value());
}

// testgrid 1.4
TEST_CASE("run rows: the gate never sees what did not run") {
  auto db = *StateDb::open(":memory:");
  (void)add_run(db, run_of("foo", "20260101_000000@", adt::Outcome::pass));
  (void)add_run(db, run_of("foo", "20260102_000000@", adt::Outcome::infra_boot));
  (void)add_run(db, run_of("foo", "20260103_000000@", adt::Outcome::untestable_deps));
  CHECK(ids_of(verdicts_after(db, "foo", "noble", "amd64", "").value()) ==
        Ids{"20260101_000000@", "20260103_000000@"});
  CHECK(ids_of(verdicts_after(db, "foo", "noble", "amd64", "20260101_000000@").value()) ==
        Ids{"20260103_000000@"});
}

// testgrid 6.5
TEST_CASE("run rows: how long a test usually takes") {
  auto db = *StateDb::open(":memory:");
  CHECK_FALSE(usual_duration(db, "foo", "noble", "amd64").value());
  auto run = run_of("foo", "20260101_000000@", adt::Outcome::pass);
  (void)add_run(db, run);
  run = run_of("foo", "20260102_000000@", adt::Outcome::fail);
  run.duration = std::chrono::seconds(50);
  (void)add_run(db, run);
  (void)add_run(db, run_of("foo", "20260103_000000@", adt::Outcome::infra_boot));
  CHECK(usual_duration(db, "foo", "noble", "amd64").value() == std::chrono::seconds(40));
}

}  // namespace sluice::store
