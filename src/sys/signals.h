// Signals: what an operator, or a service manager, has asked of this process so far. A value to
// look at, so that work is ended at named points and not in the middle of anything.
#pragma once

#include <memory>

namespace sluice::sys {

struct SignalCounts {
  int hangups = 0;       // SIGHUP
  int terminations = 0;  // SIGTERM and SIGINT
  friend bool operator==(const SignalCounts&, const SignalCounts&) = default;
};

class Signals {
 public:
  Signals() = default;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  virtual ~Signals() = default;
  // Since the start. May be called by several threads.
  virtual SignalCounts seen() = 0;
};

// From now on these signals are counted and end nothing by themselves.
std::unique_ptr<Signals> posix_signals();

}  // namespace sluice::sys
