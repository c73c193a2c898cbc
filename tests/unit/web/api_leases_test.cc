// src/web/api_leases.cc: a worker's side.
#include <doctest/doctest.h>

#include <string>

#include "codec/base64.h"
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

std::string beat_with(const std::string& log_bytes, const std::string& from,
                      const std::string& piece) {
  return R"({"worker": "h-1", "phase": "running", "duration": 5, "log_tail": "t", "test": "smoke",
             "log_bytes": )" +
         log_bytes + R"(, "log_from": )" + from + R"(, "log_piece": ")" + piece + "\"}";
}

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

// testgrid 1.4
TEST_CASE("api leases: the log of a running test is read from any byte on") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kLeasedFoo);
  CHECK(w.text(w.json("GET", "jobs/j-1/log")) ==
        R"({"bytes": "", "epoch": 0, "from": 0, "job": "j-1", "next": 0})");
  (void)w.json("POST", "workers/h-1/lease", kAsk);
  (void)w.json("POST", "leases/j-1.1:heartbeat",
               beat_with("9", "0", codec::to_base64("one\x9b two")));
  CHECK(w.text(w.json("GET", "jobs/j-1/log")) ==
        R"({"bytes": "b25lmyB0d28=", "epoch": 1, "from": 0, "job": "j-1", "next": 8})");
  CHECK(w.text(w.json("GET", "jobs/j-1/log?epoch=1&from=5")) ==
        R"({"bytes": "dHdv", "epoch": 1, "from": 5, "job": "j-1", "next": 8})");
  CHECK(w.text(w.json("GET", "running")).find("log_piece") == std::string::npos);
  CHECK(w.status("POST", "leases/j-1.1:complete", kPass) == 200);
  CHECK(w.text(w.json("GET", "jobs/j-1/log?epoch=1&from=5")).contains("dHdv"));
  for (const auto* query : {"from=-1", "from=x", "epoch=x", "from=99999999999999999999"})
    CHECK(w.status("GET", std::string("jobs/j-1/log?") + query) == 400);
  CHECK(w.status("GET", "jobs/j-9/log") == 404);
  CHECK(w.status("POST", "jobs/j-1/log", "{}") == 405);
}

// testgrid 1.4, 7
TEST_CASE("api leases: pieces of a log that cannot be, or of another's lease, leave no trace") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kLeasedFoo);
  (void)w.json("POST", "workers/h-1/lease", kAsk);
  const auto piece = codec::to_base64("evil");
  CHECK(w.status("POST", "leases/j-1.2:heartbeat", beat_with("9", "0", piece)) == 409);
  auto liar = beat_with("9", "0", piece);
  liar.replace(liar.find("h-1"), 3, "h-2");
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", liar) == 409);
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", beat_with("9", "6", piece)) == 400);
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", beat_with("9", "-1", piece)) == 400);
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", beat_with("9", "0", "%%%%")) == 400);
  const auto large = codec::to_base64(std::string(queue::kLogPieceMax + 1, 'x'));
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", beat_with("99999999", "0", large)) == 400);
  CHECK(w.text(w.json("GET", "jobs/j-1/log")).contains(R"("bytes": "")"));
}

// testgrid 1.4, 7
TEST_CASE("api leases: the log of a private job is not shown, whatever its worker tells") {
  ApiWorld w;
  (void)w.json("POST", "jobs",
               R"({"queue": "debci-noble-amd64", "package": "foo", "parameters":
                   {"triggers": ["a/1"], "readable-by": ["jane"], "swiftuser": "jane"}})");
  (void)w.json("POST", "workers/h-1/lease", kAsk);
  CHECK(w.status("POST", "leases/j-1.1:heartbeat",
                 beat_with("9", "0", codec::to_base64("secret"))) == 200);
  CHECK(w.status("GET", "jobs/j-1/log") == 404);
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
  auto contradiction = kPass;
  contradiction.replace(contradiction.find("\"exit_code\": 0"), 14, "\"exit_code\": 4");
  const auto refused = w.ask("POST", "leases/j-1.1:complete", contradiction);
  CHECK(refused->status == 400);
  CHECK(refused->body.contains("outcome PASS does not go with exit code 4"));
  auto proofless = kPass;
  proofless.replace(proofless.find("\"digest\": \"d\""), 13, "\"digest\": \"\"");
  CHECK(w.status("POST", "leases/j-1.1:complete", proofless) == 400);
  CHECK(w.status("POST", "leases/j-1.1:give_back", R"({"worker": "h-1", "why": "x"})") == 200);
}

// testgrid 1.4, 5.1
TEST_CASE("api leases: what a worker told last stands with its job while it runs") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kLeasedFoo);
  (void)w.json("POST", "workers/h-1/lease", kAsk);
  CHECK(w.json("GET", "jobs/j-1").find("progress") == nullptr);  // it said nothing yet
  auto beat = kBeat;
  beat.insert(1, R"("rss_bytes": 5, "disk_free_bytes": 6, "pressure": {"io": 0.5}, )");

  CHECK(w.status("POST", "leases/j-1.1:heartbeat", beat) == 200);

  const auto job = w.json("GET", "jobs/j-1");
  REQUIRE(job.find("progress") != nullptr);
  CHECK(w.text(*job.find("progress")) ==
        R"({"disk_free_bytes": 6, "duration": 5, "log_bytes": 9, "phase": "running", )"
        R"("pressure": {"io": 0.5}, "rss_bytes": 5, "test": "smoke"})");
  CHECK(w.text(w.json("GET", "running")).contains(R"("disk_free_bytes": 6)"));
  // Workers from before there was such say none, and then none is shown.
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", kBeat) == 200);
  CHECK(w.json("GET", "jobs/j-1").find("progress")->find("rss_bytes") == nullptr);
  CHECK(w.status("POST", "leases/j-1.1:complete", kPass) == 200);
  CHECK(w.json("GET", "jobs/j-1").find("progress") == nullptr);
}

// testgrid 1.4, 7
TEST_CASE("api leases: what a worker cannot have measured is refused, and changes nothing") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kLeasedFoo);
  (void)w.json("POST", "workers/h-1/lease", kAsk);
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", kBeat) == 200);
  const auto before = w.text(w.json("GET", "jobs/j-1"));
  for (const auto* wrong : {R"("rss_bytes": -1, )", R"("disk_free_bytes": "<b>", )",
                            R"("pressure": {"cpu": 1e9}, )", R"("pressure": "much", )"}) {
    auto beat = kBeat;
    beat.insert(1, wrong);
    CHECK(w.status("POST", "leases/j-1.1:heartbeat", beat) == 400);
  }
  CHECK(w.text(w.json("GET", "jobs/j-1")) == before);
}

// testgrid 1.3, 1.4
TEST_CASE("api leases: how far a run came and on what its end rests is told on") {
  ApiWorld w;
  (void)w.json("POST", "jobs", kLeasedFoo);
  (void)w.json("POST", "workers/h-1/lease", kAsk);
  auto beat = kBeat;
  beat.insert(1, R"("reached": "setup", )");
  CHECK(w.status("POST", "leases/j-1.1:heartbeat", beat) == 200);
  CHECK(w.text(w.json("GET", "running")).contains(R"("reached": "setup")"));

  const auto end_with = [](const std::string& members) {
    auto end = kPass;
    end.insert(1, members + ", ");
    return end;
  };
  CHECK(w.status("POST", "leases/j-1.1:complete", end_with(R"("phase": "orbit")")) == 400);
  CHECK(w.status("POST", "leases/j-1.1:complete", end_with(R"("phase": "setup")")) == 400);
  const std::string evidence =
      R"("evidence": [{"at": 30, "detail": "0", "kind": "exit", "source": "tool", )"
      R"("weight": "decides"}])";
  CHECK(w.status("POST", "leases/j-1.1:complete",
                 end_with(R"("phase": "test-end", )" + evidence)) == 200);
  const auto job = w.text(w.json("GET", "jobs/j-1"));
  CHECK(job.contains(R"("phase": "test-end")"));
  CHECK(job.contains(evidence));
}

}  // namespace sluice::web
