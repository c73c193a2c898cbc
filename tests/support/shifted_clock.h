// A clock that goes on as the real one does, and that a test sets forward. Any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "sys/clock.h"

namespace sluice::test {

class ShiftedClock final : public sys::Clock {
 public:
  base::Instant now() override {
    return real_->now() + std::chrono::seconds(ahead_.load(std::memory_order_relaxed));
  }
  void advance(std::chrono::seconds time) { ahead_ += time.count(); }

 private:
  std::unique_ptr<sys::Clock> real_ = sys::system_clock();
  std::atomic<std::int64_t> ahead_{0};
};

}  // namespace sluice::test
