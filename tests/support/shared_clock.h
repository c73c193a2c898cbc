// A clock that a test sets while other threads, the keeper's for one, read it.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"
#include "sys/clock.h"

namespace sluice::test {

class SharedClock final : public sys::Clock {
 public:
  base::Instant now() override { return base::instant_of_seconds(seconds); }
  std::atomic<std::int64_t> seconds{1'700'864'000};
};

}  // namespace sluice::test
