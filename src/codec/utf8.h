// UTF-8, one character at a time. Everything here accepts arbitrary bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::codec {

inline constexpr char32_t kReplacement = 0xFFFD;  // stands for bytes that are no UTF-8

struct Rune {
  char32_t value = kReplacement;
  std::size_t bytes = 1;  // bytes to step over, at least 1
  bool valid = false;
};

// The character that starts at `at` (< text.size()). Overlong forms, surrogates and cut sequences
// are not valid; they read as one replacement character a byte.
Rune decode_utf8(std::string_view text, std::size_t at);

void append_utf8(std::string& out, char32_t value);

}  // namespace sluice::codec
