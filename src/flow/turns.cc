#include "flow/turns.h"

#include <utility>

namespace sluice::flow {

void Turns::start(Turn turn) {
  thread_ = std::thread([this, turn = std::move(turn)] {
    while (true) {
      const auto pause = turn();
      std::unique_lock lock(mutex_);
      if (stop_.wait_for(lock, pause, [this] { return stopping_; })) return;
    }
  });
}

void Turns::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace sluice::flow
