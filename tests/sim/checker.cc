#include "sim/checker.h"

#include <fmt/format.h>

#include "adt/job.h"
#include "sim/server.h"
#include "sim/world.h"
#include "store/event_rows.h"

namespace sluice::sim {
namespace {

// Turns of the server within which a lifted pause must have let go of its jobs, and a deadline that
// passed must have had its effect: I7, P5.
constexpr std::int64_t kTurnsOfGrace = 40;

bool is_leased(std::string_view state) {
  return state == "preparing" || state == "running" || state == "collecting" ||
         state == "cancelling";
}

}  // namespace

bool Checker::connect() {
  if (db_) return true;
  auto db = store::StateDb::open(kStatePath);
  if (!db) return false;
  db_ = std::move(*db);
  data_version_ = 0;
  effects_.clear();
  stray_since_ = -1;
  return true;
}

void Checker::forget() { db_.reset(); }

std::int64_t Checker::number(std::string_view sql) {
  auto row = db_->use(sql);
  const auto stepped = row.step();
  return stepped && *stepped ? row.number(0) : -1;
}

// SQLite tells when another connection has committed.
bool Checker::has_news() {
  const auto version = number("PRAGMA data_version");
  const bool is_new = version != data_version_ || ledger_changes_ != world_.ledger.changes;
  data_version_ = version;
  ledger_changes_ = world_.ledger.changes;
  return is_new;
}

std::string Checker::check() {
  if (!world_.server || !world_.disk.is_on()) return "";
  world_.disk.set_calm(true);
  std::string wrong;
  if (!connect())
    wrong = "I9: the state cannot be opened";
  else if (has_news())
    for (const auto part : {&Checker::check_jobs, &Checker::check_promises,
                            &Checker::check_attempts, &Checker::check_runs, &Checker::check_events,
                            &Checker::check_outbox, &Checker::check_announced})
      if (wrong.empty()) wrong = (this->*part)();
  if (wrong.empty()) wrong = check_holds();
  world_.disk.set_calm(false);
  return wrong;
}

std::string Checker::check_jobs() {
  jobs_.clear();
  std::set<std::string> busy;
  auto rows = db_->use(
      "SELECT id, key, state, worker, coalesce(outcome, ''), epoch,"
      " (SELECT count(*) FROM hold WHERE job = job.id) FROM job ORDER BY id");
  while (true) {
    const auto stepped = rows.step();
    if (!stepped) return "I9: the state cannot be read: " + stepped.error().text();
    if (!*stepped) return "";
    const auto id = rows.number(0);
    const JobRow job{rows.text(1), rows.text(2),   rows.text(3),
                     rows.text(4), rows.number(5), rows.number(6)};
    if ((job.state == "held") != (job.holds > 0))
      return fmt::format("I3: job {} is {} with {} holds", id, job.state, job.holds);
    if (!job.worker.empty() && job.worker != flow::kForeignWorker &&
        !busy.insert(job.worker).second)
      return fmt::format("P2: {} has two tests at a time", job.worker);
    jobs_[id] = job;
  }
}

// What was acknowledged survives every crash.
std::string Checker::check_promises() {
  std::set<std::string_view> keys;
  for (const auto& [id, job] : jobs_) keys.insert(job.key);
  for (const auto& [key, whom] : world_.ledger.promised)
    if (!keys.contains(key))
      return fmt::format("I3: {} was promised {}, which is nowhere", whom, key);
  for (const auto& [id, key] : world_.ledger.promised_jobs) {
    const auto job = jobs_.find(id);
    if (job == jobs_.end() || job->second.key != key)
      return fmt::format("I3: job {} was promised and is not there", id);
  }
  return "";
}

std::string Checker::check_attempts() {
  std::map<Ledger::Lease, std::pair<std::string, std::string>> attempts;  // worker, outcome
  std::map<std::int64_t, std::int64_t> leases;
  std::map<std::int64_t, std::set<std::string>> verdicts;
  verdict_places_.clear();
  put_aside_.clear();
  auto rows = db_->use(
      "SELECT job, epoch, worker, coalesce(outcome, ''), coalesce(directory, ''),"
      " run_again FROM attempt");
  while (true) {
    const auto stepped = rows.step();
    if (!stepped || !*stepped) break;
    if (auto wrong = check_attempt(rows); !wrong.empty()) return wrong;
    const auto outcome = rows.text(3);
    attempts[{rows.number(0), rows.number(1)}] = {rows.text(2), outcome};
    ++leases[rows.number(0)];
    const auto known = adt::parse_outcome(outcome);
    if (!known || !adt::is_verdict(*known)) continue;
    if (rows.number(5) == 1) {
      put_aside_.insert(rows.text(4));
      continue;
    }
    verdicts[rows.number(0)].insert(outcome);
    verdict_places_.insert(rows.text(4));
  }
  for (const auto& [lease, worker] : world_.ledger.granted) {
    const auto at = attempts.find(lease);
    if (at == attempts.end() || at->second.first != worker)
      return fmt::format("P2: {} was told of lease {}/{}, which is not kept", worker, lease.first,
                         lease.second);
  }
  for (const auto& [lease, outcome] : world_.ledger.heard) {
    const auto& kept = attempts[lease].second;
    if (kept.empty() || (adt::is_verdict(outcome) && kept != adt::text_of(outcome)))
      return fmt::format("I3: the end of {}/{} was acknowledged as {} and is kept as \"{}\"",
                         lease.first, lease.second, adt::text_of(outcome), kept);
  }
  for (const auto& [id, job] : jobs_) {
    if (leases[id] != job.epoch)
      return fmt::format("P2: job {} has epoch {} after {} leases", id, job.epoch, leases[id]);
    if (!job.outcome.empty() && !verdicts[id].contains(job.outcome))
      return fmt::format("I1: job {} is {} by no attempt", id, job.outcome);
  }
  return "";
}

// One attempt: whether it is open as its job says, and whether what it tells is true.
std::string Checker::check_attempt(const store::Use& row) {
  const auto job = row.number(0), epoch = row.number(1);
  const auto outcome = row.text(3), directory = row.text(4);
  const auto& owner = jobs_[job];
  const bool is_open = outcome.empty();
  const bool is_leased_now = is_leased(owner.state) && owner.epoch == epoch;
  if (is_open != is_leased_now)
    return fmt::format("P2: attempt {}/{} is {} and its job is {} in epoch {}", job, epoch,
                       is_open ? "open" : outcome, owner.state, owner.epoch);
  const auto known = adt::parse_outcome(outcome);
  if (!known || !adt::is_verdict(*known)) return "";
  const auto ran = world_.ledger.runs.find(directory);
  if (ran == world_.ledger.runs.end() || ran->second.outcome != *known)
    return fmt::format("I1: attempt {}/{} has verdict {}, but {} never ran so", job, epoch, outcome,
                       directory);
  const bool is_foreign = row.text(2) == flow::kForeignWorker;
  if (!is_foreign && (ran->second.job != job || ran->second.epoch != epoch))
    return fmt::format("I1: attempt {}/{} has the run of {}/{}", job, epoch, ran->second.job,
                       ran->second.epoch);
  return "";
}

std::string Checker::check_runs() {
  auto rows = db_->use("SELECT directory, outcome FROM run");
  std::set<std::string> seen;
  while (true) {
    const auto stepped = rows.step();
    if (!stepped || !*stepped) break;
    const auto directory = rows.text(0);
    if (!seen.insert(directory).second) return "I4: two rows for the run " + directory;
    if (put_aside_.contains(directory)) return "1.3: what runs again is seen: " + directory;
    const auto ran = world_.ledger.runs.find(directory);
    // A foreign worker tells an exit code, and so does a re-scan.
    if (ran == world_.ledger.runs.end() || adt::text_of(ran->second.outcome) != rows.text(1))
      return fmt::format("I1: the run {} is {} and never was", directory, rows.text(1));
  }
  for (const auto& place : verdict_places_)
    if (!seen.contains(place)) return "I4: the run of a verdict has no row: " + place;
  return "";
}

// A verdict of one lease counts once, whatever happens to the job later.
std::string Checker::check_events() {
  auto rows = db_->use(
      "SELECT job, json_extract(data, '$.epoch') AS e, count(*) FROM event"
      " WHERE what = 'attempt_ended' AND json_extract(data, '$.end.digest') <> ''"
      " GROUP BY job, e HAVING count(*) > 1");
  const auto stepped = rows.step();
  if (!stepped || !*stepped) return "";
  return fmt::format("I4: the verdict of {}/{} counted {} times", rows.number(0), rows.number(1),
                     rows.number(2));
}

std::string Checker::check_holds() {
  if (number("SELECT count(*) FROM hold WHERE ref LIKE 'p-%' AND kind = 'scope_paused' AND"
             " NOT EXISTS (SELECT 1 FROM pause WHERE 'p-' || id = hold.ref)") != 0)
    return "I7: a hold of a pause that never was";
  auto stray = db_->use(
      "SELECT (SELECT count(*) FROM hold JOIN pause ON hold.ref = 'p-' || pause.id"
      " WHERE pause.lifted IS NOT NULL)"
      " + (SELECT count(*) FROM job WHERE state = 'held' AND hold_deadline < ?1"
      " AND NOT EXISTS (SELECT 1 FROM pause WHERE lifted IS NULL AND scope = 'grid'))");
  // A deadline is looked at by timers; the clock may have been set beyond it just now.
  const auto late = world_.clock.now() - std::chrono::minutes(10);
  const auto stepped = stray.with(store::micros_of(late)).step();
  if (!stepped || !*stepped || stray.number(0) == 0) {
    stray_since_ = -1;
    return "";
  }
  const auto turns = world_.server->turns();
  if (stray_since_ < 0 || stray_since_ > turns) stray_since_ = turns;
  if (turns - stray_since_ < kTurnsOfGrace) return "";
  return fmt::format("I7: {} holds or deadlines are over and have no end", stray.number(0));
}

// An effect goes when it was had, or when its lease is over.
std::string Checker::check_outbox() {
  std::map<Ledger::Lease, std::pair<std::string, int>> now;
  auto rows = db_->use(
      "SELECT json_extract(payload, '$.job'), json_extract(payload, '$.epoch'),"
      " json_extract(payload, '$.body') FROM outbox WHERE kind = 'amqp-request'");
  while (true) {
    const auto stepped = rows.step();
    if (!stepped || !*stepped) break;
    const Ledger::Lease lease{rows.number(0), rows.number(1)};
    const auto known = effects_.find(lease);
    const auto body = rows.text(2);
    now[lease] =
        known != effects_.end() ? known->second : std::pair(body, world_.broker.sent[body]);
  }
  for (const auto& [lease, effect] : effects_) {
    if (now.contains(lease)) continue;
    const auto& job = jobs_[lease.first];
    const bool is_waited_for = job.epoch == lease.second && is_leased(job.state) &&
                               job.state != "cancelling" && job.worker == flow::kForeignWorker;
    if (is_waited_for && world_.broker.sent[effect.first] <= effect.second)
      return fmt::format("W5: the request of {}/{} left the outbox and was never sent", lease.first,
                         lease.second);
  }
  effects_ = std::move(now);
  return "";
}

std::string Checker::check_announced() {
  for (const auto& [directory, times] : world_.ledger.announced)
    if (!verdict_places_.contains(directory))
      return "I9: a run was announced that is not kept: " + directory;
  return "";
}

std::string Checker::leftovers() {
  world_.disk.set_calm(true);
  std::string left;
  if (connect()) {
    auto rows = db_->use(
        "SELECT state || ' ' || count(*) FROM job WHERE state NOT IN ('done', 'excluded',"
        " 'cancelled', 'superseded', 'aborted_infra') GROUP BY state");
    while (true) {
      const auto stepped = rows.step();
      if (!stepped || !*stepped) break;
      left += rows.text(0) + ", ";
    }
    if (const auto effects = number("SELECT count(*) FROM outbox"); effects > 0)
      left += fmt::format("{} effects, ", effects);
    for (const auto& place : verdict_places_) {
      const auto ran = world_.ledger.runs.find(place);
      const bool is_ours = ran != world_.ledger.runs.end() && ran->second.job != 0;
      if (is_ours && !world_.ledger.announced.contains(place))
        left += "not announced " + place + ", ";
    }
  }
  world_.disk.set_calm(false);
  return left;
}

}  // namespace sluice::sim
