// StoredRun: what a result store tells of one run: its path and its result.tar, of whichever
// worker. Source: autopkgtest 2.5, 2.7, 5.5.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "adt/outcome.h"
#include "base/result.h"
#include "codec/value.h"
#include "results/result_tar.h"

namespace sluice::results {

struct RunDirectory {
  std::string release, arch, source, run_id;

  friend bool operator==(const RunDirectory&, const RunDirectory&) = default;
};

// "noble/amd64/libf/libfoo/20260102_030405_a1b2c@", with or without a slash at its end. Errors:
// invalid (no directory of a run).
base::Result<RunDirectory> parse_run_directory(std::string_view path);

struct StoredRun {
  RunReport report;
  std::chrono::seconds duration{0};
  std::string requester;  // "" nobody
  bool all_proposed = false;
  std::string testname;  // "" all tests
  std::string uuid;      // as the submitter or the worker named the run; "" neither did
  // As our workers write it; of a foreign worker what its exit code says, where 4 and 6 are
  // failures on that worker's word and 16 is nobody's fault that we know of.
  adt::Outcome outcome = adt::Outcome::infra_unknown;
  std::string suspicion;  // rule that casts doubt on a failure; "" none
  bool is_ours = false;   // it says what became of it, as only our workers do
  codec::Value info;      // testinfo.json whole; null where there is none
};

// `source`: that of the directory. Errors: corrupt and invalid, for a damaged archive, one of
// another source, or one whose version or triggers are none.
base::Result<StoredRun> parse_stored_run(std::string_view tar, std::string_view source);

}  // namespace sluice::results
