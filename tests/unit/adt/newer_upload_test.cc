#include "adt/newer_upload.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/jobs.h"

namespace sluice::adt {
namespace {

Job asked_at_broker(std::string trigger) {
  auto job = test::job_for("foo", std::move(trigger));
  job.producer = "amqp";
  return job;
}

}  // namespace

// testgrid 1.5 (T13), 6.5
TEST_CASE("newer upload: at a broker the higher version takes the place of the lower one") {
  const auto takes = [](const char* newer, const char* older) {
    return takes_place_of(asked_at_broker(newer), asked_at_broker(older));
  };
  CHECK(takes("glibc/2.40-1", "glibc/2.39-1"));
  CHECK(takes("glibc/2.40-1", "glibc/2.40~rc1-1"));
  CHECK(takes("glibc/1:1-1", "glibc/2.39-1"));
  CHECK_FALSE(takes("glibc/2.39-1", "glibc/2.40-1"));
  CHECK_FALSE(takes("glibc/2.40-1", "glibc/2.40-1"));
  CHECK_FALSE(takes("migration-reference/0", "migration-reference/0"));
}

// testgrid 1.5 (T13), 6.5
TEST_CASE("newer upload: what another asked for, or asked otherwise, stays") {
  struct Row {
    const char* name;
    std::function<void(Job&)> change;
  };
  const std::vector<Row> rows{
      {"a person's", [](Job& j) { j.request.requester = "jane"; }},
      {"asked for by a person too", [](Job& j) { j.job_class = JobClass::manual; }},
      {"another producer's", [](Job& j) { j.producer = "jane"; }},
      {"our gate's", [](Job& j) { j.producer = "gate"; }},
      {"with a PPA", [](Job& j) { j.request.ppas = {"u/p"}; }},
      {"with an environment", [](Job& j) { j.request.env = {"A=1"}; }},
      {"all of proposed", [](Job& j) { j.request.all_proposed = true; }},
      {"one test of it", [](Job& j) { j.request.testname = "smoke"; }},
      {"for certain readers", [](Job& j) { j.request.readable_by = {"jane"}; }},
      {"from git", [](Job& j) { j.request.test_git = "https://h/x"; }},
      {"in another queue", [](Job& j) { j.queue.context = "ppa"; }},
      {"without a trigger", [](Job& j) { j.request.triggers.clear(); }}};
  for (const auto& [name, change] : rows) {
    auto older = asked_at_broker("glibc/2.39-1");
    change(older);
    CHECK_MESSAGE(!takes_place_of(asked_at_broker("glibc/2.40-1"), older), name);
  }
}

// testgrid 1.5 (T13), 6.5
TEST_CASE("newer upload: a person's request takes nobody's place") {
  auto newer = asked_at_broker("glibc/2.40-1");
  newer.request.requester = "jane";
  CHECK_FALSE(takes_place_of(newer, asked_at_broker("glibc/2.39-1")));
}

// testgrid 6.5
TEST_CASE("newer upload: pull requests stay, though they have all but the trigger in common") {
  auto newer = asked_at_broker("systemd/255-2");
  auto older = asked_at_broker("systemd/255-1");
  CHECK(takes_place_of(newer, older));
  for (auto* job : {&newer, &older}) job->queue.context = "upstream";
  CHECK_FALSE(takes_place_of(newer, older));
}

// testgrid 6.5, item 3
TEST_CASE("newer upload: the queue of a storm's size is the distribution's") {
  auto newer = asked_at_broker("glibc/2.40-1");
  auto older = asked_at_broker("glibc/2.39-1");
  older.queue.context = "huge";
  CHECK(takes_place_of(newer, older));
  newer.queue.context = "ppa";
  older.queue.context = "ppa";
  for (auto* job : {&newer, &older}) job->request.ppas = {"u/p"};
  CHECK(takes_place_of(newer, older));
}

// testgrid 1.5 (T13)
TEST_CASE("newer upload: our gate asks for what its suites have now, be it a lower version") {
  const auto newer = test::job_for("foo", "glibc/2.39-1");
  CHECK(takes_place_of(newer, test::job_for("foo", "glibc/2.40-1")));
}

// testgrid 1.5
TEST_CASE("newer upload: requests of a gate name nobody") {
  CHECK(is_of_gate(test::job_for("foo")));
  CHECK(is_of_gate(asked_at_broker("glibc/2.40-1")));
  auto persons = asked_at_broker("glibc/2.40-1");
  persons.request.requester = "jane";
  CHECK_FALSE(is_of_gate(persons));
  persons.producer = "jane";
  CHECK_FALSE(is_of_gate(persons));
}

}  // namespace sluice::adt
