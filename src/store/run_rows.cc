#include "store/run_rows.h"

#include <utility>

namespace sluice::store {
namespace {

constexpr std::string_view kInsertRun =
    "INSERT INTO run (container, directory, release, arch, package, run_id, version, triggers, env,"
    " requester, exit_code, duration, outcome, job, seen, suspicion, uuid, entered)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
    " (SELECT coalesce(max(entered), 0) + 1 FROM run))"
    " ON CONFLICT (container, directory) DO NOTHING";

#define SLUICE_RUN_COLUMNS                                                               \
  "SELECT container, directory, release, arch, package, run_id, version, triggers, env," \
  " requester, exit_code, duration, outcome, job, seen, entered, suspicion, uuid FROM run"

// One statement for each set of filters, so that each can use its index.
constexpr std::string_view kRecent = SLUICE_RUN_COLUMNS
    " WHERE (?1 = '' OR run_id < ?1) AND (?2 = '' OR release = ?2) AND (?3 = '' OR arch = ?3)"
    " ORDER BY run_id DESC LIMIT ?4";
constexpr std::string_view kOfPackage = SLUICE_RUN_COLUMNS
    " WHERE package = ?4 AND (?1 = '' OR run_id < ?1) AND (?2 = '' OR release = ?2)"
    " AND (?3 = '' OR arch = ?3) ORDER BY run_id DESC LIMIT ?5";
constexpr std::string_view kOfPlace = SLUICE_RUN_COLUMNS
    " WHERE package = ?4 AND release = ?2 AND arch = ?3 AND (?1 = '' OR run_id < ?1)"
    " ORDER BY run_id DESC LIMIT ?5";
constexpr std::string_view kVerdicts = SLUICE_RUN_COLUMNS
    " WHERE package = ? AND release = ? AND arch = ? AND run_id > ? AND outcome NOT LIKE 'INFRA%'"
    " ORDER BY run_id";
constexpr std::string_view kKnown = "SELECT 1 FROM run WHERE container = ? AND directory = ?";
constexpr std::string_view kJobOfRun = "SELECT job FROM run WHERE container = ? AND directory = ?";
constexpr std::string_view kEntered =
    SLUICE_RUN_COLUMNS " WHERE entered > ? ORDER BY entered LIMIT ?";
constexpr std::string_view kLastEntered = "SELECT coalesce(max(entered), 0) FROM run";
constexpr std::string_view kDurations =
    "SELECT avg(duration) FROM (SELECT duration FROM run WHERE package = ? AND release = ?"
    " AND arch = ? AND outcome IN ('PASS', 'PASS_PARTIAL', 'FAIL', 'NEUTRAL')"
    " ORDER BY run_id DESC LIMIT 5)";

base::Result<RunRow> run_of(Use& rows) {
  RunRow run;
  run.place = {rows.text(0), rows.text(1)};
  run.release = rows.text(2);
  run.arch = rows.text(3);
  run.package = rows.text(4);
  run.run_id = rows.text(5);
  run.version = rows.text(6);
  run.triggers = rows.text(7);
  run.env = rows.text(8);
  run.requester = rows.text(9);
  run.exit_code = rows.number(10);
  run.duration = std::chrono::seconds(rows.number(11));
  const auto outcome = adt::parse_outcome(rows.text(12));
  if (!outcome) return base::fail(base::ErrorKind::corrupt, "unknown outcome " + rows.text(12));
  run.outcome = *outcome;
  run.job = rows.number(13);
  run.seen = instant_of_micros(rows.number(14));
  run.suspicion = rows.text(16);
  run.uuid = rows.text(17);
  return run;
}

base::Result<std::vector<RunRow>> read_runs(Use& rows) {
  std::vector<RunRow> runs;
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return runs;
    auto run = run_of(rows);
    if (!run) return std::unexpected(run.error());
    runs.push_back(std::move(*run));
  }
}

}  // namespace

base::Result<bool> add_run(StateDb& db, const RunRow& run) {
  auto added =
      db.use(kInsertRun)
          .with(run.place.container, run.place.directory, run.release, run.arch, run.package,
                run.run_id, run.version, run.triggers, run.env, run.requester, run.exit_code,
                static_cast<std::int64_t>(run.duration.count()), adt::text_of(run.outcome), run.job,
                micros_of(run.seen), run.suspicion, run.uuid)
          .run();
  if (!added) return std::unexpected(added.error());
  return db.changes() == 1;
}

base::Result<std::vector<std::string>> unknown_runs(StateDb& db, const std::string& container,
                                                    const std::vector<std::string>& directories) {
  std::vector<std::string> unknown;
  for (const auto& directory : directories) {
    auto found = db.use(kKnown).with(container, directory).step();
    if (!found) return std::unexpected(found.error());
    if (!*found) unknown.push_back(directory);
  }
  return unknown;
}

base::Result<std::optional<std::int64_t>> job_of_run(StateDb& db, const adt::RunPlace& place) {
  auto rows = db.use(kJobOfRun);
  const auto found = rows.with(place.container, place.directory).step();
  if (!found) return std::unexpected(found.error());
  return *found ? std::optional(rows.number(0)) : std::nullopt;
}

base::Result<std::vector<RunRow>> list_runs(StateDb& db, const RunFilter& filter) {
  const auto limit = static_cast<std::int64_t>(filter.limit);
  if (filter.package.empty()) {
    auto rows = db.use(kRecent);
    return read_runs(rows.with(filter.before, filter.release, filter.arch, limit));
  }
  const bool placed = !filter.release.empty() && !filter.arch.empty();
  auto rows = db.use(placed ? kOfPlace : kOfPackage);
  return read_runs(rows.with(filter.before, filter.release, filter.arch, filter.package, limit));
}

base::Result<std::vector<RunRow>> verdicts_after(StateDb& db, const std::string& package,
                                                 const std::string& release,
                                                 const std::string& arch,
                                                 const std::string& run_id) {
  auto rows = db.use(kVerdicts);
  return read_runs(rows.with(package, release, arch, run_id));
}

base::Result<std::vector<EnteredRun>> runs_entered_after(StateDb& db, std::int64_t entered,
                                                         std::size_t limit) {
  auto rows = db.use(kEntered);
  rows.with(entered, static_cast<std::int64_t>(limit));
  std::vector<EnteredRun> runs;
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return runs;
    auto run = run_of(rows);
    if (!run) return std::unexpected(run.error());
    runs.push_back({rows.number(15), std::move(*run)});
  }
}

base::Result<std::int64_t> last_entered(StateDb& db) {
  auto rows = db.use(kLastEntered);
  const auto row = rows.step();
  if (!row) return std::unexpected(row.error());
  return rows.number(0);
}

base::Result<std::optional<std::chrono::seconds>> usual_duration(StateDb& db,
                                                                 const std::string& package,
                                                                 const std::string& release,
                                                                 const std::string& arch) {
  auto rows = db.use(kDurations);
  const auto row = rows.with(package, release, arch).step();
  if (!row) return std::unexpected(row.error());
  const auto mean = rows.maybe_number(0);
  if (!mean) return std::nullopt;
  return std::chrono::seconds(*mean);
}

}  // namespace sluice::store
