// Clock: the only way to learn the time.
#pragma once

#include <memory>

#include "base/time.h"

namespace sluice::sys {

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  virtual base::Instant now() = 0;
  // Time since some start, that nobody sets: for waits and for what lives a while in memory. Clocks
  // that nobody sets either have no other.
  virtual base::Instant::duration steady() { return now().time_since_epoch(); }
};

std::unique_ptr<Clock> system_clock();

}  // namespace sluice::sys
