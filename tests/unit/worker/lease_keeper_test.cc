#include "worker/lease_keeper.h"

#include <doctest/doctest.h>

#include "support/worker_scene.h"
#include "worker/run_test.h"

using namespace sluice;
using namespace std::chrono_literals;
using test::PlayedProcessGroups;
using test::WorkerScene;

namespace {

queue::HostLoad told_load(WorkerScene& scene, std::size_t nth) {
  return scene.queue.heartbeats.at(nth).load;
}

}  // namespace

// testgrid 1.4
TEST_CASE("lease keeper: heartbeats tell what the test and the host have at that time") {
  WorkerScene scene;
  scene.gauge.groups[PlayedProcessGroups::kGroup] = 5000;
  scene.gauge.waits = {.cpu = 1.5, .memory = 0, .io = 3};
  scene.files.free = {{"/work-dir", std::uint64_t{9} << 30}, {"/tmp", std::uint64_t{7} << 30}};
  scene.groups.ticks = 45;
  scene.groups.on_tick = [&](int nth) {
    if (nth == 20) scene.gauge.groups[PlayedProcessGroups::kGroup] = 6000;
    if (nth == 20) scene.files.free["/tmp"] = std::uint64_t{8} << 30;
  };
  auto doors = scene.doors();
  const auto lease = scene.lease();

  (void)worker::run_test(scene.settings, scene.slot, lease, doors);

  CHECK(told_load(scene, 0) ==
        queue::HostLoad{5000, std::uint64_t{7} << 30, {.cpu = 1.5, .memory = 0, .io = 3}});
  CHECK(told_load(scene, 1).rss_bytes == 6000);
  CHECK(told_load(scene, 1).disk_free_bytes == std::uint64_t{8} << 30);
  // The run is over: its number may be another's.
  CHECK(scene.queue.heartbeats.back().phase == queue::Phase::collecting);
  CHECK_FALSE(scene.queue.heartbeats.back().load.rss_bytes);
}

// testgrid 1.4
TEST_CASE("lease keeper: what the host does not tell is not told") {
  WorkerScene scene;
  scene.groups.ticks = 20;
  auto doors = scene.doors();
  const auto lease = scene.lease();

  (void)worker::run_test(scene.settings, scene.slot, lease, doors);

  CHECK(told_load(scene, 0) == queue::HostLoad{});
}
