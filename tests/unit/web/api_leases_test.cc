// src/web/api_leases.cc: a worker's side.
#include <doctest/doctest.h>

#include <string>

#include "support/api_world.h"

namespace sluice::web {

using test::ApiWorld;

namespace {

const std::string kLeasedFoo =
    R"({"queue": "debci-noble-amd64", "package": "foo", "parameters": {"triggers": ["a/1"]}})";
const std::string kAsk = R"({"queues": ["debci-noble-amd64"], "wait": 0})";
const std::string kBeat =
    R"({"worker": "h-1", "phase": "running", "duration": 5, "log_bytes": 9, "log_tail": "t",
        "test": "smoke"})";
const std::string kPass =
    R"({"worker": "h-1", "outcome": "PASS", "blame": "unknown", "detail": "", "exit_code": 0,
        "version": "foo 1", "duration": 30, "container": "autopkgtest-noble",
        "directory": "noble/amd64/f/foo/20260101_000000_abcde@", "digest": "d"})";

}  // namespace

// testgrid 1.4
TEST_CASE("api leases: leased, alive, complete, and the run is listed") {
  ApiWorld w;
  CHECK(w.status("POST", "workers/h-1/lease", kAsk) == 204);
  (void)w.json("POST", "jobs", kLeasedFoo);
  const auto lease = w.json("POST", "workers/h-1/lease", kAsk);
  CHECK(std::get<std::int64_t>(*lease.find("epoch")) == 1);
  CHECK(w.text(w.json("POST", "leases/j-1.1:heartbeat", kBeat)) == "{\"order\": \"go_on\"}");
  const auto running = w.json("GET", "running");
  CHECK(w.text(running).find("\"log_tail\": \"t\"") != std::string::npos);
  CHECK(w.status("POST", "leases/j-1.2:heartbeat", kBeat) == 409);
  CHECK(w.status("POST", "leases/j-1.1:complete", kPass) == 200);
  CHECK(w.status("POST", "leases/j-1.1:complete", kPass) == 200);
  const auto runs = w.json("GET", "runs?package=foo&release=noble&arch=amd64");
  REQUIRE(runs.find("runs")->list()->size() == 1);
  CHECK(w.text(runs).find("/results/autopkgtest-noble/noble/amd64/f/foo/2026") !=
        std::string::npos);
}

// testgrid 1.4
TEST_CASE("api leases: a colon is part of a worker's name") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kLeasedFoo);
  (void)w.json("POST", "workers/lxd%3Ahost-1/lease", kAsk);
  CHECK(w.text(w.json("GET", "running")).contains("lxd:host-1"));
  CHECK(w.status("POST", "workers/h-1:lease", kAsk) == 404);
}

// testgrid 1.4
TEST_CASE("api leases: a worker that waits hears as soon as there is work") {
  ApiWorld w;
  auto answer = std::make_shared<std::optional<sys::ServerResponse>>();
  const sys::ServerRequest request{"POST",
                                   "/api/v1/workers/h-1/lease",
                                   {{"Content-Type", "application/json"}},
                                   R"({"queues": ["debci-noble-amd64"], "wait": 60})",
                                   ""};
  w.api.answer(request, parse_target(request.target).value(),
               [answer](sys::ServerResponse response) { *answer = std::move(response); });
  w.keeper->turn();
  CHECK_FALSE(*answer);
  (void)w.json("POST", "jobs", kLeasedFoo);
  REQUIRE(*answer);
  CHECK((*answer)->status == 200);
}

// testgrid 7
TEST_CASE("api leases: garbage and liars are refused") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kLeasedFoo);
  (void)w.json("POST", "workers/h-1/lease", kAsk);
  CHECK(w.status("POST", "leases/j-1.1:complete", "{}") == 400);
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", "{}") == 400);
  CHECK(w.status("POST", "leases/j-1:heartbeat", kBeat) == 404);
  CHECK(w.status("POST", "leases/j-1.1:dance", "{}") == 404);
  CHECK(w.status("POST", "leases/j-1.1:give_back", R"({"worker": "liar"})") == 409);
  auto other = kPass;
  other.replace(other.find("f/foo/"), 6, "b/bar/");
  CHECK(w.status("POST", "leases/j-1.1:complete", other) == 400);
  auto proofless = kPass;
  proofless.replace(proofless.find("\"digest\": \"d\""), 13, "\"digest\": \"\"");
  CHECK(w.status("POST", "leases/j-1.1:complete", proofless) == 400);
  CHECK(w.status("POST", "leases/j-1.1:give_back", R"({"worker": "h-1", "why": "x"})") == 200);
}

}  // namespace sluice::web
