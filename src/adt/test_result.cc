#include "adt/test_result.h"

#include <utility>

namespace sluice::adt {
namespace {

using enum ResultCode;

constexpr std::pair<ResultCode, std::string_view> kWords[] = {
    {fail, "FAIL"},         {pass, "PASS"},         {neutral, "NEUTRAL"},         {none, "NONE"},
    {old_fail, "OLD_FAIL"}, {old_pass, "OLD_PASS"}, {old_neutral, "OLD_NEUTRAL"},
};

}  // namespace

std::string_view text_of(ResultCode code) {
  for (const auto& [each, word] : kWords)
    if (each == code) return word;
  return "";
}

std::optional<ResultCode> parse_result_code(std::string_view text) {
  for (const auto& [code, word] : kWords)
    if (word == text) return code;
  return std::nullopt;
}

ResultCode old_of(ResultCode code) {
  switch (code) {
    case fail: return old_fail;
    case pass: return old_pass;
    case neutral: return old_neutral;
    case none:
    case old_fail:
    case old_pass:
    case old_neutral: return code;
  }
  return code;
}

}  // namespace sluice::adt
