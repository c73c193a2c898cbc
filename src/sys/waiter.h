// Waiter: the only way to let time pass in the thread that calls. Tests bring one that does not.
#pragma once

#include <chrono>
#include <memory>

namespace sluice::sys {

class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter() = default;
  virtual void wait(std::chrono::milliseconds time) = 0;
};

std::unique_ptr<Waiter> system_waiter();

}  // namespace sluice::sys
