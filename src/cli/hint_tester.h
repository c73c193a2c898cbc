// The hint tester: a console that tries hints on a run whose excuses were computed.
// Source: migration 8.9.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/gate_batch.h"

namespace sluice::cli {

// Where lines come from: the terminal (readline_console) or a pipe.
class LineSource {
 public:
  LineSource() = default;
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;
  virtual ~LineSource() = default;

  // The next line without newline; nothing at the end of input. `session` completes item names.
  virtual std::optional<std::string> read(const std::string& prompt,
                                          flow::HintSession& session) = 0;
};

// Words that start a line, sorted; for completion and `help`.
std::vector<std::string> hint_tester_commands();

// Reads lines until `quit`, `exit` or the end; everything that is said goes to `print`, a line a
// call.
void run_hint_tester(flow::HintSession& session, LineSource& lines,
                     const std::function<void(std::string_view)>& print);

}  // namespace sluice::cli
