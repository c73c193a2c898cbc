#include "britney/lines.h"

#include <utility>

#include "base/text.h"

namespace sluice::britney {

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto words = base::split_words(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (words.empty() || words.front().starts_with('#')) continue;
    lines.push_back({number, std::move(words)});
  }
  return lines;
}

}  // namespace sluice::britney
