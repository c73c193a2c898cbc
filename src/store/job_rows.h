// Jobs and their holds as rows. Preconditions stand in the statements: a row that is not
// what the caller decided on is a conflict. Source: testgrid 1.4, 1.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adt/fair_order.h"
#include "adt/job.h"
#include "base/result.h"
#include "store/state_db.h"

namespace sluice::store {

// The new job's number. Errors: conflict (a job with this key is open).
base::Result<std::int64_t> add_job(StateDb& db, const adt::Job& job);

base::Result<adt::Job> read_job(StateDb& db, std::int64_t id);  // Errors: not_found
base::Result<std::optional<std::int64_t>> open_job_of(StateDb& db, const std::string& key);

// Was this ever asked for?
base::Result<bool> has_job(StateDb& db, const std::string& key, const std::string& package);

// The jobs with this key, newest first, at most `limit`; without their holds.
struct KeyOf {
  std::string key, package;
};
base::Result<std::vector<adt::Job>> jobs_of_key(StateDb& db, const KeyOf& asked, std::size_t limit);

// Errors: conflict (the row is not in the state and epoch of `before`).
base::Result<void> save_job(StateDb& db, const adt::Job& before, const adt::Job& after,
                            base::Instant now);

// What a start needs of each open job; sorted by id.
struct OpenJob {
  adt::Waiting waiting;
  adt::JobState state = adt::JobState::accepted;
  base::Instant not_before{};
  std::optional<base::Instant> hold_deadline, next_hold_end;
  std::string worker, producer, trigger;  // the primary trigger, "" none
  std::int64_t epoch = 0;
};
base::Result<std::vector<OpenJob>> read_open_jobs(StateDb& db);

// The jobs of a release for one test: with that primary trigger, for that package. Newest first,
// without their holds.
struct TestOf {
  std::string trigger;  // "source/version"
  std::string package, release, arch;
};
base::Result<std::vector<adt::Job>> jobs_of_test(StateDb& db, const TestOf& test);

// Who asked, else the primary trigger: those who share are served in turn (testgrid 6.5, item 3).
std::string flow_of(const adt::RequestMessage& request);

// Jobs that wait or run for the same package there, with another version of the primary trigger's
// source.
struct Uploads {
  std::string trigger;  // "source/version"
  std::string package, release, arch, producer;
};
base::Result<std::vector<std::int64_t>> outdated_by(StateDb& db, const Uploads& upload);

// Primary triggers of the producer's open jobs for a release, sorted; and the jobs of one.
struct Asked {
  std::string producer, release;
};
base::Result<std::vector<std::string>> open_triggers(StateDb& db, const Asked& asked);
base::Result<std::vector<std::int64_t>> open_jobs_of(StateDb& db, const Asked& asked,
                                                     const std::string& trigger);

// Of the jobs that are queued or held, or held alone; by number.
enum class WaitingKind : std::uint8_t { all, held };
base::Result<std::vector<std::int64_t>> waiting_ids(StateDb& db, WaitingKind kind);

struct JobFilter {
  std::optional<adt::JobState> state = {};
  std::string release = {}, arch = {}, package = {};  // "" any
  std::string context = "*";                          // "*" any
  bool open_only = false;
  bool newest_only = false;       // of each key
  bool regressions_only = false;  // that failed, where a run of the package passed before
  std::int64_t after = 0;         // numbers above
  std::size_t limit = 1000;
};
base::Result<std::vector<adt::Job>> list_jobs(StateDb& db, const JobFilter& filter);  // by id

}  // namespace sluice::store
