#include "base/time.h"

#include <fmt/format.h>

#include <array>

namespace sluice::base {
namespace {

struct Broken {
  int year, month, day, hour, minute, second, weekday, micros;
};

Broken broken_down(Instant instant) {
  using namespace std::chrono;
  const auto midnight = floor<days>(instant);
  const year_month_day date(midnight);
  const hh_mm_ss<microseconds> clock(instant - midnight);
  return {int(date.year()),
          static_cast<int>(unsigned(date.month())),
          static_cast<int>(unsigned(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(weekday(midnight).c_encoding()),
          static_cast<int>(clock.subseconds().count())};
}

}  // namespace

double seconds_of(Instant instant) {
  return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

std::string stamp_of(Instant instant) {
  const auto b = broken_down(instant);
  return fmt::format("{:04}.{:02}.{:02} {:02}:{:02}:{:02} +0000", b.year, b.month, b.day, b.hour,
                     b.minute, b.second);
}

std::string yaml_time_of(Instant instant) {
  const auto b = broken_down(instant);
  auto text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", b.year, b.month, b.day, b.hour,
                          b.minute, b.second);
  if (b.micros != 0) text += fmt::format(".{:06}", b.micros);
  return text;
}

std::string log_time_of(Instant instant) {
  const auto b = broken_down(instant);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+0000", b.year, b.month, b.day, b.hour,
                     b.minute, b.second);
}

std::string asctime_of(Instant instant) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto b = broken_down(instant);
  return fmt::format("{} {} {:>2} {:02}:{:02}:{:02} {}", kDays[static_cast<std::size_t>(b.weekday)],
                     kMonths[static_cast<std::size_t>(b.month - 1)], b.day, b.hour, b.minute,
                     b.second, b.year);
}

}  // namespace sluice::base
