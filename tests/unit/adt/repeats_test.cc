#include "adt/repeats.h"

#include <doctest/doctest.h>

#include <chrono>

namespace sluice::adt {

using namespace std::chrono_literals;

// testgrid 6.5
TEST_CASE("repeats: counted by producer and key, within an hour") {
  const auto now = base::instant_of_seconds(1'767'323'045);
  Repeats repeats;
  CHECK(repeats.note("gate", "k1", now) == 1);
  CHECK(repeats.forgets() == now + 1h);
  CHECK(repeats.note("gate", "k1", now + 10min) == 2);
  CHECK(repeats.note("jane", "k1", now + 10min) == 1);
  CHECK(repeats.note("gate", "k2", now + 10min) == 1);
  CHECK(repeats.note("gate", "k1", now + 59min) == 3);
  CHECK(repeats.note("gate", "k1", now + 60min) == 1);
}

TEST_CASE("repeats: a clock that was set back does not stop the count for ever") {
  const auto now = base::instant_of_seconds(1'767'323'045);
  Repeats repeats;
  CHECK(repeats.note("gate", "k1", now) == 1);
  CHECK(repeats.note("gate", "k1", now - 24h) == 1);
  CHECK(repeats.note("gate", "k1", now - 23h) == 1);
}

}  // namespace sluice::adt
