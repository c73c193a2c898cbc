#include "flow/local_grid.h"

#include <algorithm>
#include <utility>

#include "adt/run.h"
#include "adt/run_path.h"
#include "flow/commit.h"
#include "store/job_rows.h"
#include "store/run_rows.h"

namespace sluice::flow {
namespace {

adt::JobClass class_of_gate(const adt::TestRequest& request, const adt::QueueName& queue) {
  const auto& trigger = request.triggers.front();
  if (trigger == adt::kReferenceTrigger) return adt::JobClass::reference;
  if (trigger.starts_with(request.source + "/")) return adt::JobClass::own_tests;
  return queue.context == "huge" ? adt::JobClass::rdeps_huge : adt::JobClass::rdeps_small;
}

queue::SendOutcome outcome_of(const base::Result<Submitted>& submitted) {
  if (!submitted) return {queue::SendState::not_sent, submitted.error().text()};
  if (submitted->how == SubmitHow::refused) return {queue::SendState::not_sent, submitted->why};
  return {queue::SendState::confirmed, ""};
}

}  // namespace

GateRuns runs_of_gate(const std::string& release, const std::vector<std::string>& ppas) {
  return {release, adt::container_to_read(release, ppas.empty() ? "" : ppas.back())};
}

std::optional<adt::TestNews> news_of_run(const store::RunRow& run, const GateRuns& runs) {
  if (run.release != runs.release || adt::class_of(run.outcome) == adt::OutcomeClass::infra)
    return std::nullopt;
  // Runs with PPAs are no results of the release, and the other way round.
  if (run.place.container != runs.container) return std::nullopt;
  adt::TestNews news;
  news.triggers = adt::triggers_of(run.triggers);
  if (news.triggers.empty()) return std::nullopt;
  news.source = run.package;
  news.arch = run.arch;
  news.result.code = adt::code_of_exit(run.exit_code);
  news.result.version = run.version;
  news.result.run_id = run.run_id;
  news.result.seen = adt::seen_of_run(run.run_id).value_or(0);
  return news;
}

void use_own_grid(migrate::Settings& settings) {
  settings.adt.source = migrate::ResultSource::swift;
}

base::Result<Submission> submission_of(const adt::TestRequest& request) {
  auto queue = adt::parse_queue_name(request.queue);
  if (!queue) return std::unexpected(queue.error());
  Submission submission;
  submission.job_class = class_of_gate(request, *queue);
  submission.queue = std::move(*queue);
  submission.request.package = request.source;
  submission.request.triggers = request.triggers;
  submission.request.ppas = request.ppas;
  submission.request.submit_time = request.submit_time;
  submission.producer = kGateProducer;
  return submission;
}

std::vector<queue::SendOutcome> LocalRequestQueue::publish(
    std::span<const adt::TestRequest> requests) {
  using Outcomes = std::vector<queue::SendOutcome>;
  std::vector<Submission> good;
  std::vector<std::optional<base::Error>> errors;  // of each request; nothing: it is in `good`
  for (const auto& request : requests) {
    auto submission = submission_of(request);
    errors.push_back(submission ? std::nullopt : std::optional(submission.error()));
    if (submission) good.push_back(std::move(*submission));
  }
  const auto sent = ask_keeper<Outcomes>(
      keeper_, [&](JobDesk& desk, base::Instant now) -> base::Result<Outcomes> {
        auto answers = desk.submit(good, now);
        Outcomes outcomes;
        std::size_t next = 0;
        for (const auto& bad : errors)
          outcomes.push_back(outcome_of(bad ? std::unexpected(*bad) : std::move(answers[next++])));
        return outcomes;
      });
  if (sent) return *sent;
  return Outcomes(requests.size(), {queue::SendState::not_sent, sent.error().text()});
}

base::Result<std::vector<queue::SendState>> LocalRequestQueue::look_for(
    std::span<const adt::TestRequest> requests, std::span<const std::int64_t>) {
  using States = std::vector<queue::SendState>;
  return ask_keeper<States>(keeper_, [&](JobDesk& desk, base::Instant) -> base::Result<States> {
    States states;
    for (const auto& request : requests) {
      const auto submission = submission_of(request);
      auto known = base::Result<bool>(false);
      if (submission)
        known = store::has_job(desk.db(), adt::request_key(submission->request, submission->queue),
                               submission->request.package);
      if (!known) return std::unexpected(known.error());
      states.push_back(*known ? queue::SendState::confirmed : queue::SendState::not_sent);
    }
    return states;
  });
}

base::Result<std::size_t> withdraw_requests(Keeper& keeper, const std::string& release,
                                            const JobDesk::IsThere& is_there) {
  std::size_t all = 0;
  while (true) {
    const auto some = ask_keeper<std::size_t>(keeper, [&](JobDesk& desk, base::Instant now) {
      return desk.withdraw({kGateProducer, release}, is_there, now);
    });
    if (!some) return some;
    if (*some == 0) return all;
    all += *some;
  }
}

base::Result<std::vector<adt::TestNews>> LocalResults::news_of(std::string_view source,
                                                               std::string_view arch,
                                                               std::string_view latest_run) {
  using Found = std::vector<adt::TestNews>;
  return ask_keeper<Found>(keeper_, [&](JobDesk& desk, base::Instant) -> base::Result<Found> {
    const auto runs = store::verdicts_after(desk.db(), std::string(source), runs_.release,
                                            std::string(arch), std::string(latest_run));
    if (!runs) return std::unexpected(runs.error());
    Found news;
    for (const auto& run : *runs)
      if (auto one = news_of_run(run, runs_)) news.push_back(std::move(*one));
    return news;
  });
}

}  // namespace sluice::flow
