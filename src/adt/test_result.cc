#include "adt/test_result.h"

#include <utility>

namespace sluice::adt {
namespace {

constexpr std::pair<ResultCode, std::string_view> kWords[] = {
    {ResultCode::fail, "FAIL"},
    {ResultCode::pass, "PASS"},
    {ResultCode::neutral, "NEUTRAL"},
    {ResultCode::none, "NONE"},
    {ResultCode::old_fail, "OLD_FAIL"},
    {ResultCode::old_pass, "OLD_PASS"},
    {ResultCode::old_neutral, "OLD_NEUTRAL"},
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
    case ResultCode::fail: return ResultCode::old_fail;
    case ResultCode::pass: return ResultCode::old_pass;
    case ResultCode::neutral: return ResultCode::old_neutral;
    case ResultCode::none:
    case ResultCode::old_fail:
    case ResultCode::old_pass:
    case ResultCode::old_neutral: return code;
  }
  return code;
}

}  // namespace sluice::adt
