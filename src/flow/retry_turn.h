// RetryTurn: when a turn that can fail comes again, and what is said of that: a failure once,
// however often it repeats, and its end.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/result.h"
#include "queue/backoff.h"

namespace sluice::flow {

class RetryTurn {
 public:
  // `failing`: "amqp: runs are not announced", the error follows it; `over`: "... again".
  RetryTurn(base::Log& log, std::string failing, std::string over)
      : log_(log), failing_(std::move(failing)), over_(std::move(over)) {}

  void succeeded();
  // How long to wait, longer each time in a row.
  std::chrono::milliseconds failed(const base::Error& error);

 private:
  base::Log& log_;
  std::string failing_, over_;
  queue::Backoff backoff_;
  bool is_failing_ = false;
};

}  // namespace sluice::flow
