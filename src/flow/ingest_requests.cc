#include "flow/ingest_requests.h"

#include <algorithm>
#include <utility>

#include "store/job_rows.h"

namespace sluice::flow {
namespace {

using base::Result;
using queue::AmqpDelivery;
using queue::Settle;

constexpr const char* kAmqpProducer = "amqp";
constexpr std::chrono::hours kSameFor{1};
// Jobs of one key, the newest: somebody who asks for the same again and again is refused at twenty
// an hour.
constexpr std::size_t kServedLookedAt = 50;

adt::JobClass class_of_ingress(const adt::QueueName& queue, const adt::RequestMessage& request) {
  if (queue.context == "huge") return adt::JobClass::rdeps_huge;
  return request.requester.empty() ? adt::JobClass::rdeps_small : adt::JobClass::manual;
}

// The job that is asked for. Errors: invalid.
Result<Submission> submission_of(const AmqpDelivery& delivery, const QueueTable& queues) {
  const auto queue = queues.find(delivery.queue);
  if (queue == queues.end())
    return base::fail(base::ErrorKind::invalid, "no tests are known for this queue");
  if (auto whole = check_whole(delivery); !whole) return std::unexpected(whole.error());
  auto request = adt::parse_message(delivery.body);
  if (!request) return std::unexpected(std::move(request.error()));
  Submission submission{queue->second, std::move(*request), adt::JobClass::manual, kAmqpProducer};
  submission.job_class = class_of_ingress(submission.queue, submission.request);
  return submission;
}

// Whether a message that was delivered before is one that this job was made of. Queues that
// somebody looked into deliver all of theirs again, so a message without time and uuid, which says
// nothing about itself, is taken for the same for a short while only: a test too many is better
// than none.
bool is_made_of(const adt::Job& job, const adt::RequestMessage& request, base::Instant now) {
  if (job.producer != kAmqpProducer || !adt::is_final(job.state)) return false;
  if (job.request != request) return false;
  const bool is_named = !request.uuid.empty() || !request.submit_time.empty();
  return is_named || now - job.submitted < kSameFor;
}

// A broker that was cut off before our acknowledgement sends a message again, perhaps when its test
// has ended. Source: autopkgtest 1.4.
Result<bool> has_been_served(JobDesk& desk, const Submission& submission, base::Instant now) {
  const auto key = adt::request_key(submission.request, submission.queue);
  const auto jobs =
      store::jobs_of_key(desk.db(), {key, submission.request.package}, kServedLookedAt);
  if (!jobs) return std::unexpected(jobs.error());
  return std::ranges::any_of(
      *jobs, [&](const adt::Job& job) { return is_made_of(job, submission.request, now); });
}

Result<Settle> enter_request(JobDesk& desk, const AmqpDelivery& delivery, const QueueTable& queues,
                             base::Instant now) {
  const auto submission = submission_of(delivery, queues);
  if (!submission) return reject(desk, delivery, submission.error().text(), now);
  if (delivery.redelivered) {
    const auto served = has_been_served(desk, *submission, now);
    if (!served) return std::unexpected(served.error());
    if (*served) return Settle::accept;
  }
  const auto submitted = desk.submit(*submission, now);
  if (!submitted) return std::unexpected(submitted.error());
  if (submitted->noted) return Settle::reject;
  if (submitted->how == SubmitHow::refused) return reject(desk, delivery, submitted->why, now);
  return Settle::accept;
}

}  // namespace

Result<QueueTable> queue_table(std::span<const std::string> names, QueueTable named) {
  for (const auto& name : names) {
    if (named.contains(name)) continue;
    auto queue = adt::parse_queue_name(name);
    if (!queue) return std::unexpected(std::move(queue.error()));
    named.emplace(name, std::move(*queue));
  }
  return named;
}

queue::AmqpTopology request_topology(const QueueTable& queues) {
  queue::AmqpTopology topology;
  for (const auto& [name, place] : queues) topology.queues.push_back(name);
  return topology;
}

IngestRequests::IngestRequests(queue::MessageSource& source, QueueTable queues, Keeper& keeper,
                               base::Log& log)
    : messages_(source, keeper, log, "requests",
                [queues = std::move(queues)](JobDesk& desk, const AmqpDelivery& delivery,
                                             base::Instant now) {
                  return enter_request(desk, delivery, queues, now);
                }) {}

}  // namespace sluice::flow
