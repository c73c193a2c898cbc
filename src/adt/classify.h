// classify: what became of a run, from its evidence. The proof that a test ran is the tool's
// summary and exit code, both of the host; the log never is. Source: testgrid 1.1, 1.3;
// autopkgtest 2.5.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adt/disk_shortage.h"
#include "adt/evidence.h"
#include "adt/failure_rules.h"
#include "adt/outcome.h"
#include "adt/summary.h"

namespace sluice::adt {

// Where the tests ran. On the worker's own machine a test can write whatever the worker reads.
enum class TestbedKind : std::uint8_t { isolated, this_machine };

// A phase as the log that grew told of it: for people, it proves nothing.
struct PhaseSeen {
  RunPhase phase = RunPhase::prepare;
  std::chrono::seconds at{0};  // since the attempt began

  friend bool operator==(const PhaseSeen&, const PhaseSeen&) = default;
};

struct RunEvidence {
  int exit_code = 0;        // of autopkgtest; 128 + N for death by signal N; 99: it was not run
  bool over_limit = false;  // the worker ended it, over the limit for a whole run
  std::optional<DiskShortage> disk_short;  // the worker ended it, for want of room on its disk
  std::vector<std::string> sources;        // the tested source, then those of the triggers
  // What the tool says that it tested, where that is not what was asked for; "" otherwise.
  std::string other_source = {};
  Summary summary;
  bool booted = false;              // the testbed answered (`testbed-packages` exists)
  bool has_source = false;          // the source was unpacked (`testpkg-version` exists)
  std::string setup_log, test_log;  // split by split_log()
  TestbedKind testbed = TestbedKind::isolated;
  std::optional<std::uint64_t> disk_free_bytes;  // of the worker, the least while it ran
  std::vector<PhaseSeen> seen;                   // while it ran, in their order
  std::chrono::seconds duration{0};
};

struct Classification {
  Outcome outcome = Outcome::infra_unknown;
  Blame blame = Blame::unknown;
  Proof proof;            // always with a phase
  std::string suspicion;  // rule that casts doubt on a failure: run it again; "" none
  std::string detail;     // one line for people
  // What readers of the result are told: that of the tool, unless that is about something else.
  int exit_code = 0;
};

// The log at the beginning of its first test. Source: autopkgtest's `test NAME: [----`.
struct SplitLog {
  std::string setup, test;
};
SplitLog split_log(std::string_view log);

// A failure is only ever answered for exit codes 4 and 6 with a failed test in the summary.
Classification classify(const RunEvidence& evidence, const FailureRules& rules);

// Less than this on the worker's disk makes a failure suspicious: builds and images need gigabytes.
inline constexpr std::uint64_t kDiskFreeMin = std::uint64_t{256} << 20;

}  // namespace sluice::adt
