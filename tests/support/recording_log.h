// RecordingLog: keeps what was logged, as "I: text".
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"

namespace sluice::test {

class RecordingLog final : public base::Log {
 public:
  void write(base::Level level, std::string_view line) override {
    lines.push_back(std::string(1, "NIWEF"[static_cast<int>(level)]) + ": " + std::string(line));
  }

  bool has(std::string_view line) const { return std::ranges::find(lines, line) != lines.end(); }

  std::vector<std::string> lines;
};

}  // namespace sluice::test
