// covers: run_test.cc
#include <doctest/doctest.h>

#include <string>

#include "codec/compress.h"
#include "support/worker_scene.h"
#include "worker/run_test.h"

using namespace sluice;
using namespace std::chrono_literals;
using base::ErrorKind;
using test::WorkerScene;

namespace {

worker::RunResult run_there(WorkerScene& scene) {
  auto doors = scene.doors();
  const auto lease = scene.lease();
  return worker::run_test(scene.settings, scene.slot, lease, doors);
}

}  // namespace

// testgrid 1.1 (DISK.WORKER), 1.3 (item 2)
TEST_CASE("run test: a disk that fills ends the run at once, and as the infrastructure's") {
  WorkerScene scene;
  scene.groups.ticks = 100'000;
  scene.groups.on_tick = [&](int nth) {
    if (nth == 10) scene.files.free["/tmp"] = 4096;
    if (nth > 10) scene.files.free["/tmp"] = std::uint64_t{1} << 40;  // the tool tidied up
  };

  const auto result = run_there(scene);

  CHECK(result.outcome == adt::Outcome::infra_disk_worker);
  CHECK(result.blame == adt::Blame::worker);
  REQUIRE(scene.queue.ends.size() == 1);
  const auto& end = scene.queue.ends[0];
  CHECK(end.duration == 10s);
  CHECK(end.place.container == "autopkgtest-noble-infra");
  CHECK(text_of(end.proof.evidence.back()) ==
        "disk (from worker): /tmp: 4096 bytes free, fewer than 268435456; decides");
}

// testgrid 1.1 (DISK.WORKER)
TEST_CASE(
    "run test: what fails on a full disk was the disk, and the log that there is goes along") {
  WorkerScene scene;
  scene.groups.end = base::fail(ErrorKind::unavailable, "cannot write /work-dir/host-1/console");
  scene.groups.prints = "autopkgtest [10:00:00]: test smoke: [-----------------------\n";
  scene.groups.on_run = [&] { scene.files.free["/work-dir"] = 0; };
  scene.groups.ticks = 0;

  const auto result = run_there(scene);

  CHECK(result.outcome == adt::Outcome::infra_disk_worker);
  const auto& end = scene.queue.ends.at(0);
  CHECK(end.proof.phase == adt::RunPhase::test_begin);
  CHECK(end.detail ==
        "cannot write /work-dir/host-1/console; /work-dir: 0 bytes free, fewer than 268435456");
  const auto log = scene.store.get(end.place.container, end.place.directory + "/log.gz");
  REQUIRE(log);
  const auto text = codec::decompress(log->bytes, 1 << 20);
  CHECK(text->contains("starting\n"));
  CHECK(text->ends_with(end.detail + "\n"));
}

// testgrid 1.1 (DISK.WORKER): a place for results may be on the disk that is full
TEST_CASE("run test: a run that filled the disk makes room before its files are stored") {
  WorkerScene scene;
  scene.groups.ticks = 10;
  scene.groups.on_run = [&] { scene.files.free["/work-dir"] = 0; };
  bool was_empty = false;
  scene.store.on_put = [&](const results::GoOn&) {
    was_empty = scene.files.paths().empty();
    return true;
  };

  (void)run_there(scene);

  CHECK(was_empty);
}

// testgrid 1.1 (DISK.WORKER)
TEST_CASE("run test: room is not looked at where worker.conf says so") {
  WorkerScene scene;
  scene.settings.config.disk_free_min = 0;
  scene.files.free["/tmp"] = 0;
  CHECK(run_there(scene).outcome == adt::Outcome::pass);
}
