#include "store/job_rows.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace sluice::store {
namespace {

using base::ErrorKind;

// Word for word what stands in the partial indexes, or they would not be used; no list, which
// SQLite would make a table of each time (schema 4).
#define SLUICE_OPEN                                                                       \
  "(state = 'queued' OR state = 'preparing' OR state = 'running' OR state = 'collecting'" \
  " OR state = 'held' OR state = 'cancelling' OR state = 'accepted')"

constexpr std::string_view kInsertJob =
    "INSERT INTO job (key, context, release, arch, package, trigger_source, request, class, "
    "producer,"
    " submitted, predicted, state, epoch, attempt, infra_attempts, worker, not_before, "
    "excluded_hosts, "
    "end_note,"
    " changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '', ?, '', '', ?)";

#define SLUICE_JOB_COLUMNS                                                                       \
  "id, key, context, release, arch, package, request, class, producer, submitted, state, epoch," \
  " attempt, infra_attempts, worker, not_before, first_held, hold_deadline, excluded_hosts,"     \
  " outcome, end_note, predicted, suspect_reruns"

constexpr std::string_view kSelectJobs = "SELECT " SLUICE_JOB_COLUMNS " FROM job WHERE id = ?";

constexpr std::string_view kUpdate =
    "UPDATE job SET state = ?, epoch = ?, attempt = ?, infra_attempts = ?, worker = ?,"
    " not_before = ?, first_held = ?, hold_deadline = ?, excluded_hosts = ?, outcome = ?,"
    " end_note = ?, changed = ?, class = ?, suspect_reruns = ? WHERE id = ? AND state = ? AND "
    "epoch = ?";

constexpr std::string_view kHolds =
    "SELECT kind, ref, since, ends, text FROM hold WHERE job = ? ORDER BY kind, ref";
constexpr std::string_view kDropHolds = "DELETE FROM hold WHERE job = ?";
constexpr std::string_view kAddHold =
    "INSERT INTO hold (job, kind, ref, since, ends, text) VALUES (?, ?, ?, ?, ?, ?)";

constexpr std::string_view kOpenByKey = "SELECT id FROM job WHERE key = ? AND " SLUICE_OPEN;

// By the index of packages: keys have one for open jobs alone.
constexpr std::string_view kHas = "SELECT 1 FROM job WHERE package = ? AND key = ? LIMIT 1";

constexpr std::string_view kOpen =
    "SELECT id, context, release, arch, class, json_extract(request, '$.requester'),"
    " json_extract(request, '$.triggers[0]'), submitted, state, not_before,"
    " hold_deadline, worker, producer,"
    " predicted, CASE state WHEN 'held' THEN (SELECT min(ends) FROM hold WHERE job = job.id) END, "
    "epoch"
    " FROM job INDEXED BY job_open WHERE " SLUICE_OPEN " ORDER BY id";

constexpr std::string_view kWaitingIds =
    "SELECT id FROM job INDEXED BY job_open WHERE " SLUICE_OPEN
    " AND (state = 'held' OR (?1 AND state = 'queued')) ORDER BY id";

constexpr std::string_view kOutdated =
    "SELECT id, request FROM job WHERE trigger_source = ? AND package = ? AND release = ?"
    " AND arch = ? AND producer = ?"
    " AND (state = 'queued' OR state = 'preparing' OR state = 'running' OR state = 'held'"
    " OR state = 'accepted')";

constexpr std::string_view kOpenTriggers =
    "SELECT DISTINCT json_extract(request, '$.triggers[0]') AS first FROM job"
    " INDEXED BY job_open WHERE " SLUICE_OPEN
    " AND producer = ? AND release = ? AND first IS NOT NULL ORDER BY first";

constexpr std::string_view kOpenOfTrigger =
    "SELECT id FROM job WHERE trigger_source = ? AND producer = ? AND release = ?"
    " AND " SLUICE_OPEN " AND json_extract(request, '$.triggers[0]') = ? ORDER BY id";

constexpr std::string_view kOfTest =
    "SELECT " SLUICE_JOB_COLUMNS
    " FROM job WHERE trigger_source = ? AND package = ? AND release = ? AND arch = ?"
    " AND json_extract(request, '$.triggers[0]') = ? ORDER BY id DESC";

constexpr std::string_view kOfKey =
    "SELECT " SLUICE_JOB_COLUMNS " FROM job WHERE package = ? AND key = ? ORDER BY id DESC LIMIT ?";

// A run of the job that failed as the job did, and one that passed before it: with the same PPAs,
// or without any. Run ids begin with their time; what was found late was not necessarily run late.
#define SLUICE_REGRESSION                                                                   \
  "SELECT 1 FROM run AS bad JOIN run AS good ON good.package = bad.package"                 \
  " AND good.release = bad.release AND good.arch = bad.arch AND good.run_id < bad.run_id"   \
  " AND (good.outcome = 'PASS' OR good.outcome = 'PASS_PARTIAL')"                           \
  " AND (good.container = bad.container OR good.container = 'autopkgtest-' || bad.release)" \
  " WHERE bad.package = job.package AND bad.release = job.release AND bad.arch = job.arch"  \
  " AND bad.job = job.id AND bad.outcome = job.outcome AND (job.outcome = 'FAIL'"           \
  " OR job.outcome = 'FAIL_TIMEOUT')"

constexpr std::string_view kList =
    "SELECT " SLUICE_JOB_COLUMNS
    " FROM job WHERE id > ?1 AND (?2 = '' OR state = ?2) AND (?3 = '' OR release = ?3)"
    " AND (?4 = '' OR arch = ?4) AND (?5 = '' OR package = ?5) AND (?6 = '*' OR context = ?6)"
    " AND (?7 = 0 OR " SLUICE_OPEN
    ")"
    " AND (?8 = 0 OR NOT EXISTS (SELECT 1 FROM job AS later WHERE later.package = job.package"
    " AND later.release = job.release AND later.arch = job.arch AND later.id > job.id"
    " AND later.key = job.key))"
    " AND (?9 = 0 OR EXISTS (" SLUICE_REGRESSION ")) ORDER BY id LIMIT ?10";

std::string source_of(const std::string& trigger) { return trigger.substr(0, trigger.find('/')); }

std::string primary_of(const adt::RequestMessage& request) {
  return request.triggers.empty() ? "" : request.triggers.front();
}

void bind_instant(Statement& statement, int parameter, const std::optional<base::Instant>& at) {
  if (at)
    statement.bind(parameter, micros_of(*at));
  else
    statement.bind(parameter, std::nullopt);
}

std::optional<base::Instant> instant_in(const Use& row, int column) {
  const auto micros = row.maybe_number(column);
  if (!micros) return std::nullopt;
  return instant_of_micros(*micros);
}

base::Result<adt::Job> broken(std::int64_t id, std::string_view what) {
  return base::fail(ErrorKind::corrupt,
                    "job " + std::to_string(id) + ": unreadable " + std::string(what));
}

// Without its holds.
base::Result<adt::Job> job_in(const Use& row) {
  adt::Job job;
  job.id = row.number(0);
  job.key = row.text(1);
  job.queue = {row.text(2), row.text(3), row.text(4)};
  auto request = adt::parse_message(row.text(5), row.text(6));
  if (!request) return broken(job.id, "request: " + request.error().text());
  job.request = std::move(*request);
  const auto job_class = adt::parse_job_class(row.text(7));
  const auto state = adt::parse_job_state(row.text(10));
  if (!job_class || !state) return broken(job.id, "class or state");
  job.job_class = *job_class;
  job.producer = row.text(8);
  job.submitted = instant_of_micros(row.number(9));
  job.state = *state;
  job.epoch = row.number(11);
  job.attempt = static_cast<int>(row.number(12));
  job.infra_attempts = static_cast<int>(row.number(13));
  job.worker = row.text(14);
  job.not_before = instant_of_micros(row.number(15));
  job.first_held = instant_in(row, 16);
  job.hold_deadline = instant_in(row, 17);
  const auto hosts = row.text(18);
  for (const auto host : base::split_words(hosts)) job.excluded_hosts.emplace_back(host);
  if (const auto outcome = row.maybe_text(19)) job.outcome = adt::parse_outcome(*outcome);
  job.end_note = row.text(20);
  job.predicted = std::chrono::seconds(row.number(21));
  job.suspect_reruns = static_cast<int>(row.number(22));
  return job;
}

base::Result<std::vector<adt::Job>> jobs_in(Use& rows) {
  std::vector<adt::Job> jobs;
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return jobs;
    auto job = job_in(rows);
    if (!job) return std::unexpected(job.error());
    jobs.push_back(std::move(*job));
  }
}

base::Result<void> read_holds(StateDb& db, adt::Job& job) {
  auto rows = db.use(kHolds);
  rows.with(job.id);
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto kind = adt::parse_hold_kind(rows.text(0));
    if (!kind) return base::fail(ErrorKind::corrupt, "unknown kind of hold " + rows.text(0));
    job.holds.push_back({*kind, rows.text(1), instant_of_micros(rows.number(2)),
                         instant_in(rows, 3), rows.text(4)});
  }
  std::ranges::sort(job.holds, {},
                    [](const adt::HoldReason& h) { return std::pair(h.kind, h.ref); });
  return {};
}

base::Result<void> save_holds(StateDb& db, const adt::Job& job) {
  if (auto dropped = db.use(kDropHolds).with(job.id).run(); !dropped) return dropped;
  for (const auto& hold : job.holds) {
    auto add = db.use(kAddHold);
    add.with(job.id, adt::text_of(hold.kind), hold.ref, micros_of(hold.since));
    bind_instant(add.statement(), 5, hold.ends);
    add.statement().bind(6, hold.text);
    if (auto added = add.run(); !added) return added;
  }
  return {};
}

base::Result<void> with_holds(StateDb& db, std::vector<adt::Job>& jobs) {
  for (auto& job : jobs)
    if (auto read = read_holds(db, job); !read) return read;
  return {};
}

}  // namespace

std::string flow_of(const adt::RequestMessage& request) {
  return request.requester.empty() ? primary_of(request) : request.requester;
}

base::Result<std::int64_t> add_job(StateDb& db, const adt::Job& job) {
  auto insert = db.use(kInsertJob);
  insert.with(job.key, job.queue.context, job.queue.release, job.queue.arch, job.request.package,
              source_of(primary_of(job.request)), adt::message_json(job.request),
              adt::text_of(job.job_class), job.producer, micros_of(job.submitted),
              static_cast<std::int64_t>(job.predicted.count()), adt::text_of(job.state),
              micros_of(job.not_before), micros_of(job.submitted));
  if (auto added = insert.run(); !added) return std::unexpected(added.error());
  return db.last_insert_id();
}

base::Result<adt::Job> read_job(StateDb& db, std::int64_t id) {
  auto rows = db.use(kSelectJobs);
  const auto row = rows.with(id).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return base::fail(ErrorKind::not_found, "there is no job " + std::to_string(id));
  auto job = job_in(rows);
  if (!job) return job;
  if (auto read = read_holds(db, *job); !read) return std::unexpected(read.error());
  return job;
}

base::Result<std::optional<std::int64_t>> open_job_of(StateDb& db, const std::string& key) {
  auto rows = db.use(kOpenByKey);
  const auto row = rows.with(key).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return rows.number(0);
}

base::Result<bool> has_job(StateDb& db, const std::string& key, const std::string& package) {
  return db.use(kHas).with(package, key).step();
}

base::Result<void> save_job(StateDb& db, const adt::Job& before, const adt::Job& after,
                            base::Instant now) {
  {
    auto update = db.use(kUpdate);
    update.with(adt::text_of(after.state), after.epoch, std::int64_t{after.attempt},
                std::int64_t{after.infra_attempts}, after.worker, micros_of(after.not_before));
    auto& statement = update.statement();
    bind_instant(statement, 7, after.first_held);
    bind_instant(statement, 8, after.hold_deadline);
    statement.bind(9, base::join(after.excluded_hosts, " "));
    if (after.outcome)
      statement.bind(10, adt::text_of(*after.outcome));
    else
      statement.bind(10, std::nullopt);
    statement.bind(11, after.end_note);
    statement.bind(12, micros_of(now));
    statement.bind(13, adt::text_of(after.job_class));
    statement.bind(14, std::int64_t{after.suspect_reruns});
    statement.bind(15, before.id);
    statement.bind(16, adt::text_of(before.state));
    statement.bind(17, before.epoch);
    if (auto updated = update.run(); !updated) return updated;
  }
  if (db.changes() != 1)
    return base::fail(ErrorKind::conflict,
                      "job " + std::to_string(before.id) + " was changed meanwhile");
  return before.holds == after.holds ? base::Result<void>() : save_holds(db, after);
}

base::Result<std::vector<OpenJob>> read_open_jobs(StateDb& db) {
  std::vector<OpenJob> jobs;
  auto rows = db.use(kOpen);
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return jobs;
    OpenJob job;
    job.waiting.id = rows.number(0);
    job.waiting.queue = {rows.text(1), rows.text(2), rows.text(3)};
    job.waiting.job_class = adt::parse_job_class(rows.text(4)).value_or(adt::JobClass::manual);
    // As flow_of() has it; to parse 200,000 requests takes longer than all the rest of a start.
    const auto requester = rows.text(5);
    job.trigger = rows.text(6);
    job.waiting.flow = requester.empty() ? job.trigger : requester;
    job.waiting.submitted = instant_of_micros(rows.number(7));
    const auto state = adt::parse_job_state(rows.text(8));
    if (!state) return base::fail(ErrorKind::corrupt, "unknown state " + rows.text(8));
    job.state = *state;
    job.not_before = instant_of_micros(rows.number(9));
    job.hold_deadline = instant_in(rows, 10);
    job.worker = rows.text(11);
    job.producer = rows.text(12);
    job.waiting.predicted = std::chrono::seconds(rows.number(13));
    job.next_hold_end = instant_in(rows, 14);
    job.epoch = rows.number(15);
    jobs.push_back(std::move(job));
  }
}

base::Result<std::vector<std::int64_t>> outdated_by(StateDb& db, const Uploads& upload) {
  std::vector<std::int64_t> ids;
  auto rows = db.use(kOutdated);
  rows.with(source_of(upload.trigger), upload.package, upload.release, upload.arch,
            upload.producer);
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return ids;
    const auto request = adt::parse_message(upload.package, rows.text(1));
    if (request && primary_of(*request) != upload.trigger) ids.push_back(rows.number(0));
  }
}

base::Result<std::vector<std::string>> open_triggers(StateDb& db, const Asked& asked) {
  std::vector<std::string> triggers;
  auto rows = db.use(kOpenTriggers);
  rows.with(asked.producer, asked.release);
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return triggers;
    triggers.push_back(rows.text(0));
  }
}

base::Result<std::vector<std::int64_t>> open_jobs_of(StateDb& db, const Asked& asked,
                                                     const std::string& trigger) {
  std::vector<std::int64_t> ids;
  auto rows = db.use(kOpenOfTrigger);
  rows.with(source_of(trigger), asked.producer, asked.release, trigger);
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return ids;
    ids.push_back(rows.number(0));
  }
}

base::Result<std::vector<std::int64_t>> waiting_ids(StateDb& db, WaitingKind kind) {
  std::vector<std::int64_t> ids;
  auto rows = db.use(kWaitingIds);
  rows.with(std::int64_t{kind == WaitingKind::all});
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return ids;
    ids.push_back(rows.number(0));
  }
}

base::Result<std::vector<adt::Job>> list_jobs(StateDb& db, const JobFilter& filter) {
  base::Result<std::vector<adt::Job>> jobs;
  {
    auto rows = db.use(kList);
    rows.with(filter.after, filter.state ? adt::text_of(*filter.state) : std::string_view(),
              filter.release, filter.arch, filter.package, filter.context,
              std::int64_t{filter.open_only}, std::int64_t{filter.newest_only},
              std::int64_t{filter.regressions_only}, static_cast<std::int64_t>(filter.limit));
    jobs = jobs_in(rows);
  }
  if (!jobs) return jobs;
  if (auto read = with_holds(db, *jobs); !read) return std::unexpected(read.error());
  return jobs;
}

base::Result<std::vector<adt::Job>> jobs_of_key(StateDb& db, const KeyOf& asked,
                                                std::size_t limit) {
  auto rows = db.use(kOfKey);
  rows.with(asked.package, asked.key, static_cast<std::int64_t>(limit));
  return jobs_in(rows);
}

base::Result<std::vector<adt::Job>> jobs_of_test(StateDb& db, const TestOf& test) {
  auto rows = db.use(kOfTest);
  rows.with(source_of(test.trigger), test.package, test.release, test.arch, test.trigger);
  return jobs_in(rows);
}

}  // namespace sluice::store
