// result.tar: what a worker leaves of one run. Source: migration 4.6.2, autopkgtest 2.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::results {

// Unpacked. Of kilobytes; only testinfo.json of a large machine has more than a page.
inline constexpr std::uint64_t kResultTarBytesMax = std::uint64_t{16} << 20;
// Begins the variable of testinfo.json that has the triggers, separated by spaces.
inline constexpr std::string_view kTriggersVariable = "ADT_TEST_TRIGGERS=";

// Runs that ended before their package was known: Ubuntu's rules take them as failures, Debian's as
// damaged (migration 4.8).
enum class EarlyEnds : std::uint8_t { may_lack_version, are_damaged };

struct RunReport {
  std::int64_t exit_code = 0;
  std::string source, version;  // version "unknown" where a failure left none
  // The words of ADT_TEST_TRIGGERS that contain "/"; nothing: the run does not say.
  std::optional<std::vector<std::string>> triggers;

  friend bool operator==(const RunReport&, const RunReport&) = default;
};

// `source`: the one that was asked for; stands in where a run may lack its version. Errors: corrupt
// and invalid, for a damaged archive.
base::Result<RunReport> parse_result_tar(std::string_view bytes, std::string_view source,
                                         EarlyEnds early_ends = EarlyEnds::may_lack_version);

// The triggers of testinfo.json. Errors: corrupt (no JSON, or different ones).
base::Result<std::optional<std::vector<std::string>>> parse_testinfo(std::string_view json);

}  // namespace sluice::results
