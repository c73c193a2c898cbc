#include "flow/retry_turn.h"

#include <utility>

namespace sluice::flow {

void RetryTurn::succeeded() {
  if (std::exchange(is_failing_, false)) log_.info(over_);
  backoff_.reset();
}

std::chrono::milliseconds RetryTurn::failed(const base::Error& error) {
  if (!std::exchange(is_failing_, true)) log_.warn(failing_ + ": " + error.text());
  return backoff_.next();
}

}  // namespace sluice::flow
