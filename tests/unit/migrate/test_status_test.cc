#include "migrate/test_status.h"

#include <doctest/doctest.h>

using namespace sluice::migrate;

// migration 4.6.8
TEST_CASE("test status: word, label and colour of each") {
  struct Row {
    TestStatus status;
    const char* text;
    const char* label;
    const char* color;
  };
  using enum TestStatus;
  const Row rows[] = {
      {pass, "PASS", "Pass", "87d96c"},
      {old_pass, "OLD_PASS", "Pass", "87d96c"},
      {neutral, "NEUTRAL", "No test results", "e5c545"},
      {old_neutral, "OLD_NEUTRAL", "No test results", "e5c545"},
      {always_fail, "ALWAYSFAIL", "Not a regression", "e5c545"},
      {regression, "REGRESSION", "Regression", "ff6666"},
      {ignore_fail, "IGNORE-FAIL", "Ignored failure", "e5c545"},
      {running, "RUNNING", "Test in progress", "99ddff"},
      {running_reference, "RUNNING-REFERENCE",
       "Reference test in progress, but real test failed already", "ff6666"},
      {running_always_fail, "RUNNING-ALWAYSFAIL",
       "Test in progress (will not be considered a regression)", "99ddff"},
  };
  for (const auto& row : rows) {
    CHECK(text_of(row.status) == row.text);
    CHECK(label_of(row.status) == row.label);
    CHECK(color_of(row.status) == row.color);
  }
}
