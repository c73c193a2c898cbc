#include "migrate/test_status.h"

namespace sluice::migrate {
namespace {

struct StatusWords {
  TestStatus status;
  std::string_view text, label, color;
};

constexpr std::string_view kGreen = "87d96c", kYellow = "e5c545", kRed = "ff6666", kBlue = "99ddff";

constexpr StatusWords kWords[] = {
    {TestStatus::pass, "PASS", "Pass", kGreen},
    {TestStatus::old_pass, "OLD_PASS", "Pass", kGreen},
    {TestStatus::neutral, "NEUTRAL", "No test results", kYellow},
    {TestStatus::old_neutral, "OLD_NEUTRAL", "No test results", kYellow},
    {TestStatus::always_fail, "ALWAYSFAIL", "Not a regression", kYellow},
    {TestStatus::regression, "REGRESSION", "Regression", kRed},
    {TestStatus::ignore_fail, "IGNORE-FAIL", "Ignored failure", kYellow},
    {TestStatus::running, "RUNNING", "Test in progress", kBlue},
    {TestStatus::running_reference, "RUNNING-REFERENCE",
     "Reference test in progress, but real test failed already", kRed},
    {TestStatus::running_always_fail, "RUNNING-ALWAYSFAIL",
     "Test in progress (will not be considered a regression)", kBlue},
};

StatusWords words_of(TestStatus status) {
  for (const auto& words : kWords)
    if (words.status == status) return words;
  return {status, "", "", ""};
}

}  // namespace

std::string_view text_of(TestStatus status) { return words_of(status).text; }
std::string_view label_of(TestStatus status) { return words_of(status).label; }
std::string_view color_of(TestStatus status) { return words_of(status).color; }

}  // namespace sluice::migrate
