#include "migrate/test_status.h"

namespace sluice::migrate {
namespace {

using enum TestStatus;

struct Words {
  TestStatus status;
  std::string_view text, label, color;
};

constexpr std::string_view kGreen = "87d96c", kYellow = "e5c545", kRed = "ff6666", kBlue = "99ddff";

constexpr Words kWords[] = {
    {pass, "PASS", "Pass", kGreen},
    {old_pass, "OLD_PASS", "Pass", kGreen},
    {neutral, "NEUTRAL", "No test results", kYellow},
    {old_neutral, "OLD_NEUTRAL", "No test results", kYellow},
    {always_fail, "ALWAYSFAIL", "Not a regression", kYellow},
    {regression, "REGRESSION", "Regression", kRed},
    {ignore_fail, "IGNORE-FAIL", "Ignored failure", kYellow},
    {running, "RUNNING", "Test in progress", kBlue},
    {running_reference, "RUNNING-REFERENCE",
     "Reference test in progress, but real test failed already", kRed},
    {running_always_fail, "RUNNING-ALWAYSFAIL",
     "Test in progress (will not be considered a regression)", kBlue},
};

Words words_of(TestStatus status) {
  for (const auto& words : kWords)
    if (words.status == status) return words;
  return {status, "", "", ""};
}

}  // namespace

std::string_view text_of(TestStatus status) { return words_of(status).text; }
std::string_view label_of(TestStatus status) { return words_of(status).label; }
std::string_view color_of(TestStatus status) { return words_of(status).color; }

}  // namespace sluice::migrate
