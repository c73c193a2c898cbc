#include <thread>

#include "sys/waiter.h"

namespace sluice::sys {
namespace {

class SystemWaiter final : public Waiter {
 public:
  void wait(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }
};

}  // namespace

std::unique_ptr<Waiter> system_waiter() { return std::make_unique<SystemWaiter>(); }

}  // namespace sluice::sys
