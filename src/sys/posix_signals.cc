#include <signal.h>

#include <atomic>

#include "sys/signals.h"

namespace sluice::sys {
namespace {

// A handler has no other way to tell: these two are the only globals that change.
std::atomic<int> hangups{0};
std::atomic<int> terminations{0};
static_assert(std::atomic<int>::is_always_lock_free, "a handler may not wait for a lock");

extern "C" void count_signal(int number) { ++(number == SIGHUP ? hangups : terminations); }

class PosixSignals final : public Signals {
 public:
  PosixSignals() {
    struct sigaction action{};
    action.sa_handler = &count_signal;
    action.sa_flags = SA_RESTART;  // our own calls are not disturbed
    ::sigemptyset(&action.sa_mask);
    for (const int number : {SIGHUP, SIGTERM, SIGINT}) ::sigaction(number, &action, nullptr);
  }
  SignalCounts seen() override { return {hangups.load(), terminations.load()}; }
};

}  // namespace

std::unique_ptr<Signals> posix_signals() { return std::make_unique<PosixSignals>(); }

}  // namespace sluice::sys
