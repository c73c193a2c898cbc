// Which excuses are told to people by mail, and what is told. Source: migration 4.5.13, 4.5.14.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "migrate/excuse.h"

namespace sluice::migrate {

// A version that its uploaders have to look at.
struct StuckVersion {
  std::int64_t days = 0;  // its age
  std::int64_t due = 0;   // mail_due() of it; a mail goes out if the last one was for less

  friend bool operator==(const StuckVersion&, const StuckVersion&) = default;
};

// `excuse` was judged. Nothing: it is not stuck, waits for something that comes by itself, or is no
// source item of the primary suite.
std::optional<StuckVersion> stuck_version(const Excuse& excuse);

// The regressions of a judged excuse that is held by them, once none of its tests runs any more:
// "green/2 (amd64, arm64)", in the order of the excuse. Else empty.
std::vector<std::string> final_regressions(const Excuse& excuse);

}  // namespace sluice::migrate
