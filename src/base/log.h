// Log: where lines for the operator go. Pure rooms do not log; they return reasons.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::base {

enum class Level : std::uint8_t { debug, info, warning, error, critical };

class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  // One line, without the newline. Cheap when the level is not wanted.
  virtual void write(Level level, std::string_view line) = 0;

  // The same for a line that is a result and not news of the run: shown whatever levels are wanted
  // (migration 8.1).
  virtual void write_always(Level level, std::string_view line) { write(level, line); }

  void debug(std::string_view line) { write(Level::debug, line); }
  void info(std::string_view line) { write(Level::info, line); }
  void warn(std::string_view line) { write(Level::warning, line); }
  void error(std::string_view line) { write(Level::error, line); }
};

}  // namespace sluice::base
