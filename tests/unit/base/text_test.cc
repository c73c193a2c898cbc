#include "base/text.h"

#include <doctest/doctest.h>

namespace sluice::base {

using Views = std::vector<std::string_view>;

TEST_CASE("text: trim removes white space at both ends only") {
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim("a") == "a");
  CHECK(trim(" \v\f ").empty());
  CHECK(trim("").empty());
}

TEST_CASE("text: split_words never yields an empty word") {
  CHECK(split_words("  a \t b\n") == Views{"a", "b"});
  CHECK(split_words("").empty());
  CHECK(split_words(" \n ").empty());
}

TEST_CASE("text: split keeps empty fields") {
  CHECK(split("a,,b", ',') == Views{"a", "", "b"});
  CHECK(split("", ',') == Views{""});
  CHECK(split(",", ',') == Views{"", ""});
}

TEST_CASE("text: join puts the separator between, not around") {
  CHECK(join(std::vector<std::string>{"a", "b", "c"}, ", ") == "a, b, c");
  CHECK(join(Views{"a"}, ", ") == "a");
  CHECK(join(Views{}, ", ").empty());
}

TEST_CASE("text: lower case is a matter of ASCII only") {
  CHECK(to_lower("AbC-\xc3\x84") == "abc-\xc3\x84");
  CHECK(equals_ignoring_case("Package", "pACKAGE"));
  CHECK_FALSE(equals_ignoring_case("Package", "Packages"));
  CHECK_FALSE(equals_ignoring_case("@", "`"));
}

TEST_CASE("text: parse_int accepts a whole decimal number and nothing else") {
  CHECK(parse_int("42") == 42);
  CHECK(parse_int("+7") == 7);
  CHECK(parse_int("-7") == -7);
  CHECK(parse_int("9223372036854775807") == 9223372036854775807);
  CHECK_FALSE(parse_int("9223372036854775808"));
  CHECK_FALSE(parse_int(""));
  CHECK_FALSE(parse_int("+"));
  CHECK_FALSE(parse_int("1 "));
  CHECK_FALSE(parse_int("0x1"));
  CHECK_FALSE(parse_int("1.5"));
}

TEST_CASE("text: parse_int refuses two signs") { CHECK_FALSE(parse_int("+-7")); }

TEST_CASE("text: controls are those of ASCII, not bytes of UTF-8") {
  CHECK(has_controls("a\nb"));
  CHECK(has_controls("a\x7f"));
  CHECK(has_controls(std::string_view("\0", 1)));
  CHECK_FALSE(has_controls("caf\xc3\xa9 \xc2\x80~"));
  CHECK_FALSE(has_controls(""));
}

TEST_CASE("text: replace_all works from the left and does not look at what it wrote") {
  CHECK(replace_all("a.a.a", "a", "aa") == "aa.aa.aa");
  CHECK(replace_all("aaa", "aa", "b") == "ba");
  CHECK(replace_all("abc", "x", "y") == "abc");
}

}  // namespace sluice::base
