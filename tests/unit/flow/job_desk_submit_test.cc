#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "flow/job_desk.h"  // job_desk_submit.cc
#include "support/job_desk_world.h"

namespace sluice::flow {
namespace {

using test::DeskWorld;

std::vector<Submission> storm(std::initializer_list<const char*> packages) {
  std::vector<Submission> all;
  for (const auto* package : packages) all.push_back(DeskWorld::submission(package));
  return all;
}

// The row of the package "bad" cannot be written: its statement alone fails, or all goes with it.
constexpr std::string_view kFail =
    "CREATE TEMP TRIGGER no BEFORE INSERT ON main.job WHEN NEW.package = 'bad'"
    " BEGIN SELECT RAISE(ABORT, 'no'); END";
constexpr std::string_view kGiveUp =
    "CREATE TEMP TRIGGER no BEFORE INSERT ON main.job WHEN NEW.package = 'bad'"
    " BEGIN SELECT RAISE(ROLLBACK, 'no'); END";

std::int64_t rows(DeskWorld& w) {
  auto count = w.db.use("SELECT count(*) FROM job");
  REQUIRE(count.step().value());
  return count.number(0);
}

}  // namespace

// testgrid 6.5
TEST_CASE("desk: a storm is answered in its order, and the same twice in it is one job") {
  DeskWorld w;
  const auto known = w.submit("bar");
  const auto answers = w.desk.submit(storm({"foo", "bar", "baz", "foo"}), w.now);
  REQUIRE(answers.size() == 4);
  CHECK(answers[0]->how == SubmitHow::created);
  CHECK(answers[1]->how == SubmitHow::existing);
  CHECK(answers[1]->job == known);
  CHECK(answers[2]->how == SubmitHow::created);
  CHECK(answers[3]->how == SubmitHow::existing);
  CHECK(answers[3]->job == answers[0]->job);
  CHECK(w.desk.waiting() == 3);
  CHECK(w.desk.submit(std::span<const Submission>(), w.now).empty());
}

// testgrid 6.5, item 1
TEST_CASE("desk: the cap of a storm counts within the storm") {
  DeskLimits limits;
  limits.storm_max = 2;
  DeskWorld w(limits);
  const auto answers = w.desk.submit(storm({"a0", "b0", "c0", "a0"}), w.now);
  CHECK(answers[1]->how == SubmitHow::created);
  CHECK(answers[2]->how == SubmitHow::refused);
  CHECK(answers[2]->why.starts_with("more than 2"));
  CHECK(answers[3]->how == SubmitHow::existing);
}

// testgrid 6.5, item 5
TEST_CASE("desk: a storm of two uploads leaves the newer one's tests alone") {
  DeskWorld w;
  const std::vector both = {w.submission("foo", "glibc/2.40-1"),
                            w.submission("foo", "glibc/2.40-2")};
  const auto answers = w.desk.submit(both, w.now);
  CHECK(w.state(answers[0]->job) == adt::JobState::superseded);
  CHECK(w.state(answers[1]->job) == adt::JobState::queued);
  CHECK(w.desk.waiting() == 1);
}

// architecture 9
TEST_CASE("desk: one that cannot be written costs itself, not the storm") {
  DeskLimits limits;
  limits.storm_max = 4;
  limits.repeats_max = 1;
  DeskWorld w(limits);
  REQUIRE(w.db.use(kFail).run());
  const auto answers = w.desk.submit(storm({"a0", "bad", "b0"}), w.now);
  CHECK(answers[0]->how == SubmitHow::created);
  CHECK_FALSE(answers[1]);
  CHECK(answers[2]->how == SubmitHow::created);
  CHECK(rows(w) == 2);
  CHECK(w.desk.waiting() == 2);
  // What was undone is not counted: neither as open nor as asked for.
  const auto more = w.desk.submit(storm({"c0", "d0", "e0"}), w.now);
  CHECK(more[1]->how == SubmitHow::created);
  CHECK(more[2]->how == SubmitHow::refused);
}

// architecture 9
TEST_CASE("desk: a storm whose transaction SQLite gave up leaves nothing, not even in pieces") {
  DeskWorld w;
  REQUIRE(w.db.use(kGiveUp).run());
  REQUIRE(w.db.use("BEGIN").run());
  const auto answers = w.desk.submit(storm({"a0", "bad", "b0"}), w.now);
  for (const auto& answer : answers) CHECK_FALSE(answer);
  CHECK_FALSE(w.db.is_in_transaction());
  CHECK(rows(w) == 0);
}

}  // namespace sluice::flow
