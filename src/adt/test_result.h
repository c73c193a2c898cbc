// Results of autopkgtests as the gate knows them. Values; who reads them from a store is no matter
// here. Source: migration 4.6.1, 4.6.2.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::adt {

// `old_*`: a result that the baseline rule distrusts (too old, or of a version that no suite has).
enum class ResultCode : std::uint8_t { fail, pass, neutral, none, old_fail, old_pass, old_neutral };

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
