#include "codec/utf8.h"

#include <doctest/doctest.h>

using namespace sluice::codec;
using namespace std::string_view_literals;

TEST_CASE("utf8: every length is decoded and written back") {
  for (const char32_t c : {U'a', U'\u00E9', U'\u20AC', U'\U0001F600', U'\U0010FFFF'}) {
    std::string text;
    append_utf8(text, c);
    const auto rune = decode_utf8(text, 0);
    CHECK(rune.valid);
    CHECK(rune.value == c);
    CHECK(rune.bytes == text.size());
  }
}

TEST_CASE("utf8: what is no UTF-8 costs one byte and reads as the replacement character") {
  struct Row {
    const char* name;
    std::string_view bytes;
  };
  const Row rows[] = {
      {"lone continuation", "\x80"},      {"never a lead byte", "\xff"},
      {"overlong slash", "\xc0\xaf"},     {"overlong in three", "\xe0\x80\xaf"},
      {"surrogate", "\xed\xa0\x80"},      {"above the last plane", "\xf4\x90\x80\x80"},
      {"cut after the lead", "\xe2\x82"}, {"tail is a letter", "\xc3z"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto rune = decode_utf8(row.bytes, 0);
    CHECK_FALSE(rune.valid);
    CHECK(rune.bytes == 1);
    CHECK(rune.value == kReplacement);
  }
}
