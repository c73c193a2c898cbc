#include "store/event_rows.h"

#include <utility>

#include "adt/job_json.h"
#include "codec/json.h"

namespace sluice::store {
namespace {

// A stranger's garbage is kept to be looked at, not to fill the disk.
constexpr std::size_t kBodyMax = 4096;
constexpr std::int64_t kRejectedMax = 10'000;  // older ones are forgotten

constexpr std::string_view kInsertEvent =
    "INSERT INTO event (at, job, what, data) VALUES (?, ?, ?, ?)";
constexpr std::string_view kOfJob =
    "SELECT seq, job, at, what, data FROM event WHERE job = ? ORDER BY seq";
constexpr std::string_view kAfter =
    "SELECT seq, job, at, what, data FROM event WHERE seq > ? ORDER BY seq LIMIT ?";
// Every opening is followed by "resolved". The order of the tables is ours: events are few, and
// jobs are found by number.
constexpr std::string_view kMoved =
    "SELECT event.seq, json_extract(job.request, '$.triggers[0]'), job.package, job.arch"
    " FROM event CROSS JOIN job ON job.id = event.job WHERE event.seq > ? AND job.release = ?"
    " AND (event.what = 'resolved' OR job.state = 'cancelled' OR job.state = 'superseded'"
    " OR job.state = 'excluded' OR job.state = 'aborted_infra') ORDER BY event.seq LIMIT ?";
constexpr std::string_view kReject =
    "INSERT INTO rejected (at, source, queue, body, reason) VALUES (?, ?, ?, ?, ?)";
constexpr std::string_view kForget = "DELETE FROM rejected WHERE id <= ?";
constexpr std::string_view kRejected =
    "SELECT id, at, source, queue, body, reason FROM rejected ORDER BY id DESC LIMIT ?";

base::Result<std::vector<EventRow>> read_events(Use& rows) {
  std::vector<EventRow> events;
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return events;
    const auto data = codec::parse_json(rows.text(4));
    if (!data) return std::unexpected(data.error());
    auto event = adt::parse_job_event(rows.text(3), *data);
    if (!event)
      return base::fail(base::ErrorKind::corrupt,
                        "event " + rows.text(0) + ": " + event.error().text());
    events.push_back(
        {rows.number(0), rows.number(1), instant_of_micros(rows.number(2)), std::move(*event)});
  }
}

}  // namespace

base::Result<void> add_event(StateDb& db, std::int64_t job, const adt::JobEvent& event,
                             base::Instant now) {
  return db.use(kInsertEvent)
      .with(micros_of(now), job, adt::text_of(event),
            codec::to_json(adt::value_of(event), codec::JsonStyle::compact))
      .run();
}

base::Result<std::vector<EventRow>> events_of(StateDb& db, std::int64_t job) {
  auto rows = db.use(kOfJob);
  return read_events(rows.with(job));
}

base::Result<std::vector<EventRow>> events_after(StateDb& db, std::int64_t seq, std::size_t limit) {
  auto rows = db.use(kAfter);
  return read_events(rows.with(seq, static_cast<std::int64_t>(limit)));
}

base::Result<std::vector<MovedTest>> tests_moved_after(StateDb& db, const std::string& release,
                                                       std::int64_t seq, std::size_t limit) {
  std::vector<MovedTest> tests;
  auto rows = db.use(kMoved);
  rows.with(seq, release, static_cast<std::int64_t>(limit));
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return tests;
    tests.push_back({rows.number(0), rows.text(1), rows.text(2), rows.text(3)});
  }
}

base::Result<void> add_rejected(StateDb& db, const Rejected& rejected) {
  auto added = db.use(kReject)
                   .with(micros_of(rejected.at), rejected.source, rejected.queue,
                         std::string_view(rejected.body).substr(0, kBodyMax), rejected.reason)
                   .run();
  if (!added) return added;
  return db.use(kForget).with(db.last_insert_id() - kRejectedMax).run();
}

base::Result<std::vector<Rejected>> list_rejected(StateDb& db, std::size_t limit) {
  std::vector<Rejected> all;
  auto rows = db.use(kRejected);
  rows.with(static_cast<std::int64_t>(limit));
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return all;
    all.push_back({rows.number(0), instant_of_micros(rows.number(1)), rows.text(2), rows.text(3),
                   rows.text(4), rows.text(5)});
  }
}

}  // namespace sluice::store
