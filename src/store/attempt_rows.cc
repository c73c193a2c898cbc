#include "store/attempt_rows.h"

#include "codec/json.h"

namespace sluice::store {
namespace {

using base::ErrorKind;

constexpr std::string_view kInsertAttempt =
    "INSERT INTO attempt (job, epoch, worker, began) VALUES (?, ?, ?, ?)";

// The second end of an attempt is the same, or a late result in place of a lease that ran out.
constexpr std::string_view kEnd =
    "UPDATE attempt SET ended = ?, outcome = ?, blame = ?, detail = ?, exit_code = ?, version = ?,"
    " duration = ?, container = ?, directory = ?, digest = ?, suspicion = ?,"
    " run_again = ? WHERE job = ? AND epoch = ?";

constexpr std::string_view kKeepLate =
    "UPDATE attempt SET detail = detail || ?, exit_code = ?, version = ?, duration = ?,"
    " container = ?, directory = ?, digest = ? WHERE job = ? AND epoch = ? AND directory = ''"
    " AND ended IS NOT NULL";

// The proof stands in the event alone by which the lease ended; of several ends the last counts.
// Most attempts are looked at when they end, and have none yet: they cost no look at events.
#define SLUICE_ATTEMPT_COLUMNS                                                                \
  "SELECT epoch, worker, began, ended, outcome, blame, detail, exit_code, version, duration," \
  " container, directory, digest, suspicion, run_again, CASE WHEN outcome IS NOT NULL THEN"   \
  " (SELECT event.data FROM event WHERE event.job = attempt.job"                              \
  "  AND (what = 'attempt_ended' OR what = 'lease_expired' OR what = 'given_back')"           \
  "  AND json_extract(event.data, '$.epoch') = attempt.epoch"                                 \
  "  ORDER BY event.seq DESC LIMIT 1) END FROM attempt"

constexpr std::string_view kSelectAttempts = SLUICE_ATTEMPT_COLUMNS " WHERE job = ? ORDER BY epoch";
constexpr std::string_view kSelectOne = SLUICE_ATTEMPT_COLUMNS " WHERE job = ? AND epoch = ?";

constexpr std::string_view kWorker = "SELECT worker FROM attempt WHERE job = ? AND epoch = ?";

// Nothing is made of what cannot be read: that is for who reads the events.
adt::Proof proof_in(const std::string& event) {
  const auto data = codec::parse_json(event);
  if (!data) return {};
  const auto* end = data->find("end");
  return adt::parse_proof(end == nullptr ? *data : *end).value_or(adt::Proof());
}

std::optional<adt::AttemptEnd> end_in(const Use& row) {
  const auto outcome = adt::parse_outcome(row.text(4));
  if (!outcome) return std::nullopt;
  adt::AttemptEnd end;
  end.outcome = *outcome;
  end.blame = adt::parse_blame(row.text(5)).value_or(adt::Blame::unknown);
  end.detail = row.text(6);
  end.exit_code = static_cast<int>(row.number(7));
  end.version = row.text(8);
  end.duration = std::chrono::seconds(row.number(9));
  end.place = {row.text(10), row.text(11)};
  end.digest = row.text(12);
  end.suspicion = row.text(13);
  end.run_again = row.number(14) == 1;
  end.proof = proof_in(row.text(15));
  return end;
}

}  // namespace

base::Result<void> add_attempt(StateDb& db, const adt::Job& job, base::Instant now) {
  return db.use(kInsertAttempt).with(job.id, job.epoch, job.worker, micros_of(now)).run();
}

base::Result<void> end_attempt(StateDb& db, std::int64_t job, std::int64_t epoch,
                               const adt::AttemptEnd& end, base::Instant now) {
  auto ended = db.use(kEnd)
                   .with(micros_of(now), adt::text_of(end.outcome), adt::text_of(end.blame),
                         end.detail, std::int64_t{end.exit_code}, end.version,
                         static_cast<std::int64_t>(end.duration.count()), end.place.container,
                         end.place.directory, end.digest, end.suspicion,
                         std::int64_t{end.run_again}, job, epoch)
                   .run();
  if (!ended) return ended;
  if (db.changes() == 1) return {};
  return base::fail(ErrorKind::not_found,
                    "job " + std::to_string(job) + " has no lease " + std::to_string(epoch));
}

base::Result<void> keep_late(StateDb& db, const LeaseOf& lease, const adt::AttemptEnd& end,
                             const std::string& note) {
  return db.use(kKeepLate)
      .with(note, std::int64_t{end.exit_code}, end.version,
            static_cast<std::int64_t>(end.duration.count()), end.place.container,
            end.place.directory, end.digest, lease.job, lease.epoch)
      .run();
}

base::Result<std::vector<Attempt>> read_attempts(StateDb& db, std::int64_t job) {
  std::vector<Attempt> attempts;
  auto rows = db.use(kSelectAttempts);
  rows.with(job);
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return attempts;
    Attempt attempt;
    attempt.job = job;
    attempt.epoch = rows.number(0);
    attempt.worker = rows.text(1);
    attempt.began = instant_of_micros(rows.number(2));
    if (const auto ended = rows.maybe_number(3)) attempt.ended = instant_of_micros(*ended);
    attempt.end = end_in(rows);
    attempts.push_back(std::move(attempt));
  }
}

base::Result<std::optional<adt::AttemptEnd>> end_of(StateDb& db, std::int64_t job,
                                                    std::int64_t epoch) {
  auto rows = db.use(kSelectOne);
  const auto row = rows.with(job, epoch).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return end_in(rows);
}

base::Result<std::optional<std::string>> worker_of(StateDb& db, std::int64_t job,
                                                   std::int64_t epoch) {
  auto rows = db.use(kWorker);
  const auto row = rows.with(job, epoch).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return rows.text(0);
}

}  // namespace sluice::store
