// Backoff: how long to wait before the next try at something that failed: longer each time, up to a
// limit that an operator who has repaired it can bear.
#pragma once

#include <algorithm>
#include <chrono>

namespace sluice::queue {

class Backoff {
 public:
  std::chrono::milliseconds next() {
    const auto now = next_;
    next_ = std::min(next_ * 2, kMax);
    return now;
  }
  void reset() { next_ = kFirst; }

 private:
  static constexpr std::chrono::milliseconds kFirst{1'000}, kMax{60'000};
  std::chrono::milliseconds next_ = kFirst;
};

}  // namespace sluice::queue
