#include "adt/test_result.h"

#include <doctest/doctest.h>

using namespace sluice::adt;

// migration 4.6.1
TEST_CASE("test result: every code has one word, and distrusting twice is distrusting once") {
  struct Row {
    ResultCode code;
    const char* word;
    ResultCode old;
  };
  using enum ResultCode;
  const Row rows[] = {
      {fail, "FAIL", old_fail},
      {pass, "PASS", old_pass},
      {neutral, "NEUTRAL", old_neutral},
      {none, "NONE", none},
      {old_fail, "OLD_FAIL", old_fail},
      {old_pass, "OLD_PASS", old_pass},
      {old_neutral, "OLD_NEUTRAL", old_neutral},
  };
  for (const auto& row : rows) {
    CAPTURE(row.word);
    CHECK(text_of(row.code) == row.word);
    CHECK(parse_result_code(row.word) == row.code);
    CHECK(old_of(row.code) == row.old);
  }
  CHECK_FALSE(parse_result_code("pass").has_value());
  CHECK_FALSE(parse_result_code("").has_value());
}
