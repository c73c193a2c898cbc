#include "base/time.h"

#include <fmt/format.h>

#include <array>

namespace sluice::base {
namespace {

struct Broken {
  int year, month, day, hour, minute, second, weekday, micros;
};

constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

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

// "2026-11-20T20:15:06". Every line of a log has one; formatting took half of a line's time.
std::string iso_start(const Broken& b) {
  if (b.year < 0 || b.year > 9999)
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", b.year, b.month, b.day, b.hour,
                       b.minute, b.second);
  std::string text = "0000-00-00T00:00:00";
  const auto put = [&](std::size_t at, int two_digits) {
    text[at] = static_cast<char>('0' + two_digits / 10);
    text[at + 1] = static_cast<char>('0' + two_digits % 10);
  };
  put(0, b.year / 100);
  put(2, b.year % 100);
  put(5, b.month);
  put(8, b.day);
  put(11, b.hour);
  put(14, b.minute);
  put(17, b.second);
  return text;
}

const char* day_name(const Broken& b) { return kDays.at(static_cast<std::size_t>(b.weekday)); }
const char* month_name(const Broken& b) {
  return kMonths.at(static_cast<std::size_t>(b.month - 1));
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

std::string log_time_of(Instant instant) { return iso_start(broken_down(instant)) + "+0000"; }

std::string iso_time_of(Instant instant) { return iso_start(broken_down(instant)) + "Z"; }

std::string compact_time_of(Instant instant) {
  const auto b = broken_down(instant);
  return fmt::format("{:04}{:02}{:02}_{:02}{:02}{:02}", b.year, b.month, b.day, b.hour, b.minute,
                     b.second);
}

std::string http_time_of(Instant instant) {
  const auto b = broken_down(instant);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", day_name(b), b.day, month_name(b),
                     b.year, b.hour, b.minute, b.second);
}

std::string asctime_of(Instant instant) {
  const auto b = broken_down(instant);
  return fmt::format("{} {} {:>2} {:02}:{:02}:{:02} {}", day_name(b), month_name(b), b.day, b.hour,
                     b.minute, b.second, b.year);
}

}  // namespace sluice::base
