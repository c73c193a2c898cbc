// When the uploaders of a stuck version get a mail. Source: migration 4.5.13.
#pragma once

#include <cstdint>

namespace sluice::migrate {

enum class StuckKind : std::uint8_t { invalid, valid };

// From this age on, in whole days, a version counts as stuck: 1 day, or 5 if it is valid.
std::int64_t stuck_from(StuckKind kind);

// The age at which the latest mail was due for a version that is `age` >= stuck_from() days old: 1,
// 3, 7, 15, 31 or 5, 7, 11, 19, 35, then every 30 days. A mail goes out if the last one was sent
// for an earlier age.
std::int64_t mail_due(std::int64_t age, StuckKind kind);

}  // namespace sluice::migrate
