// Finished runs as rows: what pages, the gate and autopkgtest.db read. Source: autopkgtest 4;
// testgrid 1.4.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adt/outcome.h"
#include "adt/run_path.h"
#include "base/result.h"
#include "store/state_db.h"

namespace sluice::store {

struct RunRow {
  adt::RunPlace place;
  std::string release, arch, package, run_id;
  std::string version;   // of the package, without its name; "unknown"
  std::string triggers;  // with blanks between
  std::string env;       // "all-proposed=1,testname=x"
  std::string requester;
  std::int64_t exit_code = 0;
  std::chrono::seconds duration{0};
  adt::Outcome outcome = adt::Outcome::neutral;
  std::string suspicion = {};  // of a failure that stands: the rule that casts doubt on it
  std::string uuid = {};       // as its submitter or worker named it; "" neither did
  std::int64_t job = 0;        // 0: not of ours
  base::Instant seen{};        // when it was entered

  friend bool operator==(const RunRow&, const RunRow&) = default;
};

// Nothing if it is there already (I4). True: it is new.
base::Result<bool> add_run(StateDb& db, const RunRow& run);

// Those of these directories that have no row, in their order.
base::Result<std::vector<std::string>> unknown_runs(StateDb& db, const std::string& container,
                                                    const std::vector<std::string>& directories);

// The job whose run lies there, 0 of one that is not of ours; nothing: none is known.
base::Result<std::optional<std::int64_t>> job_of_run(StateDb& db, const adt::RunPlace& place);

// With its number in the order of entering, from 1.
struct EnteredRun {
  std::int64_t entered = 0;
  RunRow run;
};
// At most `limit` that were entered after that number, in this order, whatever became of them.
base::Result<std::vector<EnteredRun>> runs_entered_after(StateDb& db, std::int64_t entered,
                                                         std::size_t limit);
// The number of the last one, 0 without.
base::Result<std::int64_t> last_entered(StateDb& db);

struct RunFilter {
  std::string package = {}, release = {}, arch = {};  // "" any
  std::string before = {};                            // run ids below it; "" from the newest on
  std::size_t limit = 100;
};
// Newest first.
base::Result<std::vector<RunRow>> list_runs(StateDb& db, const RunFilter& filter);

// Oldest first, of the classes that are verdicts: what the gate asks for (migration 4.6.2).
base::Result<std::vector<RunRow>> verdicts_after(StateDb& db, const std::string& package,
                                                 const std::string& release,
                                                 const std::string& arch,
                                                 const std::string& run_id);

// Mean of the last five that ran; nothing if there was none.
base::Result<std::optional<std::chrono::seconds>> usual_duration(StateDb& db,
                                                                 const std::string& package,
                                                                 const std::string& release,
                                                                 const std::string& arch);

}  // namespace sluice::store
