// A clock that stands until the test moves it.
#pragma once

#include "sys/clock.h"

namespace sluice::test {

class ManualClock final : public sys::Clock {
 public:
  explicit ManualClock(base::Instant now) : now_(now) {}
  base::Instant now() override { return now_; }
  base::Instant::duration steady() override { return now_.time_since_epoch() - set_by_; }
  // As somebody who sets the clock of a machine does.
  void set(base::Instant::duration step) {
    now_ += step;
    set_by_ += step;
  }
  base::Instant now_;
  base::Instant::duration set_by_{};
};

}  // namespace sluice::test
