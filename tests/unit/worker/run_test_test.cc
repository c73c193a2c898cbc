#include "worker/run_test.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "codec/json.h"
#include "codec/tar.h"
#include "results/result_tar.h"
#include "support/worker_scene.h"

using namespace sluice;
using namespace std::chrono_literals;
using base::ErrorKind;
using Fault = test::MemoryTestQueue::Fault;
using test::WorkerScene;
using worker::RunEnd;

namespace {

worker::RunResult run(WorkerScene& scene) {
  auto doors = scene.doors();
  const auto lease = scene.lease();
  return worker::run_test(scene.settings, scene.slot, lease, doors);
}

results::RunReport stored(WorkerScene& scene) {
  const auto& place = scene.queue.ends.at(0).place;
  const auto object = scene.store.get(place.container, place.directory + "/result.tar");
  REQUIRE(object);
  return results::parse_result_tar(object->bytes, "gzip").value();
}

codec::Value stored_testinfo(WorkerScene& scene) {
  const auto& place = scene.queue.ends.at(0).place;
  const auto object = scene.store.get(place.container, place.directory + "/result.tar");
  REQUIRE(object);
  const auto files = codec::read_tar(object->bytes, 1 << 20).value();
  return codec::parse_json(files.at("testinfo.json")).value();
}

bool is_empty(WorkerScene& scene) { return scene.store.containers()->empty(); }

}  // namespace

// autopkgtest 2.7; testgrid 1.4
TEST_CASE("run test: a pass is uploaded, then told") {
  WorkerScene scene;
  scene.groups.ticks = 42;

  const auto result = run(scene);

  CHECK(result.end == RunEnd::finished);
  REQUIRE(scene.queue.ends.size() == 1);
  const auto& end = scene.queue.ends[0];
  CHECK(end.outcome == adt::Outcome::pass);
  CHECK(end.exit_code == 0);
  CHECK(end.version == "gzip 1.12-1");
  CHECK(end.duration == 42s);
  CHECK(end.place.container == "autopkgtest-noble");
  CHECK(end.place.directory.starts_with("noble/amd64/g/gzip/20260102_030447_"));
  CHECK(end.digest.size() == 64);
  CHECK(stored(scene).exit_code == 0);
}

// autopkgtest 2.4; testgrid 1.4
TEST_CASE("run test: the tool is started with the mark and the limit") {
  WorkerScene scene;
  scene.settings.config.run_limit = 60s;

  (void)run(scene);

  const auto& command = scene.groups.commands.at(0);
  CHECK(command.command.argv.front() == "autopkgtest");
  CHECK(command.command.argv.back() == "noble");
  CHECK(command.command.environment ==
        std::vector<std::pair<std::string, std::string>>{{"SLUICE_WORKER_DIRECTORY", "/work-dir"}});
  CHECK(command.limit == 60s);
}

// testgrid 1.4 (compatibility guard)
TEST_CASE("run test: an attempt that infrastructure broke lies where no reader of results looks") {
  WorkerScene scene;
  scene.fail_with(16, "testbed failure: unexpected eof from the testbed\n");

  const auto result = run(scene);

  CHECK(adt::class_of(result.outcome) == adt::OutcomeClass::infra);
  CHECK(scene.queue.ends.at(0).place.container == "autopkgtest-noble-infra");
  CHECK(stored(scene).exit_code == 16);
}

// testgrid 1.4
TEST_CASE("run test: a result that the store does not keep is no verdict") {
  WorkerScene scene;
  scene.store.keeps = [](const std::string&) { return test::MemoryResultStore::Kept::lost; };

  CHECK(run(scene).end == RunEnd::finished);

  const auto& end = scene.queue.ends.at(0);
  CHECK(end.outcome == adt::Outcome::infra_store_inconsistent);
  CHECK(end.place.directory.empty());
}

// testgrid 1.1, 1.3; ADR 36
TEST_CASE("run test: a suspect failure lies among results only when no re-run is left") {
  const struct {
    const char* name;
    int reruns_left;
    const char* container;
    const char* said;
  } cases[] = {{"runs again", 2, "autopkgtest-noble-infra", "put aside and run again"},
               {"stands", 0, "autopkgtest-noble", "it stands, no re-run is left"}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    WorkerScene scene;
    scene.fail_with(4, "smoke                FAIL non-zero exit status 1\n");
    scene.groups.leaves["log"] =
        "autopkgtest [10:00:00]: test smoke: [-----------------------\n"
        "Temporary failure resolving 'archive'\n";
    auto doors = scene.doors();
    auto lease = scene.lease();
    lease.suspect_reruns_left = c.reruns_left;

    CHECK(worker::run_test(scene.settings, scene.slot, lease, doors).end == RunEnd::finished);

    const auto& end = scene.queue.ends.at(0);
    CHECK(end.outcome == adt::Outcome::fail);
    CHECK(end.suspicion == "suspect-dns");
    CHECK(end.run_again == (c.reruns_left > 0));
    CHECK(end.place.container == c.container);
    CHECK(end.detail.contains(c.said));
    CHECK(scene.store.containers().value() == std::vector<std::string>{c.container});
  }
}

// testgrid 1.4
TEST_CASE("run test: what is not testable keeps its raw exit code for stock readers") {
  WorkerScene scene;
  scene.fail_with(12, "badpkg: Test dependencies are unsatisfiable.\n");

  CHECK(run(scene).outcome == adt::Outcome::untestable_deps);
  CHECK(scene.queue.ends.at(0).place.container == "autopkgtest-noble");
  CHECK(stored(scene).exit_code == 12);
}

// autopkgtest 3; testgrid 1.1
TEST_CASE("run test: tests of another source than the one asked for are no verdict about it") {
  WorkerScene scene;
  scene.groups.leaves["testpkg-version"] = "zlib 1:1.3-1\n";

  CHECK(run(scene).outcome == adt::Outcome::untestable_control);
  const auto& end = scene.queue.ends.at(0);
  CHECK(end.detail.contains("testpkg-version names zlib, and gzip was asked for"));
  CHECK(end.version == "gzip unknown");
  CHECK(adt::check_exit_code(end));
  CHECK(stored(scene).exit_code == 12);
}

// autopkgtest 1.2; testgrid 1.4
TEST_CASE("run test: heartbeats come at the lease's interval with phase and tail") {
  WorkerScene scene;
  scene.groups.prints = "autopkgtest [10:00:00]: test smoke: [-----------------------\n";
  scene.groups.ticks = 60;

  (void)run(scene);

  CHECK(scene.queue.heartbeats.size() == 5);  // every 15 of 60 seconds, and when it is over
  const auto& first = scene.queue.heartbeats.at(0);
  CHECK(first.duration == 15s);
  CHECK(first.phase == queue::Phase::running);
  CHECK(first.test == "smoke");
  CHECK(first.log_bytes == scene.groups.prints.size());
  CHECK(first.log_tail.contains("test smoke"));
  const auto& last = scene.queue.heartbeats.back();
  CHECK(last.phase == queue::Phase::collecting);
}

// autopkgtest 1.2: the last status shows the last of the log
TEST_CASE("run test: the queue hears of the log of a run that was shorter than the interval") {
  WorkerScene scene;
  scene.groups.prints = "the only line\n";

  (void)run(scene);

  REQUIRE(scene.queue.heartbeats.size() == 1);
  CHECK(scene.queue.heartbeats[0].log_tail.contains("the only line"));
}

// testgrid 1.4
TEST_CASE("run test: each heartbeat brings what the queue has not heard of the log") {
  WorkerScene scene;
  scene.groups.prints = "the first line\n";
  scene.groups.prints_each_tick = "x";
  scene.groups.ticks = 60;
  scene.queue.at_heartbeat = {Fault::none, Fault::question_lost, Fault::answer_lost};

  (void)run(scene);

  std::vector<std::pair<std::uint64_t, std::size_t>> pieces;
  for (const auto& beat : scene.queue.heartbeats) {
    pieces.emplace_back(beat.log_piece.from, beat.log_piece.bytes.size());
    CHECK(beat.log_piece.from + beat.log_piece.bytes.size() == beat.log_bytes);
  }
  // The second was not heard, and of the third it is not known.
  CHECK(pieces == std::vector<std::pair<std::uint64_t, std::size_t>>{
                      {0, 30}, {30, 15}, {30, 30}, {30, 45}, {75, 0}});
}

// autopkgtest 1.2
TEST_CASE("run test: a private log is not shown") {
  WorkerScene scene;
  scene.request.readable_by = {"somebody"};
  scene.request.swiftuser = "user";
  scene.groups.prints = "autopkgtest [10:00:00]: test secret: [-----------------------\n";
  scene.groups.ticks = 20;

  (void)run(scene);

  CHECK_FALSE(scene.queue.heartbeats.at(0).log_tail.contains("secret"));
  CHECK(scene.queue.heartbeats.at(0).test.empty());
  for (const auto& beat : scene.queue.heartbeats) CHECK(beat.log_piece.bytes.empty());
}

// testgrid 1.4
TEST_CASE("run test: a store that is slower than the lease lives loses no result") {
  WorkerScene scene;
  scene.store.on_put = [&](const results::GoOn& go_on) {
    for (int i = 0; i < 200; ++i) {
      scene.clock.now_ += 1s;
      if (!go_on()) return false;
    }
    return true;
  };
  static_assert(test::MemoryGrid::kTtl < 200s);

  const auto result = run(scene);

  CHECK(result.end == RunEnd::finished);
  CHECK(result.outcome == adt::Outcome::pass);
  CHECK(scene.grid.counted() == std::vector<std::string>{"gzip PASS"});
  CHECK(scene.queue.heartbeats.size() > 3 * 200 / 15);
  CHECK(scene.queue.heartbeats.back().phase == queue::Phase::collecting);
}

// testgrid 1.4
TEST_CASE("run test: a lease that is lost while the store is slow ends the upload soon") {
  WorkerScene scene;
  auto began = scene.clock.now();
  scene.store.on_put = [&](const results::GoOn& go_on) {
    began = scene.clock.now();
    scene.give_to_another();
    for (int i = 0; i < 200; ++i) {
      scene.clock.now_ += 1s;
      if (!go_on()) return false;
    }
    return true;
  };

  CHECK(run(scene).end == RunEnd::lost);

  CHECK(scene.clock.now() - began <= test::MemoryGrid::kHeartbeat);
  CHECK(scene.queue.ends.empty());
  CHECK(scene.store.list("autopkgtest-noble", {})->empty());
}

// testgrid 1.4
TEST_CASE("run test: a lost lease ends the run and nothing is uploaded") {
  WorkerScene scene;
  scene.groups.ticks = 1000;
  scene.groups.on_run = [&] { scene.give_to_another(); };

  CHECK(run(scene).end == RunEnd::lost);

  CHECK(scene.queue.heartbeats.size() == 1);
  CHECK(scene.queue.ends.empty());
  CHECK(is_empty(scene));
}

// testgrid 1.5 (T12)
TEST_CASE("run test: a cancelled run is ended and confirmed, and nothing is uploaded") {
  WorkerScene scene;
  scene.groups.ticks = 1000;
  scene.groups.on_run = [&] { scene.grid.cancel(1); };

  CHECK(run(scene).end == RunEnd::lost);

  REQUIRE(scene.queue.ends.size() == 1);
  CHECK(scene.queue.ends[0].outcome == adt::Outcome::cancelled);
  CHECK(scene.queue.ends[0].place.directory.empty());
  CHECK(is_empty(scene));
}

// testgrid 1.4
TEST_CASE("run test: a queue that does not answer heartbeats stops nothing") {
  WorkerScene scene;
  scene.groups.ticks = 30;
  scene.queue.at_heartbeat = {Fault::question_lost, Fault::answer_lost};

  CHECK(run(scene).end == RunEnd::finished);
  CHECK(scene.queue.ends.at(0).outcome == adt::Outcome::pass);
}

// autopkgtest 2.8
TEST_CASE("run test: a second SIGTERM ends the run and gives it back") {
  WorkerScene scene;
  scene.groups.ticks = 1000;
  scene.groups.on_run = [&] { scene.signals.counts.terminations = 2; };

  CHECK(run(scene).end == RunEnd::given_back);

  CHECK(scene.queue.given_back.size() == 1);
  CHECK(scene.queue.ends.empty());
  CHECK(is_empty(scene));
}

// autopkgtest 2.8
TEST_CASE("run test: a first SIGTERM lets the test end") {
  WorkerScene scene;
  scene.signals.counts.terminations = 1;
  CHECK(run(scene).end == RunEnd::finished);
}

// autopkgtest 2.3
TEST_CASE(
    "run test: packages that are never run, and what is not supported, are answered at once") {
  WorkerScene scene;
  scene.settings.config.per_package_config_dir = "/lists";
  scene.files.put("/lists/never_run", "gzip\n");
  CHECK(run(scene).outcome == adt::Outcome::excluded);
  CHECK(scene.queue.ends.at(0).version == "gzip blacklisted");
  CHECK(scene.queue.ends.at(0).duration == 0s);
  CHECK(stored(scene).exit_code == 99);
  CHECK(stored(scene).triggers == std::vector<std::string>{"glibc/2.36-9"});
  CHECK(scene.groups.commands.empty());

  WorkerScene old;
  old.settings.config.unsupported = {"noble/amd64"};
  CHECK(run(old).outcome == adt::Outcome::excluded);
  CHECK(old.queue.ends.at(0).version == "gzip unknown");
}

// autopkgtest 2.6
TEST_CASE("run test: the site's rules are read for every run, and wrong ones change nothing") {
  WorkerScene scene;
  scene.fail_with(16, "testbed failure: the cloud is out of rain\n");
  scene.settings.config.failure_rules = "/rules";
  scene.files.put("/rules",
                  "- {id: rain, scope: testbed, outcome: INFRA.PREEMPTED, blame: oper,\n"
                  "   patterns: [\"out of rain\"], hits: [\"out of rain\"]}\n");
  CHECK(run(scene).outcome != adt::Outcome::infra_preempted);
  CHECK(scene.log.lines.at(0).contains("no such blame"));
  scene.files.put("/rules",
                  "- {id: rain, scope: testbed, outcome: INFRA.PREEMPTED, blame: operator,\n"
                  "   patterns: [\"out of rain\"], hits: [\"out of rain\"]}\n");
  CHECK(run(scene).outcome == adt::Outcome::infra_preempted);
}

// autopkgtest 2.4
TEST_CASE("run test: a PPA becomes files that are copied, with credentials only in them") {
  WorkerScene scene;
  scene.request.ppas = {"user:token@me/tools"};
  scene.request.swiftuser = "user";
  std::string auth;
  scene.groups.on_run = [&] {
    auth = scene.files.read("/work-dir/host-1/autopkgtest-ppa-1.auth").value_or("");
  };

  (void)run(scene);

  CHECK(auth.contains("password token"));
  for (const auto& word : scene.groups.commands.at(0).command.argv)
    CHECK_FALSE(word.contains("token"));
  CHECK_FALSE(scene.files.exists("/work-dir/host-1/autopkgtest-ppa-1.auth"));
}

// autopkgtest 1.6
TEST_CASE("run test: a PPA without its key is not tested") {
  WorkerScene scene;
  scene.request.ppas = {"me/tools"};
  scene.keys.key = base::fail(ErrorKind::corrupt, "another key");

  const auto result = run(scene);
  CHECK(result.outcome == adt::Outcome::infra_provision);
  CHECK(result.blame == adt::Blame::service);
  CHECK(scene.groups.commands.empty());
}

// autopkgtest 1.4, 1.6; testgrid 1.1 (class D)
TEST_CASE(
    "run test: a request that nobody can run is rejected with the reason, not infrastructure") {
  WorkerScene scene;
  SUBCASE("there is no such PPA") {
    scene.request.ppas = {"me/tools"};
    scene.keys.key = base::fail(ErrorKind::not_found, "no such PPA");
  }
  SUBCASE("a password in the URL") { scene.request.test_git = "https://me:pw@git.example/x"; }

  CHECK(run(scene).outcome == adt::Outcome::rejected);
  REQUIRE(scene.queue.ends.size() == 1);
  CHECK(scene.queue.ends[0].outcome == adt::Outcome::rejected);
  CHECK(scene.queue.ends[0].blame == adt::Blame::oper);
  CHECK_FALSE(scene.queue.ends[0].detail.empty());
  CHECK(scene.queue.ends[0].place.directory.empty());
  CHECK(is_empty(scene));
  CHECK(scene.groups.commands.empty());
}

TEST_CASE("run test: what this worker cannot do goes to another one") {
  WorkerScene scene;
  scene.settings.config.args = "null";
  scene.request.ppas = {"me/tools"};
  CHECK(run(scene).outcome == adt::Outcome::infra_provision);

  WorkerScene missing;
  missing.groups.end = base::fail(ErrorKind::not_found, "starting autopkgtest");
  CHECK(run(missing).outcome == adt::Outcome::infra_provision);
}

// testgrid 1.1 (STORE.UPLOAD)
TEST_CASE("run test: a result that cannot be stored is no result") {
  WorkerScene scene;
  scene.store.be_down_at(1);

  CHECK(run(scene).end == RunEnd::finished);

  const auto& end = scene.queue.ends.at(0);
  CHECK(end.outcome == adt::Outcome::infra_store_upload);
  CHECK(end.place.directory.empty());
}

// testgrid 1.4
TEST_CASE("run test: the end is told until it is heard, or is somebody else's to tell") {
  WorkerScene scene;
  scene.queue.at_finish = {Fault::question_lost, Fault::answer_lost};
  CHECK(run(scene).end == RunEnd::finished);
  CHECK(scene.queue.ends.size() == 3);
  CHECK(scene.waiter.waited == std::vector<std::chrono::milliseconds>{10s, 20s});
  CHECK(scene.grid.counted() == std::vector<std::string>{"gzip PASS"});

  WorkerScene late;
  late.groups.ticks = 10;  // no heartbeat is due after the lease is lost
  late.groups.on_run = [&] { late.give_to_another(); };
  CHECK(run(late).end == RunEnd::lost);
  CHECK(late.queue.ends.size() == 1);
}

// testgrid 1.4
TEST_CASE("run test: nothing is left behind") {
  WorkerScene scene;
  scene.files.put("/work-dir/host-1/output/old", "of a worker that died");

  (void)run(scene);

  CHECK(scene.files.paths().empty());
}

// testgrid 1.3, 1.4
TEST_CASE("run test: how far it came is told while it runs, and at its end on what that rests") {
  WorkerScene scene;
  scene.groups.prints =
      "autopkgtest [10:00:00]: testbed dpkg architecture: amd64\n"
      "autopkgtest [10:00:00]: testing package gzip version 1.12-1\n";
  scene.groups.prints_each_tick =
      "autopkgtest [10:00:20]: test smoke: [-----------\n"
      "autopkgtest [10:00:20]: test smoke: -----------]\n";
  scene.groups.tick = 20s;

  (void)run(scene);

  CHECK(scene.queue.heartbeats.at(0).reached == adt::RunPhase::test_end);
  const auto& proof = scene.queue.ends.at(0).proof;
  CHECK(proof.phase == adt::RunPhase::test_end);
  std::string seen;
  for (const auto& each : proof.evidence)
    seen += fmt::format("{} {}, ", each.detail, each.at.count());
  CHECK(seen ==
        "prepare 0, boot 0, setup 0, test-begin 20, test-end 20, test-end 20, 0 20, "
        "1 of 1 tests passed 20, ");
  const auto info = stored_testinfo(scene);
  CHECK(info.text("outcome-phase") == "test-end");
  CHECK(info.find("outcome-evidence")->list()->size() == proof.evidence.size());
}

// testgrid 1.3
TEST_CASE("run test: a run whose files nobody kept says so beside what it saw") {
  WorkerScene scene;
  scene.store.be_down_at(1);

  (void)run(scene);

  const auto& end = scene.queue.ends.at(0);
  CHECK(end.outcome == adt::Outcome::infra_store_upload);
  CHECK(end.proof.phase == adt::RunPhase::test_end);
  CHECK(end.proof.evidence.back().kind == adt::EvidenceKind::store);
  CHECK(end.proof.evidence.back().weight == adt::EvidenceWeight::decides);
}
