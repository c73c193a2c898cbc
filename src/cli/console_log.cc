#include "cli/console_log.h"

#include <cstdio>

#include "base/text.h"

namespace sluice::cli {

base::Level wanted_level(int verbosity, const char* debug) {
  if (debug != nullptr && base::parse_int(base::trim(debug)).value_or(0) != 0)
    return base::Level::debug;
  return verbosity > 0 ? base::Level::info : base::Level::warning;
}

std::string log_line(base::Level level, std::string_view text, base::Instant now) {
  const char letter = [&] {
    switch (level) {
      case base::Level::debug: return 'N';
      case base::Level::info: return 'I';
      case base::Level::warning: return 'W';
      case base::Level::error: return 'E';
      case base::Level::critical: return 'F';
    }
    return '?';
  }();
  std::string line(1, letter);
  line += ": [" + base::log_time_of(now) + "] - ";
  line += text;
  return line += '\n';
}

void ConsoleLog::write(base::Level level, std::string_view line) {
  if (level >= wanted_) write_always(level, line);
}

void ConsoleLog::write_always(base::Level level, std::string_view line) {
  const auto text = log_line(level, line, clock_.now());
  // A reader that went away (a closed pipe) does not stop a run; main() looks at the stream at the
  // end.
  (void)std::fwrite(text.data(), 1, text.size(), to_);
}

}  // namespace sluice::cli
