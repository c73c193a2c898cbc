// ConsoleLog: the peers' log format on standard output. Source: migration 1.1, 1.4.
//
//   I: [2026-11-20T20:15:06+0000] - Loading source packages from data/testing/Sources
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/time.h"
#include "sys/clock.h"

namespace sluice::cli {

// The lowest level that is shown: WARNING, INFO with -v, DEBUG if BRITNEY_DEBUG is a number other
// than 0. `debug` is that variable's text, null if it is not set.
base::Level wanted_level(int verbosity, const char* debug);

std::string log_line(base::Level level, std::string_view text, base::Instant now);

class ConsoleLog final : public base::Log {
 public:
  // `to`: standard error where standard output belongs to an answer.
  ConsoleLog(base::Level wanted, sys::Clock& clock, std::FILE* to = stdout)
      : wanted_(wanted), clock_(clock), to_(to) {}

  void write(base::Level level, std::string_view line) override;
  void write_always(base::Level level, std::string_view line) override;

 private:
  base::Level wanted_;
  sys::Clock& clock_;
  std::FILE* to_;
};

}  // namespace sluice::cli
