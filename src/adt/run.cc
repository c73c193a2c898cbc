#include "adt/run.h"

#include <algorithm>
#include <chrono>

#include "adt/names.h"
#include "base/text.h"

namespace sluice::adt {
namespace {

constexpr std::size_t kRunIdMax = 200;  // no honest one comes near

// Decimal digits only: no signs, no blanks.
std::optional<int> number_of(std::string_view digits) {
  int number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

ResultCode code_of_exit(std::int64_t exit_code) {
  if (exit_code == 0 || exit_code == 2) return ResultCode::pass;
  return exit_code == 8 ? ResultCode::neutral : ResultCode::fail;
}

bool may_lack_version(std::int64_t exit_code) {
  return exit_code == 4 || exit_code == 12 || exit_code == 20;
}

std::optional<std::int64_t> seen_of_run(std::string_view run_id) {
  if (run_id.size() < 15 || run_id[8] != '_') return std::nullopt;
  const auto year = number_of(run_id.substr(0, 4)), month = number_of(run_id.substr(4, 2));
  const auto day = number_of(run_id.substr(6, 2)), hour = number_of(run_id.substr(9, 2));
  const auto minute = number_of(run_id.substr(11, 2)), second = number_of(run_id.substr(13, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                            std::chrono::day(unsigned(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const auto at = sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second);
  return at.time_since_epoch() / seconds(1);
}

bool is_run_id(std::string_view text) {
  return seen_of_run(text) && text.size() <= kRunIdMax && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '@';
         });
}

std::vector<std::string> triggers_of(std::string_view text) {
  std::vector<std::string> triggers;
  for (const auto word : base::split_words(text))
    if (word.contains('/')) triggers.emplace_back(word);
  return triggers;
}

std::vector<std::string> sound_triggers(std::vector<std::string> triggers) {
  std::erase_if(triggers, [](const std::string& each) { return !check_trigger(each); });
  return triggers;
}

}  // namespace sluice::adt
