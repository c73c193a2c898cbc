#include "worker/disk_watch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "support/memory_files.h"

using namespace sluice;

namespace {

constexpr std::uint64_t kFloor = 1000;

worker::Settings two_places() {
  worker::Settings settings;
  settings.work_directory = "/work-dir";
  settings.temporary_directory = "/tmp";
  settings.config.disk_free_min = kFloor;
  return settings;
}

}  // namespace

// testgrid 1.1 (DISK.WORKER)
TEST_CASE("disk watch: the tightest of the disks counts, and the floor itself is enough") {
  const struct {
    const char* name;
    std::uint64_t work, temporary;
    std::optional<adt::DiskShortage> found;
  } cases[] = {
      {"both have room", kFloor, kFloor + 1, std::nullopt},
      {"the work directory's", kFloor - 1, kFloor, adt::DiskShortage{"/work-dir", 999, kFloor}},
      {"the temporary files'", kFloor, 7, adt::DiskShortage{"/tmp", 7, kFloor}},
      {"both, and one disk", 7, 7, adt::DiskShortage{"/work-dir", 7, kFloor}},
      {"both", 8, 7, adt::DiskShortage{"/tmp", 7, kFloor}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    test::MemoryFileSystem files;
    files.free = {{"/work-dir", c.work}, {"/tmp", c.temporary}};
    worker::DiskWatch watch(two_places(), files);
    CHECK(watch.look() == c.found);
    CHECK(watch.latest() == std::min(c.work, c.temporary));
  }
}

// testgrid 1.3 (item 2)
TEST_CASE("disk watch: the least that was seen is kept, also when there is room again") {
  test::MemoryFileSystem files;
  worker::DiskWatch watch(two_places(), files);
  for (const std::uint64_t free : {5000U, 2000U, 9000U}) {
    files.free["/tmp"] = free;
    CHECK_FALSE(watch.look());
    CHECK(watch.latest() == free);
  }
  CHECK(watch.least() == 2000);
}

TEST_CASE("disk watch: a disk that does not tell has room") {
  test::MemoryFileSystem files;
  worker::DiskWatch watch(two_places(), files);
  CHECK_FALSE(watch.look());
  CHECK_FALSE(watch.least());
  CHECK_FALSE(watch.latest());

  files.free["/work-dir"] = 1;
  CHECK(watch.look());
  files.free.clear();  // it was unmounted
  CHECK_FALSE(watch.look());
  CHECK_FALSE(watch.latest());
}
