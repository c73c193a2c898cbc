// Lines of the peers' small text files, one record each.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sluice::britney {

struct Line {
  std::size_t number = 0;               // from 1
  std::vector<std::string_view> words;  // not empty; point into the text
};

// All lines but empty ones and those whose first character but blanks is `#`.
std::vector<Line> lines_of(std::string_view text);

}  // namespace sluice::britney
