// src/web/api_jobs.cc: asking for tests, looking at them, acting on them.
#include <doctest/doctest.h>

#include <string>

#include "store/event_rows.h"
#include "support/api_world.h"

namespace sluice::web {

using test::ApiWorld;

namespace {
const std::string kFooJob =
    R"({"queue": "debci-noble-amd64", "package": "foo", "parameters": {"triggers": ["a/1"]}})";
}

// testgrid 5.1
TEST_CASE("api jobs: asked once it is created, twice it is the same one") {
  ApiWorld w;
  const auto created = *w.ask("POST", "jobs", kFooJob);
  CHECK(created.status == 201);
  CHECK(created.body == "{\"how\": \"created\", \"job\": \"j-1\"}\n");
  const auto again = *w.ask("POST", "jobs", kFooJob);
  CHECK(again.status == 200);
  CHECK(again.body == "{\"how\": \"existing\", \"job\": \"j-1\"}\n");
  const auto job = w.json("GET", "jobs/j-1");
  CHECK(*job.find("state")->string() == "queued");
  CHECK(w.text(*job.find("parameters")) == "{\"triggers\": [\"a/1\"]}");
  CHECK(w.json("GET", "jobs/j-1/events").find("events")->list()->size() == 1);
}

// autopkgtest 1.4
TEST_CASE("api jobs: what is refused is told, and kept with its reason") {
  ApiWorld w;
  const auto refused = *w.ask("POST", "jobs", R"({"queue": "x", "package": "foo"})");
  CHECK(refused.status == 400);
  CHECK(refused.body.find("debci-[CONTEXT-]RELEASE-ARCH") != std::string::npos);
  CHECK(w.status("POST", "jobs", R"({"queue": "debci-n-a", "package": "../x"})") == 400);
  CHECK(w.status("POST", "jobs", R"({"queue": "debci-n-a", "package": "x.changes"})") == 400);
  const auto list = w.json("GET", "rejected");
  CHECK(list.find("rejected")->list()->size() == 3);
}

// testgrid 6.5
TEST_CASE("api jobs: of too many it is told when to come again, and they are seen") {
  ApiWorld w;
  for (int i = 0; i < 20; ++i) CHECK(w.status("POST", "jobs", kFooJob) < 300);
  const auto refused = *w.ask("POST", "jobs", kFooJob);
  CHECK(refused.status == 429);
  CHECK(sys::header_of(refused.headers, "Retry-After") == "3600");
  const auto item = w.json("POST", "jobs:batch", "{\"requests\": [" + kFooJob + "]}");
  CHECK(w.text(item).contains("\"retry_after\": 3600"));
  CHECK(w.json("GET", "rejected").find("rejected")->list()->size() == 1);
}

// testgrid 6.5
TEST_CASE("api jobs: over the cap each that is refused is seen, of private ones the key") {
  flow::DeskLimits limits;
  limits.storm_max = 1;
  ApiWorld w(web::Role::admin, limits);
  CHECK(w.status("POST", "jobs", kFooJob) == 201);
  for (const auto* other : {R"({"queue": "debci-noble-amd64", "package": "bar",
                                "parameters": {"triggers": ["a/1"]}})",
                            R"({"queue": "debci-noble-amd64", "package": "secret",
                                "parameters": {"triggers": ["a/1"], "readable-by": "jo"}})"}) {
    const auto refused = *w.ask("POST", "jobs", other);
    CHECK(refused.status == 429);
    CHECK(sys::header_of(refused.headers, "Retry-After") == "600");
  }
  CHECK(w.json("GET", "rejected").find("rejected")->list()->size() == 2);
  std::string kept;
  w.keeper->post([&](flow::JobDesk& desk, base::Instant) -> flow::Keeper::After {
    const auto rejected = store::list_rejected(desk.db(), 10).value();
    for (const auto& one : rejected) kept += one.body + "\n";
    return [](const base::Result<void>&) {};
  });
  w.keeper->turn();
  CHECK(kept.contains("bar {"));
  CHECK(kept.contains("private, key "));
  CHECK_FALSE(kept.contains("secret"));
}

// autopkgtest 2.8
TEST_CASE("api jobs: of what is refused no token is kept, and what was private is not shown") {
  ApiWorld w;
  CHECK(w.status("POST", "jobs", R"({"queue": "debci-noble-amd64", "package": "foo", "parameters":
                                     {"ppas": ["me:s3cret@o/p"], "env": ["=x"]}})") == 400);
  std::string kept;
  w.keeper->post([&](flow::JobDesk& desk, base::Instant) -> flow::Keeper::After {
    for (const auto& one : store::list_rejected(desk.db(), 10).value()) kept += one.body;
    return [](const base::Result<void>&) {};
  });
  w.keeper->turn();

  CHECK(kept.contains("***@o/p"));
  CHECK_FALSE(kept.contains("s3cret"));
  const auto shown = w.text(w.json("GET", "rejected"));
  CHECK_FALSE(shown.contains("o/p"));
  CHECK_FALSE(shown.contains("foo"));
}

// testgrid 6.5
TEST_CASE("api jobs: what we cannot do is no fault of who asks") {
  ApiWorld w;
  CHECK(w.status("POST", "jobs", kFooJob) == 201);  // all that it takes is prepared by now
  w.keeper->post([](flow::JobDesk& desk, base::Instant) -> flow::Keeper::After {
    REQUIRE(desk.db().use("DROP TABLE event").run());
    return [](const base::Result<void>&) {};
  });
  const auto* other = R"({"queue": "debci-noble-amd64", "package": "bar",
                          "parameters": {"triggers": ["a/1"]}})";
  CHECK(w.status("POST", "jobs", other) >= 500);
}

// testgrid 5.1
TEST_CASE("api jobs: a batch has a result for each") {
  ApiWorld w;
  const auto answer =
      w.json("POST", "jobs:batch",
             "{\"producer\": \"gate\", \"requests\": [" + kFooJob + ", " + kFooJob + ", {}]}");
  CHECK(w.text(answer) ==
        "{\"results\": [{\"how\": \"created\", \"job\": \"j-1\"}, {\"how\": \"existing\", "
        "\"job\": \"j-1\"}, {\"how\": \"refused\", \"why\": \"queue \\\"\\\" is not of the form "
        "debci-[CONTEXT-]RELEASE-ARCH\"}]}");
  CHECK(w.status("POST", "jobs:batch", "{}") == 400);
}

// testgrid 5.1
TEST_CASE("api jobs: lists are filtered") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kFooJob);
  const auto count = [&](const std::string& query) {
    return w.json("GET", "jobs" + query).find("jobs")->list()->size();
  };
  CHECK(count("") == 1);
  CHECK(count("?state=queued&release=noble&arch=amd64&package=foo&open=1") == 1);
  CHECK(count("?state=done") == 0);
  CHECK(count("?context=huge") == 0);
  CHECK(count("?after=j-1") == 0);
  CHECK(count("?regressions=1") == 0);
  (void)w.json("POST", "jobs/j-1:cancel", R"({"by": "jane"})");
  (void)w.json("POST", "jobs", kFooJob);
  CHECK(count("") == 2);
  CHECK(count("?newest=1") == 1);
  CHECK(w.status("POST", "jobs/j-1:retry", R"({"by": "jane"})") == 409);  // j-2 is for the same
  CHECK(w.status("GET", "jobs?state=lost") == 400);
}

// testgrid 1.5 (T10, T5)
TEST_CASE("api jobs: a hold is of a kind; one for broken infrastructure is released like any") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kFooJob);
  const auto hold = R"({"by": "j", "reason": "r", "kind": "repeated_infra", "ref": "INFRA.BOOT"})";
  CHECK(w.text(w.json("POST", "jobs/j-1:hold", hold)).contains("INFRA.BOOT"));
  CHECK(w.status("POST", "jobs/j-1:hold", R"({"by": "j", "reason": "r", "kind": "x"})") == 400);
  const auto other = R"({"by": "j", "kind": "repeated_infra", "ref": "INFRA.DISK"})";
  CHECK(w.status("POST", "jobs/j-1:release", other) == 409);
  const auto released = w.json("POST", "jobs/j-1:release", R"({"by": "j"})");
  CHECK(*released.find("state")->string() == "queued");
}

// testgrid 1.5
TEST_CASE("api jobs: actions name who wants them, and why") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kFooJob);
  CHECK(w.status("POST", "jobs/j-1:cancel", "{}") == 400);
  CHECK(w.status("POST", "jobs/j-1:retry", R"({"by": "jane"})") == 409);
  CHECK(w.status("POST", "jobs/j-1:hold", R"({"by": "jane"})") == 400);
  CHECK(w.status("POST", "jobs/j-1:explode", R"({"by": "jane", "reason": "x"})") == 404);
  const auto held = w.json("POST", "jobs/j-1:hold", R"({"by": "jane", "reason": "looks bad"})");
  CHECK(*held.find("state")->string() == "held");
  CHECK(w.text(held).find("jane: looks bad") != std::string::npos);
  CHECK(w.status("POST", "jobs/j-1:extend", R"({"by": "j", "reason": "r", "hours": 0})") == 400);
  CHECK(w.status("POST", "jobs/j-1:extend", R"({"by": "j", "reason": "r", "hours": 9})") == 200);
  CHECK(w.status("POST", "jobs/j-1:release", "{}") == 400);
  CHECK(w.status("POST", "jobs/j-1:release", R"({"by": "jane", "kind": "no"})") == 400);
  CHECK(w.status("POST", "jobs/j-1:release", R"({"by": "jane", "kind": "wait_for"})") == 409);
  CHECK(w.status("POST", "jobs/j-1:release", R"({"by": "jane"})") == 200);
  const auto again = w.ask("POST", "jobs/j-1:release", R"({"by": "jane"})");
  CHECK(again->status == 409);
  CHECK(again->body.contains("job 1 is not held"));
  CHECK(*w.json("POST", "jobs/j-1:cancel", R"({"by": "jane"})").find("state")->string() ==
        "cancelled");
}

// autopkgtest 1.2
TEST_CASE("api jobs: of a private one nothing is told but that it is there") {
  ApiWorld w;
  (void)w.json("POST", "jobs",
               R"({"queue": "debci-ppa-noble-amd64", "package": "secret", "parameters":
                   {"triggers": ["a/1"], "ppas": ["me:tok3n@me/ppa"], "swiftuser": "me"}})");
  for (const auto* target : {"jobs", "jobs/j-1", "jobs/j-1/events"}) {
    const auto answer = w.ask("GET", target)->body;
    CHECK(answer.find("secret") == std::string::npos);
    CHECK(answer.find("tok3n") == std::string::npos);
  }
}

}  // namespace sluice::web
