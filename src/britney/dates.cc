#include "britney/dates.h"

#include <algorithm>

#include "base/text.h"
#include "britney/lines.h"
#include "deb/version.h"

namespace sluice::britney {
namespace {

constexpr std::int64_t kHour = 3'600;
// Smaller stamps are days: as seconds they would lie in January 1970, as days before the year 4708.
constexpr std::int64_t kDaysBelow = 1'000'000;

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::int64_t urgency_days(const migrate::AgeSettings& settings, std::string_view urgency) {
  const auto at = settings.days_of_urgency.find(urgency);
  if (at != settings.days_of_urgency.end()) return at->second;
  const auto otherwise = settings.days_of_urgency.find(settings.default_urgency);
  return otherwise == settings.days_of_urgency.end() ? 0 : otherwise->second;
}

}  // namespace

std::int64_t day_of(std::int64_t seconds, const Calendar& calendar) {
  return floor_divide(floor_divide(seconds, kHour) - calendar.day_begins, 24);
}

Read<FirstSeen> parse_dates(std::string_view text, const std::string& file, base::Instant now,
                            const Calendar& calendar) {
  const std::int64_t now_seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto today = day_of(now_seconds, calendar);
  Read<FirstSeen> read;
  LineNotes notes(file, base::Level::warning);
  each_line(text, [&](const Line& line) {
    const auto& [number, words] = line;
    const auto stamp = words.size() == 3 ? base::parse_int(words[2]) : std::nullopt;
    if (!stamp || *stamp < 0 || *stamp > kStampMax) {
      notes.add(number, "expected \"source version seconds\"");
      return;
    }
    // Days in January 1970 (somebody's "long ago") must not be taken for days again when they are
    // written as seconds.
    const auto seconds =
        *stamp < kDaysBelow
            ? std::max(now_seconds - (today - *stamp) * base::kSecondsPerDay, kDaysBelow)
            : *stamp;
    // The file is sorted, because dates_text() wrote it: the hint saves the way down.
    read.value.insert_or_assign(read.value.end(), std::string(words[0]),
                                migrate::AgeFacts::FirstSeen{std::string(words[1]), seconds});
  });
  read.messages = notes.take();
  return read;
}

std::string dates_text(const FirstSeen& dates, const FirstSeen& newer, const Calendar& calendar) {
  std::string text;
  const auto add = [&](const FirstSeen::value_type& date) {
    const auto& [source, seen] = date;
    const auto stamp =
        calendar.unit == DateUnit::days ? day_of(seen.seconds, calendar) : seen.seconds;
    ((((text += source) += ' ') += seen.version) += ' ') += std::to_string(stamp);
    text += '\n';
  };
  auto next = newer.begin();
  for (const auto& date : dates) {
    for (; next != newer.end() && next->first < date.first; ++next) add(*next);
    const bool replaced = next != newer.end() && next->first == date.first;
    add(replaced ? *next++ : date);
  }
  std::for_each(next, newer.end(), add);
  return text;
}

migrate::ByName<std::string> parse_urgencies(std::string_view text,
                                             const migrate::AgeSettings& settings,
                                             const VersionsOf& versions_of) {
  migrate::ByName<std::string> urgencies;
  each_line(text, [&](const Line& line) {
    const auto& [number, words] = line;
    if (words.size() != 3) return;
    const auto urgency = base::to_lower(words[2]);
    const bool last = urgencies.empty() || urgencies.rbegin()->first < words[0];
    const auto at = last ? urgencies.end() : urgencies.lower_bound(words[0]);  // mostly sorted
    const bool recorded = at != urgencies.end() && at->first == words[0];
    if (recorded && urgency_days(settings, urgency) >= urgency_days(settings, at->second)) return;
    const auto versions = versions_of(words[0]);
    if (!versions.target.empty() && deb::compare_versions(words[1], versions.target) <= 0) return;
    if (versions.primary.empty() || deb::compare_versions(words[1], versions.primary) > 0) return;
    urgencies.insert_or_assign(at, std::string(words[0]), urgency);
  });
  return urgencies;
}

}  // namespace sluice::britney
