#include "sys/seed.h"

#include <doctest/doctest.h>

TEST_CASE("seed: two seeds differ, none is 0") {
  const auto one = sluice::sys::random_seed();
  const auto other = sluice::sys::random_seed();
  CHECK(one != 0);
  CHECK(one != other);
}
