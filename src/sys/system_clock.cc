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
  base::Instant::duration steady() override {
    return std::chrono::duration_cast<base::Instant::duration>(
        std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace

std::unique_ptr<Clock> system_clock() { return std::make_unique<SystemClock>(); }

}  // namespace sluice::sys
