#include "web/views.h"

#include <doctest/doctest.h>

#include "codec/json.h"
#include "support/jobs.h"

namespace sluice::web {

// testgrid 5.1
TEST_CASE("views: a held job says why") {
  auto job = test::job_for("foo");
  job.id = 7;
  job.state = adt::JobState::held;
  job.holds = {{adt::HoldKind::service_down, "p-1", test::kNow, {}, "dns is down"}};
  const auto text = codec::to_json(view_of(job), codec::JsonStyle::compact);
  CHECK(text.find("\"job\": \"j-7\"") != std::string::npos);
  CHECK(text.find("dns is down") != std::string::npos);
}

// autopkgtest 1.2; testgrid 1.4
TEST_CASE("views: of a private test nobody is told what it does to its host") {
  auto job = test::job_for("foo");
  job.request.readable_by = {"jane"};
  flow::Running running;
  running.progress.duration = std::chrono::seconds(5);
  running.progress.load = {1, 2, {.cpu = 3}};
  const auto text = codec::to_json(progress_of(running, job), codec::JsonStyle::compact);
  CHECK(text == R"({"duration": 5, "phase": "preparing"})");
  CHECK(codec::to_json(view_of(running, job), codec::JsonStyle::compact).contains("rss") == false);
}

// testgrid 1.4
TEST_CASE("views: an attempt says what came late, if anything did") {
  store::Attempt attempt;
  attempt.end = test::attempt_end(adt::Outcome::infra_worker_lost);
  CHECK(view_of(attempt).find("late") == nullptr);
  attempt.end->detail = "lost" + adt::late_note(adt::Outcome::fail);
  CHECK(view_of(attempt).text("late") == "FAIL");
}

// autopkgtest 1.4; testgrid 7.3
TEST_CASE("views: what was refused says what it was for, unless that is nobody's business") {
  const auto shown = [](const std::string& body) {
    const auto value = view_of(store::Rejected{1, test::kNow, "amqp", "q", body, "no"});
    const auto* parameters = value.find("parameters");
    return value.text("package") + "|" +
           (parameters == nullptr ? "" : codec::to_json(*parameters, codec::JsonStyle::compact));
  };
  CHECK(shown("foo\n{\"triggers\": [\"a/1\"]}") == "foo|{\"triggers\": [\"a/1\"]}");
  CHECK(shown("foo {\"testname\": \"x\"}") == "foo|{\"testname\": \"x\"}");
  CHECK(shown("foo") == "foo|{}");
  CHECK(shown(R"({"queue": "q", "package": "foo", "parameters": {"testname": "x"}})") ==
        "foo|{\"testname\": \"x\"}");
  CHECK(shown("foo\n{\"triggers\": [") == "foo|");
  CHECK(shown(R"({"package": "foo", "parameters": {"triggers": 7}})") == "foo|");
  // Private, or perhaps: nothing of it.
  CHECK(shown("foo\n{\"swiftuser\": \"u\"}") == "|");
  CHECK(shown("foo\n{\"readable-by\": [\"u\"]}") == "|");
  CHECK(shown("foo\n{\"ppas\": [\"u:token@o/p\"]}") == "|");
  CHECK(shown("foo\n{\"ppas\": [\"u:token@o/p\"") == "|");
  CHECK(shown("private, key 0a1b") == "|");
  CHECK(shown("../../x\n{}") == "|");
  CHECK(shown("") == "|");
}

}  // namespace sluice::web
