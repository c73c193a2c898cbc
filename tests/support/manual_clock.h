// A clock that stands until the test moves it; other threads may look at it meanwhile.
#pragma once

#include <atomic>

#include "sys/clock.h"

namespace sluice::test {

// A point in time that one thread moves.
class MovedInstant {
 public:
  explicit MovedInstant(base::Instant at) : at_(at) {}
  operator base::Instant() const { return at_; }  // NOLINT(google-explicit-constructor)
  MovedInstant& operator=(base::Instant at) {
    at_ = at;
    return *this;
  }
  MovedInstant& operator+=(base::Instant::duration step) { return *this = at_.load() + step; }
  MovedInstant& operator-=(base::Instant::duration step) { return *this = at_.load() - step; }
  friend base::Instant operator+(const MovedInstant& at, base::Instant::duration step) {
    return at.at_.load() + step;
  }
  friend base::Instant operator-(const MovedInstant& at, base::Instant::duration step) {
    return at.at_.load() - step;
  }

 private:
  std::atomic<base::Instant> at_;
};

class ManualClock final : public sys::Clock {
 public:
  explicit ManualClock(base::Instant now) : now_(now) {}
  base::Instant now() override { return now_; }
  base::Instant::duration steady() override { return now().time_since_epoch() - set_by_.load(); }
  // As somebody who sets the clock of a machine does.
  void set(base::Instant::duration step) {
    now_ += step;
    set_by_ = set_by_.load() + step;
  }
  MovedInstant now_;

 private:
  std::atomic<base::Instant::duration> set_by_{};
};

}  // namespace sluice::test
