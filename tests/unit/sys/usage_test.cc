#include "sys/usage.h"

#include <doctest/doctest.h>

using namespace sluice::sys;

TEST_CASE("usage: memory lines of the kernel are read in kilobytes") {
  const auto status = parse_memory_status("Name:\tx\nVmHWM:\t   2048 kB\nRssAnon:\t    4 kB\n");

  CHECK(status.peak_resident_bytes == 2048 * 1024);
  CHECK(status.anonymous_bytes == 4096);
}

TEST_CASE("usage: missing or odd memory lines count as nothing") {
  const auto status = parse_memory_status("VmHWM:\nRssAnon: many kB\n");

  CHECK(status.peak_resident_bytes == 0);
  CHECK(status.anonymous_bytes == 0);
}

TEST_CASE("usage: this process has used something") {
  const auto usage = usage_now();

  CHECK(usage.anonymous_bytes > 0);
  CHECK(usage.peak_resident_bytes >= usage.anonymous_bytes);
  CHECK(usage.wall_seconds > 0);
}
