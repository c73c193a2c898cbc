#include <doctest/doctest.h>

#include "sys/waiter.h"

namespace sluice::sys {

TEST_CASE("waiter: at least the time that was asked for passes") {
  const auto start = std::chrono::steady_clock::now();

  system_waiter()->wait(std::chrono::milliseconds(1));

  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(1));
}

}  // namespace sluice::sys
