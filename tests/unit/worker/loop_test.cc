#include "worker/loop.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "adt/run_uuid.h"
#include "results/stored_run.h"
#include "support/worker_scene.h"

using namespace sluice;
using namespace std::chrono_literals;
using base::ErrorKind;
using test::WorkerScene;

namespace {

void serve(WorkerScene& scene, worker::Rounds rounds) {
  auto doors = scene.doors();
  worker::serve_slot(scene.settings, scene.slot, doors, rounds);
}

std::chrono::milliseconds waited(const WorkerScene& scene) {
  return std::accumulate(scene.waiter.waited.begin(), scene.waiter.waited.end(), 0ms);
}

// The operator ends the loop when the Nth question for work comes.
void end_at(WorkerScene& scene, std::size_t question) {
  scene.queue.on_lease = [&scene, question] {
    if (scene.queue.asks.size() == question) scene.signals.counts.terminations = 1;
  };
}

}  // namespace

// autopkgtest 1.1
TEST_CASE("loop: a slot asks for its architecture in every release and context of its own") {
  worker::WorkerConfig config;
  config.releases = {"noble", "jammy"};
  std::string names;
  for (const auto& queue : worker::queues_of(config, "arm64")) names += queue.text() + " ";
  CHECK(names ==
        "debci-noble-arm64 debci-huge-noble-arm64 debci-ppa-noble-arm64 debci-upstream-noble-arm64 "
        "debci-jammy-arm64 debci-huge-jammy-arm64 debci-ppa-jammy-arm64 "
        "debci-upstream-jammy-arm64 ");

  config.releases = {"noble"};
  config.contexts = {"laptop", "ubuntu"};
  CHECK(worker::queues_of(config, "amd64") ==
        std::vector<adt::QueueName>{{"laptop", "noble", "amd64"}, {"", "noble", "amd64"}});
}

TEST_CASE("loop: once is one test, or none without work") {
  WorkerScene scene;
  scene.ask_for_test();
  scene.ask_for_test();
  serve(scene, worker::Rounds::once);
  CHECK(scene.queue.ends.size() == 1);
  CHECK(scene.queue.asks.at(0).worker == "host-1");

  WorkerScene idle;
  serve(idle, worker::Rounds::once);
  CHECK(idle.queue.asks.size() == 1);
}

// autopkgtest 1.6, 2.1
TEST_CASE("loop: a run that nobody named has one name, for its testbed and its readers") {
  WorkerScene scene;
  scene.settings.config.args = "schroot $UUID";
  scene.ask_for_test();

  serve(scene, worker::Rounds::once);

  const auto& place = scene.queue.ends.at(0).place;
  const auto tar = scene.store.get(place.container, place.directory + "/result.tar");
  REQUIRE(tar);
  const auto uuid = results::parse_stored_run(tar->bytes, "gzip").value().uuid;
  CHECK(uuid.size() == 36);
  CHECK(scene.groups.commands.at(0).command.argv.back() == uuid);
  CHECK(uuid == adt::lease_uuid(scene.request, {"", "noble", "amd64"}, {1, 1}));
}

// autopkgtest 2.8
TEST_CASE("loop: SIGTERM while a test runs lets it end and takes no other") {
  WorkerScene scene;
  scene.ask_for_test();
  scene.ask_for_test();
  scene.groups.on_run = [&] { scene.signals.counts.terminations = 1; };

  serve(scene, worker::Rounds::for_ever);

  CHECK(scene.queue.ends.size() == 1);
  CHECK(scene.queue.asks.size() == 1);
}

// autopkgtest 2.8
TEST_CASE("loop: an idle worker ends at a signal") {
  WorkerScene scene;
  end_at(scene, 3);
  serve(scene, worker::Rounds::for_ever);
  CHECK(scene.queue.asks.size() == 3);
}

// autopkgtest 2.8
TEST_CASE("loop: exit codes") {
  CHECK(worker::exit_code_of({.hangups = 0, .terminations = 1}) == 0);
  CHECK(worker::exit_code_of({.hangups = 1, .terminations = 0}) == 10);
  CHECK(worker::exit_code_of({.hangups = 1, .terminations = 1}) == 0);
}

// autopkgtest 2.6
TEST_CASE("loop: a worker that is broken pauses, longer each time, and does not drain the queue") {
  WorkerScene scene;
  scene.settings.config.retry_delay = 100s;
  scene.fail_with(16, "testbed failure: cannot create container\n");
  for (int i = 0; i < 4; ++i) scene.ask_for_test();
  end_at(scene, 5);

  serve(scene, worker::Rounds::for_ever);

  CHECK(scene.queue.ends.size() == 4);
  CHECK(waited(scene) == 100s + 200s + 400s + 600s);
}

// testgrid 1.1, 1.6: it is not the worker's fault
TEST_CASE("loop: requests that cannot be run, here or anywhere, stop no slot") {
  WorkerScene scene;
  SUBCASE("here") {
    scene.settings.config.args = "null";
    scene.request.ppas = {"me/tools"};
  }
  SUBCASE("anywhere") { scene.request.test_git = "https://me:pw@git.example/x"; }
  for (int i = 0; i < 3; ++i) scene.ask_for_test();
  end_at(scene, 4);

  serve(scene, worker::Rounds::for_ever);

  CHECK(scene.queue.ends.size() == 3);
  CHECK(waited(scene) == 0ms);
}

// autopkgtest 2.5, 2.6: anybody may ask for what the tool takes for a wrong call
TEST_CASE("loop: a wrong call stops a slot only once a second request has it, too") {
  WorkerScene scene;
  scene.settings.config.retry_delay = 100s;
  scene.fail_with(20, "");
  std::size_t asked = 0;
  std::chrono::milliseconds expected{0};
  SUBCASE("one request again and again") { asked = 3; }
  SUBCASE("two requests") {
    scene.ask_for_test();
    scene.request.package = "zlib";
    asked = 1;
    expected = 100s;
  }
  for (std::size_t i = 0; i < asked; ++i) scene.ask_for_test();
  end_at(scene, 3);

  serve(scene, worker::Rounds::for_ever);

  REQUIRE(scene.queue.ends.size() >= 2);
  for (const auto& end : scene.queue.ends) CHECK(end.blame == adt::Blame::grid_bug);
  CHECK(waited(scene) == expected);
}

TEST_CASE("loop: a queue that does not answer is waited for") {
  WorkerScene scene;
  scene.settings.config.retry_delay = 30s;
  scene.queue.at_lease = {test::MemoryTestQueue::Fault::question_lost};
  scene.ask_for_test();
  end_at(scene, 3);

  serve(scene, worker::Rounds::for_ever);

  CHECK(waited(scene) == 30s);
  CHECK(scene.queue.ends.size() == 1);
}

// testgrid 1.1 (DISK.WORKER), 1.6 (back-pressure is no fault)
TEST_CASE("loop: a slot without room asks for nothing, says so once, and goes on with room again") {
  WorkerScene scene;
  scene.ask_for_test();
  scene.files.free["/tmp"] = scene.settings.config.disk_free_min - 1;
  scene.waiter.on_wait = [&](std::size_t nth) {
    CHECK(scene.queue.asks.empty());
    if (nth == 100) scene.files.free["/tmp"] = scene.settings.config.disk_free_min;
  };
  end_at(scene, 2);

  serve(scene, worker::Rounds::for_ever);

  CHECK(scene.queue.ends.size() == 1);
  CHECK(waited(scene) == 100s);
  CHECK(scene.log.lines.at(0).contains(
      "takes no work until there is room (disk_free_min): /tmp: 268435455 bytes free, fewer than "
      "268435456"));
  CHECK(scene.log.lines.at(1).contains("there is room again"));
  CHECK(std::ranges::count_if(scene.log.lines,
                              [](const auto& line) { return line.contains("no work"); }) == 1);
}

// autopkgtest 2.8; testgrid 1.1 (DISK.WORKER)
TEST_CASE("loop: a slot without room ends at a signal, and does not wait where it asks once") {
  WorkerScene scene;
  scene.ask_for_test();
  scene.files.free["/work-dir"] = 0;
  SUBCASE("a signal") {
    scene.waiter.on_wait = [&](std::size_t nth) {
      if (nth == 3) scene.signals.counts.terminations = 1;
    };
    serve(scene, worker::Rounds::for_ever);
    CHECK(waited(scene) == 3s);
  }
  SUBCASE("once") {
    serve(scene, worker::Rounds::once);
    CHECK(waited(scene) == 0s);
  }
  CHECK(scene.queue.asks.empty());
}

// testgrid 1.4
TEST_CASE("loop: a slot whose name another worker has says so once, and waits for its end") {
  WorkerScene scene;
  scene.settings.instance = "host~2";
  test::MemoryTestQueue other(scene.grid);
  const queue::LeaseAsk theirs{scene.slot.name, {{"", "noble", "amd64"}}, {}, "host~1"};
  REQUIRE(other.lease(theirs));
  scene.ask_for_test();
  scene.waiter.on_wait = [&](std::size_t) { scene.clock.now_ += 1s; };
  end_at(scene, 5);

  serve(scene, worker::Rounds::for_ever);

  CHECK(scene.queue.asks.at(0).instance == "host~2");
  CHECK(waited(scene) == 90s);
  CHECK(scene.queue.ends.size() == 1);
  CHECK(std::ranges::count_if(scene.log.lines, [](const auto& line) {
          return line.contains("the name host-1 is host~1's");
        }) == 1);
}

// testgrid 1.4
TEST_CASE("loop: a new worker clears away what a dead one left") {
  WorkerScene scene;
  scene.files.put("/work-dir/host-2/output/log", "x");
  scene.files.put("/work-dir/id", "0a1b2c3d\n");

  const auto lock = worker::take_over("/work-dir", scene.files, scene.groups, scene.log);

  REQUIRE(lock);
  CHECK(scene.groups.marks == std::vector<std::string>{"SLUICE_WORKER_DIRECTORY=/work-dir"});
  CHECK_FALSE(scene.files.exists("/work-dir/host-2/output/log"));
  CHECK(scene.files.exists("/work-dir/id"));
}

TEST_CASE("loop: one worker for a work directory") {
  WorkerScene scene;
  const auto first = worker::take_over("/work-dir", scene.files, scene.groups, scene.log);
  REQUIRE(first);
  scene.files.put("/work-dir/host-1/output/log", "x");

  const auto second = worker::take_over("/work-dir", scene.files, scene.groups, scene.log);

  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::conflict);
  CHECK(second.error().text() ==
        "another worker has /work-dir: each needs a directory of its own (--work)");
  CHECK(scene.groups.marks.size() == 1);
  CHECK(scene.files.exists("/work-dir/host-1/output/log"));
}
