#include <chrono>

#include "sys/clock.h"

namespace sluice::sys {
namespace {

class SystemClock final : public Clock {
 public:
  base::Instant now() override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

}  // namespace

std::unique_ptr<Clock> system_clock() { return std::make_unique<SystemClock>(); }

}  // namespace sluice::sys
