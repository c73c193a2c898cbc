#include "adt/disk_shortage.h"

#include <doctest/doctest.h>

using namespace sluice;

// testgrid 1.1 (DISK.WORKER)
TEST_CASE("disk shortage: says which disk, what is free, and what must be") {
  CHECK(text_of(adt::DiskShortage{"/var/tmp", 1, 256}) == "/var/tmp: 1 bytes free, fewer than 256");
}
