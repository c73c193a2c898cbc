// Instant: a point in time, UTC. Nobody below sys/ reads the clock; `now` is a parameter.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::base {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// Without leap seconds, as everywhere.
inline constexpr std::int64_t kSecondsPerDay = 86'400;

inline Instant instant_of_seconds(std::int64_t seconds) {
  return Instant(std::chrono::seconds(seconds));
}

// Microseconds since the epoch: how databases and events keep an instant.
inline std::int64_t micros_of(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant instant_of_micros(std::int64_t micros) {
  return Instant(std::chrono::microseconds(micros));
}

// Seconds since the epoch with their fraction.
double seconds_of(Instant instant);

// "2026.11.20 20:15:06 +0000", the stamp of the peers' output files.
std::string stamp_of(Instant instant);

// "2026-11-20 20:15:06.992715": how YAML writes a time without a zone; no fraction when it is zero.
std::string yaml_time_of(Instant instant);

// "2026-11-20T20:15:06+0000", used in log lines.
std::string log_time_of(Instant instant);

// "2026-11-20T20:15:06Z" (ISO 8601), used in answers for programs.
std::string iso_time_of(Instant instant);

// "20261120_201506", the beginning of a run's id (autopkgtest 2.7).
std::string compact_time_of(Instant instant);

// "Fri, 20 Nov 2026 20:15:06 GMT", a date of HTTP (RFC 9110, 5.6.7).
std::string http_time_of(Instant instant);

// "Thu Aug 18 07:23:20 2016": C's asctime without the newline.
std::string asctime_of(Instant instant);

}  // namespace sluice::base
