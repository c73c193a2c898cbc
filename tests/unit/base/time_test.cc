#include "base/time.h"

#include <doctest/doctest.h>

namespace sluice::base {
namespace {

constexpr std::int64_t kNovember = 1795205706;  // 2026-11-20 20:15:06 UTC

}  // namespace

TEST_CASE("time: the stamp of output files") {
  CHECK(stamp_of(instant_of_seconds(kNovember)) == "2026.11.20 20:15:06 +0000");
  CHECK(stamp_of(instant_of_seconds(0)) == "1970.01.01 00:00:00 +0000");
}

TEST_CASE("time: YAML times have a fraction only when there is one") {
  CHECK(yaml_time_of(instant_of_seconds(kNovember)) == "2026-11-20 20:15:06");
  CHECK(yaml_time_of(instant_of_seconds(kNovember) + std::chrono::microseconds(992715)) ==
        "2026-11-20 20:15:06.992715");
  CHECK(yaml_time_of(instant_of_seconds(0) + std::chrono::microseconds(5)) ==
        "1970-01-01 00:00:00.000005");
}

TEST_CASE("time: log lines name the zone") {
  CHECK(log_time_of(instant_of_seconds(kNovember)) == "2026-11-20T20:15:06+0000");
  CHECK(log_time_of(instant_of_seconds(-62'135'596'800)) == "0001-01-01T00:00:00+0000");
  CHECK(log_time_of(instant_of_seconds(253'402'300'799)) == "9999-12-31T23:59:59+0000");
  CHECK(log_time_of(instant_of_seconds(253'402'300'800)) == "10000-01-01T00:00:00+0000");
}

TEST_CASE("time: asctime pads the day with a blank") {
  CHECK(asctime_of(instant_of_seconds(1471505000)) == "Thu Aug 18 07:23:20 2016");
  CHECK(asctime_of(instant_of_seconds(0)) == "Thu Jan  1 00:00:00 1970");
}

TEST_CASE("time: seconds keep their fraction, also before the epoch") {
  CHECK(seconds_of(instant_of_seconds(5) + std::chrono::milliseconds(250)) == 5.25);
  CHECK(seconds_of(instant_of_seconds(-5)) == -5.0);
  CHECK(stamp_of(instant_of_seconds(-1)) == "1969.12.31 23:59:59 +0000");
}

// testgrid 5.1
TEST_CASE("time: forms for programs, run ids and HTTP") {
  CHECK(iso_time_of(instant_of_seconds(kNovember)) == "2026-11-20T20:15:06Z");
  CHECK(compact_time_of(instant_of_seconds(kNovember)) == "20261120_201506");
  CHECK(http_time_of(instant_of_seconds(kNovember)) == "Fri, 20 Nov 2026 20:15:06 GMT");
  CHECK(http_time_of(instant_of_seconds(1)) == "Thu, 01 Jan 1970 00:00:01 GMT");
}

TEST_CASE("time: microseconds there and back") {
  CHECK(instant_of_micros(micros_of(instant_of_seconds(-7))) == instant_of_seconds(-7));
  CHECK(micros_of(instant_of_seconds(2)) == 2'000'000);
}

TEST_CASE("time: a leap day is a day") {
  CHECK(stamp_of(instant_of_seconds(1709164800)) == "2024.02.29 00:00:00 +0000");
}

}  // namespace sluice::base
