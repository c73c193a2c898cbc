#include <doctest/doctest.h>

#include "codec/json.h"
#include "support/grid_scene.h"

namespace sluice::cli {
namespace {

using test::GridScene;

RequestArguments ask_for(std::vector<std::string> packages) {
  RequestArguments arguments;
  arguments.packages = std::move(packages);
  arguments.release = "noble";
  arguments.architectures = {"amd64"};
  return arguments;
}

std::string created(const std::string& jobs) {
  std::string results;
  for (const auto job : jobs)
    results +=
        std::string(results.empty() ? "" : ", ") + R"({"how": "created", "job": "j-)" + job + "\"}";
  return "{\"results\": [" + results + "]}";
}

std::string ended(const std::string& state, const std::string& outcome = "") {
  return R"({"package": "foo", "state": ")" + state + R"(", "outcome": ")" + outcome + "\"}";
}

// The exit code of waiting for one job that is found so.
int code_of(const std::string& job) {
  GridScene s;
  s.answer("POST", "jobs:batch", 200, created("1"));
  s.answer("GET", "jobs/j-1", 200, job);
  auto arguments = ask_for({"foo"});
  arguments.wait = true;
  arguments.timeout_minutes = 1;
  return run_request(arguments, s.parties);
}

// The body that is sent.
std::string body_of(const RequestArguments& arguments) {
  GridScene s;
  s.answer("POST", "jobs:batch", 200, created("1"));
  CHECK(run_request(arguments, s.parties) == 0);
  return s.http.sent[0].body;
}

}  // namespace

// testgrid 5.3
TEST_CASE("request: one request for each package and architecture") {
  auto arguments = ask_for({"foo", "bar"});
  arguments.architectures = {"amd64", "arm64"};
  arguments.triggers = {"glibc/2.40-1"};
  const auto body = codec::parse_json(body_of(arguments)).value();
  CHECK(member(body, "producer") == "jane");
  const auto& requests = *body.find("requests")->list();
  REQUIRE(requests.size() == 4);
  CHECK(codec::to_json(requests[1], codec::JsonStyle::compact) ==
        R"({"package": "foo", "parameters": {"requester": "jane", "triggers": ["glibc/2.40-1"]}, )"
        R"("queue": "debci-noble-arm64"})");
}

// autopkgtest 6
TEST_CASE("request: the queue follows from what is asked for") {
  auto arguments = ask_for({"foo"});
  arguments.bulk = true;
  CHECK(body_of(arguments).contains("debci-huge-noble-amd64"));
  arguments.ppas = {"me/ppa"};
  CHECK(body_of(arguments).contains("debci-ppa-noble-amd64"));
  arguments.test_git = "https://git.example/foo";
  CHECK(body_of(arguments).contains("debci-upstream-noble-amd64"));
}

// autopkgtest 1.2
TEST_CASE("request: parameters have the peers' names") {
  auto arguments = ask_for({"foo"});
  arguments.build_git = "https://git.example/foo#main";
  arguments.env = {"A=b"};
  arguments.testname = "smoke";
  arguments.all_proposed = true;
  arguments.requester = "joe";
  const auto body = body_of(arguments);
  CHECK(body.contains(R"("all-proposed": "1")"));
  CHECK(body.contains(R"("build-git": "https://git.example/foo#main")"));
  CHECK(body.contains(R"("env": ["A=b"])"));
  CHECK(body.contains(R"("testname": "smoke")"));
  CHECK(body.contains(R"("requester": "joe")"));
  CHECK(body.contains(R"("producer": "joe")"));
}

// autopkgtest 1.6
TEST_CASE("request: who may read a result is named to the server, which makes the test private") {
  auto arguments = ask_for({"foo"});
  CHECK_FALSE(body_of(arguments).contains("readable-by"));
  arguments.readable_by = {"jane", "joe"};
  CHECK(body_of(arguments).contains(R"("readable-by": ["jane", "joe"])"));
}

// testgrid 5.3
TEST_CASE("request: without waiting it prints the jobs and is done") {
  GridScene s;
  s.answer("POST", "jobs:batch", 200, created("12"));
  CHECK(run_request(ask_for({"foo", "bar"}), s.parties) == 0);
  CHECK(s.printed == "j-1\tcreated\nj-2\tcreated\n");
  CHECK(s.waiter.waits == 0);
}

// testgrid 5.3
TEST_CASE("request: what is refused is told, without controls, and ends with 1") {
  GridScene s;
  s.answer("POST", "jobs:batch", 200,
           R"({"results": [{"how": "refused", "why": "no \u001b[2J"},)"
           R"( {"how": "created", "job": "j-2"}]})");
  auto arguments = ask_for({"foo", "bar"});
  arguments.wait = true;
  CHECK(run_request(arguments, s.parties) == 1);
  CHECK(s.complaints == std::vector<std::string>{"refused: no ?[2J"});
  CHECK(s.printed == "j-2\tcreated\n");
}

// testgrid 5.3
TEST_CASE("request: denied is 6, out of reach is 1") {
  GridScene denied;
  denied.answer("POST", "jobs:batch", 403, R"({"detail": "more rights"})");
  CHECK(run_request(ask_for({"foo"}), denied.parties) == 6);
  GridScene away;
  away.http.fail("POST http://grid.example/api/v1/jobs:batch");
  CHECK(run_request(ask_for({"foo"}), away.parties) == 1);
  CHECK(away.complaints == std::vector<std::string>{"refused"});
}

// testgrid 5.3
TEST_CASE("request: the exit code of a wait tells the end") {
  CHECK(code_of(ended("done", "PASS")) == 0);
  CHECK(code_of(ended("done", "PASS_PARTIAL")) == 0);
  CHECK(code_of(ended("done", "NEUTRAL")) == 0);
  CHECK(code_of(ended("done", "FAIL")) == 1);
  CHECK(code_of(ended("done", "FAIL_TIMEOUT")) == 1);
  CHECK(code_of(ended("done", "INFRA.BOOT")) == 3);
  CHECK(code_of(ended("done", "what?")) == 3);
  CHECK(code_of(ended("held")) == 4);
  CHECK(code_of(ended("aborted_infra")) == 5);
  CHECK(code_of(ended("cancelled")) == 5);
  CHECK(code_of(ended("superseded")) == 5);
  CHECK(code_of(ended("excluded")) == 7);
  CHECK(code_of(ended("done", "UNTESTABLE.DEPS")) == 7);
  CHECK(code_of(ended("running")) == 8);
}

// testgrid 5.3
TEST_CASE("request: it waits while the job runs and the controller is away") {
  GridScene s;
  const std::string job = "GET http://grid.example/api/v1/jobs/j-1";
  s.answer("POST", "jobs:batch", 200, created("1"));
  s.http.answer(job, 200, ended("queued"));
  s.http.fail(job);
  s.http.answer(job, 503, "{}");
  s.http.answer(job, 200, ended("running"));
  s.http.answer(job, 200, ended("done", "PASS"));
  auto arguments = ask_for({"foo"});
  arguments.wait = true;
  CHECK(run_request(arguments, s.parties) == 0);
  CHECK(s.waiter.waits == 4);
  CHECK(s.printed == "j-1\tcreated\nj-1\tfoo\tdone\tPASS\n");
}

// testgrid 5.3
TEST_CASE("request: of several ends the worst is told, and all are waited for") {
  GridScene s;
  s.answer("POST", "jobs:batch", 200, created("123"));
  s.answer("GET", "jobs/j-1", 200, ended("done", "FAIL"));
  s.answer("GET", "jobs/j-2", 200, ended("cancelled"));
  s.answer("GET", "jobs/j-3", 200, ended("running"));
  s.answer("GET", "jobs/j-3", 200, ended("done", "PASS"));
  auto arguments = ask_for({"foo", "bar", "baz"});
  arguments.wait = true;
  CHECK(run_request(arguments, s.parties) == 5);
  CHECK(s.waiter.waits == 1);
}

TEST_CASE("request: a job that the controller does not know ends the wait") {
  GridScene s;
  s.answer("POST", "jobs:batch", 200, created("1"));
  auto arguments = ask_for({"foo"});
  arguments.wait = true;
  CHECK(run_request(arguments, s.parties) == 1);
  CHECK(s.complaints == std::vector<std::string>{"no such thing"});
}

TEST_CASE("request: two requests for one job wait for it once") {
  GridScene s;
  s.answer("POST", "jobs:batch", 200, created("11"));
  s.answer("GET", "jobs/j-1", 200, ended("done", "PASS"));
  auto arguments = ask_for({"foo", "foo"});
  arguments.wait = true;
  arguments.json = true;
  CHECK(run_request(arguments, s.parties) == 0);
  CHECK(s.http.asked.size() == 2);
}

}  // namespace sluice::cli
