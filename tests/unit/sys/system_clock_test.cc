#include <doctest/doctest.h>

#include "sys/clock.h"

namespace sluice::sys {

TEST_CASE("system clock: it is later than this test was written and does not stand still") {
  const auto clock = system_clock();

  const auto first = clock->now();

  CHECK(base::seconds_of(first) > 1'700'000'000);
  CHECK(clock->now() >= first);
}

// testgrid 1.4
TEST_CASE("system clock: its steady time never goes back") {
  const auto clock = system_clock();
  const auto before = clock->steady();
  CHECK(clock->steady() >= before);
}

}  // namespace sluice::sys
