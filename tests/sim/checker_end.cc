// What is asked of a world at its end: do the events tell the same as the rows (P7), and is what
// readers have complete (I9)?
#include <fmt/format.h>

#include <map>

#include "adt/job_state.h"
#include "sim/checker.h"
#include "sim/server.h"
#include "sim/world.h"
#include "store/event_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"

namespace sluice::sim {
namespace {

using adt::JobState;

constexpr int kClasses = static_cast<int>(adt::JobClass::speculative) + 1;

// The job as it was accepted, in that class: what never changes is that of its row.
adt::Job begin_of(const adt::Job& row, adt::JobClass job_class) {
  adt::Job job;
  job.id = row.id;
  job.key = row.key;
  job.queue = row.queue;
  job.request = row.request;
  job.job_class = job_class;
  job.producer = row.producer;
  job.submitted = row.submitted;
  job.predicted = row.predicted;
  job.not_before = row.submitted;
  return job;
}

std::string text_of(const adt::Job& job) {
  const auto at = [](const std::optional<base::Instant>& time) {
    return time ? store::micros_of(*time) : 0;
  };
  auto text = fmt::format(
      "{} epoch {} attempt {} infra {} worker \"{}\" class {} from {} held {} to {} "
      "outcome {} note \"{}\" holds",
      adt::text_of(job.state), job.epoch, job.attempt, job.infra_attempts, job.worker,
      static_cast<int>(job.job_class), at(job.not_before), at(job.first_held),
      at(job.hold_deadline), job.outcome ? adt::text_of(*job.outcome) : "-", job.end_note);
  for (const auto& hold : job.holds) text += fmt::format(" {}@{}", hold.ref, at(hold.ends));
  return text;
}

// Which arrow of testgrid 1.5 this was; "" none of them.
std::string_view transition_of(const adt::Job& before, const adt::Job& after,
                               const adt::JobEvent& event) {
  if (before.state == after.state) return "";
  switch (after.state) {
    case JobState::queued:
      if (before.state == JobState::accepted) return "T3 queued";
      return before.state == JobState::held ? "T5 released" : "T9 requeued";
    case JobState::held: return adt::is_leased(before.state) ? "T10 repeated infra" : "T4 held";
    case JobState::preparing: return "T6 leased";
    case JobState::running: return "T7 test began";
    case JobState::collecting: return "T8 collecting";
    case JobState::done: return "T8 verdict";
    case JobState::excluded: return "T2 excluded";
    case JobState::aborted_infra: return "T11 aborted";
    case JobState::cancelling: return "T12 cancelling";
    case JobState::cancelled: return "T12 cancelled";
    case JobState::superseded: return "T13 superseded";
    case JobState::accepted:
      return std::holds_alternative<adt::Revived>(event) ? "T15 revived" : "T14 retried";
  }
  return "";
}

}  // namespace

std::string Checker::check_end() {
  if (!world_.server || !world_.disk.is_on()) return "I10: the server does not come up";
  if (const auto fed = world_.server->feed(); !fed) return "I9: no feed: " + fed.error().text();
  world_.disk.set_calm(true);
  auto wrong = connect() ? check_replay() : "I9: the state cannot be opened";
  if (wrong.empty()) wrong = check_served_once();
  if (wrong.empty()) wrong = check_published();
  if (number("SELECT count(*) FROM attempt WHERE outcome NOT LIKE 'INFRA.%'"
             " AND detail LIKE '%found in the store%'") > 0)
    world_.coverage.hit("store: what a lost worker left counts");
  world_.disk.set_calm(false);
  return wrong;
}

// The row that its events make of a job that was accepted in this class; an error is a refused
// event.
base::Result<adt::Job> Checker::replay(const adt::Job& row, adt::JobClass job_class) {
  const auto events = store::events_of(*db_, row.id);
  if (!events) return std::unexpected(events.error());
  auto job = begin_of(row, job_class);
  for (const auto& event : *events) {
    // The rules of the server: the same limits give the same jobs.
    auto after = adt::on(job, event.event, event.at, server_limits().jobs);
    if (!after)
      return base::fail_with(std::move(after.error()), fmt::format("event {}", event.seq));
    if (job_class == row.job_class)
      if (const auto tag = transition_of(job, *after, event.event); !tag.empty())
        world_.coverage.hit(tag);
    job = std::move(*after);
  }
  return job;
}

std::string Checker::check_replay() {
  const auto jobs = store::list_jobs(*db_, {.limit = 100'000});
  if (!jobs) return "I9: " + jobs.error().text();
  for (const auto& row : *jobs) {
    world_.coverage.hit("T1 accepted");
    const auto job = replay(row, row.job_class);
    if (!job) return fmt::format("P7: job {}: {}", row.id, job.error().text());
    // A class is raised and never lowered, and the row no longer tells the first one, which counts
    // for the time that a job may be held.
    bool is_same = *job == row;
    for (int first = static_cast<int>(row.job_class) + 1; first < kClasses && !is_same; ++first) {
      const auto other = replay(row, static_cast<adt::JobClass>(first));
      is_same = other && *other == row;
    }
    if (!is_same)
      return fmt::format("P7: job {} is {} and its events make it {}", row.id, text_of(row),
                         text_of(*job));
  }
  return "";
}

// A message of the broker, however often it came, is one job. Source: autopkgtest 1.4.
std::string Checker::check_served_once() {
  const auto jobs = store::list_jobs(*db_, {.limit = 100'000});
  if (!jobs) return "I9: " + jobs.error().text();
  std::map<std::string, std::int64_t> job_of;
  for (const auto& row : *jobs) {
    if (row.request.uuid.empty()) continue;
    const auto [at, is_first] = job_of.emplace(row.request.uuid, row.id);
    if (!is_first) return fmt::format("jobs {} and {} are of one message", at->second, row.id);
  }
  return "";
}

std::string Checker::check_published() {
  const auto path = fmt::format("{}/public/autopkgtest.db", kFeedPath);
  auto file = store::Database::open_read_only(path);
  if (!file) return "I9: " + file.error().text();
  auto rows = file->prepare("SELECT count(*) FROM result");
  if (!rows) return "I9: " + rows.error().text();
  const auto stepped = rows->step();
  if (!stepped || !*stepped) return "I9: the published database cannot be read";
  std::int64_t wanted = 0;
  const auto runs = store::list_runs(*db_, {.release = kRelease, .limit = 100'000});
  if (!runs) return "I9: " + runs.error().text();
  for (const auto& run : *runs) wanted += store::is_published(run) ? 1 : 0;
  if (rows->number(0) == wanted) return "";
  return fmt::format("I9: {} results are published of {}", rows->number(0).value_or(0), wanted);
}

}  // namespace sluice::sim
