// When versions were first seen and how urgent they are: age-policy-dates and -urgencies, or Dates
// and Urgency of older deployments. Formats: migration 2.5.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "britney/message.h"
#include "migrate/facts.h"
#include "migrate/settings.h"

namespace sluice::britney {

// What a stamp counts. Files are read in both units whatever the calendar; Debian's rules write
// days.
enum class DateUnit : std::uint8_t { seconds, days };

// The last second of the year 9999, the last one that the peers can print: beyond it a stamp is
// damage, and nobody who counts with it can overflow.
inline constexpr std::int64_t kStampMax = 253'402'300'799;

struct Calendar {
  DateUnit unit = DateUnit::seconds;
  int day_begins = 19;  // hour, UTC; 15 without STATE_DIR (the deployments of 2015)
};

// Days since the epoch, counted from the hour at which a day begins.
std::int64_t day_of(std::int64_t seconds, const Calendar& calendar);

using FirstSeen = migrate::AgeFacts::Dates;

// Lines "source version stamp". A stamp below 1,000,000 is a day and becomes `now` minus whole
// days. Later lines replace earlier ones. Lines of another form are counted in a warning.
Read<FirstSeen> parse_dates(std::string_view text, const std::string& file, base::Instant now,
                            const Calendar& calendar);

// The file's text, sorted by source. What `newer` says of a source counts, not what `dates` says.
std::string dates_text(const FirstSeen& dates, const FirstSeen& newer, const Calendar& calendar);

// A source's version in the target and the primary source suite; "" where there is none.
struct SuiteVersions {
  std::string_view target, primary;
};
using VersionsOf = std::function<SuiteVersions(std::string_view source)>;

// Lines "source version urgency" -> the urgency that counts per source, lower case. A line counts
// if its version is newer than the target's and not newer than the primary suite's, and if it is
// quicker than what stood before. An urgency without MINDAYS counts like the default one and keeps
// its name.
migrate::ByName<std::string> parse_urgencies(std::string_view text,
                                             const migrate::AgeSettings& settings,
                                             const VersionsOf& versions_of);

}  // namespace sluice::britney
