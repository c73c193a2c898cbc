// PatientWaiter: no time passes; how much would have is noted.
#pragma once

#include <vector>

#include "sys/waiter.h"

namespace sluice::test {

class PatientWaiter final : public sys::Waiter {
 public:
  void wait(std::chrono::milliseconds time) override { waited.push_back(time); }
  std::vector<std::chrono::milliseconds> waited;
};

}  // namespace sluice::test
