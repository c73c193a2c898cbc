// Results of autopkgtests as the gate knows them. Values; who reads them from a store is no matter
// here. Source: migration 4.6.1, 4.6.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::adt {

// `old_*`: a result that the baseline rule distrusts (too old, or of a version that no suite has).
enum class ResultCode : std::uint8_t { fail, pass, neutral, none, old_fail, old_pass, old_neutral };

std::string_view text_of(ResultCode code);  // "OLD_PASS"; the peers' files have these words
std::optional<ResultCode> parse_result_code(std::string_view text);

// The same result, distrusted.
ResultCode old_of(ResultCode code);

struct TestResult {
  ResultCode code = ResultCode::none;
  std::string version;    // of the source that was tested; "unknown", "blacklisted"
  std::string run_id;     // directory of the run: "20150101_100100@"
  std::int64_t seen = 0;  // seconds since the epoch

  friend bool operator==(const TestResult&, const TestResult&) = default;
};

// One finished run as a result source tells it.
struct TestNews {
  std::vector<std::string> triggers;  // "source/version"; never empty
  std::string source, arch;
  TestResult result;
};

}  // namespace sluice::adt
