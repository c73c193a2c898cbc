// Lines of the peers' small text files, one record each.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace sluice::britney {

struct Line {
  std::size_t number = 0;               // from 1
  std::vector<std::string_view> words;  // not empty; point into the text
};

// Calls `visit` with all lines but empty ones and those whose first character but blanks is `#`,
// one after the other in the same memory: files of a real archive have forty thousand.
template <class Visit>
void each_line(std::string_view text, const Visit& visit) {
  Line line;
  while (!text.empty()) {
    const auto end = text.find('\n');
    line.words.clear();
    base::each_word(text.substr(0, end),
                    [&](std::string_view word) { line.words.push_back(word); });
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++line.number;
    if (!line.words.empty() && !line.words.front().starts_with('#')) visit(std::as_const(line));
  }
}

}  // namespace sluice::britney
