// A clock that stands until the test moves it.
#pragma once

#include "sys/clock.h"

namespace sluice::test {

class ManualClock final : public sys::Clock {
 public:
  explicit ManualClock(base::Instant now) : now_(now) {}
  base::Instant now() override { return now_; }
  base::Instant now_;
};

}  // namespace sluice::test
