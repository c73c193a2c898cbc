#include <doctest/doctest.h>
#include <signal.h>

#include "sys/signals.h"

using namespace sluice;

// autopkgtest 2.8
TEST_CASE("signals: they are counted by kind and end nothing") {
  const auto signals = sys::posix_signals();
  const auto before = signals->seen();

  (void)::raise(SIGHUP);
  (void)::raise(SIGTERM);
  (void)::raise(SIGTERM);

  CHECK(signals->seen() == sys::SignalCounts{before.hangups + 1, before.terminations + 2});
  for (const int number : {SIGHUP, SIGTERM, SIGINT}) (void)::signal(number, SIG_DFL);
}
