// Lists of words in one column, with blanks between.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace sluice::store {

inline std::vector<std::string> words_in(std::string_view text) {
  const auto words = base::split_words(text);
  return {words.begin(), words.end()};
}

}  // namespace sluice::store
