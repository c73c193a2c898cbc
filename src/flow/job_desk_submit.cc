// The part of JobDesk that takes requests, one or a storm of them. Source: testgrid 1.5, 6.5.
#include <string>
#include <utility>

#include "adt/job_state.h"
#include "flow/job_desk.h"
#include "store/job_rows.h"
#include "store/run_rows.h"

namespace sluice::flow {
namespace {

// There is room as soon as jobs end; nobody knows when that is.
constexpr std::chrono::minutes kAgainWhenFull{10};

}  // namespace

std::size_t& JobDesk::storm_of(const Submission& s) {
  const auto trigger = s.request.triggers.empty() ? "" : s.request.triggers.front();
  return storms_[s.producer + " " + trigger + " " + s.queue.arch];
}

base::Result<Submitted> JobDesk::submit(const Submission& submission, base::Instant now) {
  return std::move(submit({&submission, 1}, now).front());
}

// One savepoint for all: SQLite keeps what each page held before its first change in a savepoint,
// for one savepoint each as often as there are jobs.
JobDesk::Answers JobDesk::submit(std::span<const Submission> submissions, base::Instant now) {
  std::vector<Asking> all;
  for (const auto& submission : submissions) all.push_back(ask(submission, now));
  const bool in_transaction = db_.is_in_transaction();
  if (auto done = take_in(all, now); !done) {
    // One of them is at fault, and is found by itself; once SQLite gave up the whole transaction,
    // what is written next would be kept by itself.
    for (auto& one : all) {
      auto alone = done;
      if (db_.is_in_transaction() == in_transaction) alone = take_in({&one, 1}, now);
      if (!alone) one.answer = std::unexpected(alone.error());
    }
  }
  Answers answers;
  for (auto& one : all) answers.push_back(std::move(one.answer));
  return answers;
}

JobDesk::Asking JobDesk::ask(const Submission& submission, base::Instant now) {
  Asking asking{&submission, adt::request_key(submission.request, submission.queue), 0, {}};
  asking.times = repeats_.note(submission.producer, asking.key, now);
  return asking;
}

// All that are not answered yet, or none.
base::Result<void> JobDesk::take_in(std::span<Asking> all, base::Instant now) {
  std::vector<std::pair<Asking*, Submitted>> answers;
  std::vector<std::size_t*> counted;
  const auto done = atomically(now, [&]() -> base::Result<void> {
    for (auto& one : all) {
      if (!one.is_open()) continue;
      auto answer = take_in(one, now);
      if (!answer) return std::unexpected(answer.error());
      if (answer->how == SubmitHow::created) ++*counted.emplace_back(&storm_of(*one.submission));
      answers.emplace_back(&one, std::move(*answer));
    }
    return {};
  });
  if (!done) {
    for (auto* count : counted) --*count;
    return done;
  }
  for (auto& [one, answer] : answers) one->answer = std::move(answer);
  return {};
}

base::Result<Submitted> JobDesk::take_in(const Asking& asking, base::Instant now) {
  const auto& submission = *asking.submission;
  const auto open = store::open_job_of(db_, asking.key);
  if (!open) return std::unexpected(open.error());
  // Of a job that has ended, another is wanted: that is no loop.
  if (*open && asking.times > limits_.repeats_max) return refuse_loop(asking, now);
  if (*open) {
    if (auto raised = raise(**open, submission, now); !raised)
      return std::unexpected(raised.error());
    return Submitted{SubmitHow::existing, **open, ""};
  }
  if (storm_of(submission) >= limits_.storm_max)
    return Submitted{SubmitHow::refused, 0,
                     "more than " + std::to_string(limits_.storm_max) +
                         " open requests of one producer for one trigger and architecture",
                     false, kAgainWhenFull};
  const auto id = create(submission, asking.key, now);
  if (!id) return std::unexpected(id.error());
  return Submitted{SubmitHow::created, *id, ""};
}

base::Result<std::int64_t> JobDesk::create(const Submission& submission, const std::string& key,
                                           base::Instant now) {
  const auto& [queue, request, job_class, producer] = submission;
  adt::Job job;
  job.key = key;
  job.queue = queue;
  job.request = request;
  job.job_class = job_class;
  job.producer = producer;
  job.submitted = now;
  job.not_before = now;
  if (auto done = supersede(job, now); !done) return std::unexpected(done.error());
  const auto usual = store::usual_duration(db_, request.package, queue.release, queue.arch);
  if (!usual) return std::unexpected(usual.error());
  if (*usual) job.predicted = **usual;
  // Its first step is part of the first row: a storm is written once, not twice.
  const adt::JobEvent resolved = adt::Resolved{};
  auto queued = adt::on(job, resolved, now, limits_.jobs);
  if (!queued) return std::unexpected(queued.error());
  const auto id = store::add_job(db_, *queued);
  if (!id) return id;
  queued->id = *id;
  if (auto added = store::add_event(db_, *id, resolved, now); !added)
    return std::unexpected(added.error());
  touched_.push_back(*queued);
  if (auto held = with_pauses(std::move(*queued), now); !held) return std::unexpected(held.error());
  return id;
}

// Asked for again: by somebody in more of a hurry, perhaps.
base::Result<void> JobDesk::raise(std::int64_t id, const Submission& submission,
                                  base::Instant now) {
  const auto job = store::read_job(db_, id);
  if (!job) return std::unexpected(job.error());
  if (submission.job_class >= job->job_class) return {};
  auto raised = step(*job, adt::ClassRaised{submission.job_class}, now);
  if (!raised) return std::unexpected(raised.error());
  return {};
}

}  // namespace sluice::flow
