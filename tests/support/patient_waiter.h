// PatientWaiter: no time passes; how much would have is noted.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "sys/waiter.h"

namespace sluice::test {

class PatientWaiter final : public sys::Waiter {
 public:
  void wait(std::chrono::milliseconds time) override {
    waited.push_back(time);
    if (on_wait) on_wait(waited.size());
  }
  std::vector<std::chrono::milliseconds> waited;
  std::function<void(std::size_t nth)> on_wait;
};

}  // namespace sluice::test
