#include "flow/ingest_requests.h"

#include <utility>

namespace sluice::flow {
namespace {

using base::Result;
using queue::AmqpDelivery;
using queue::Settle;

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
  Submission submission{queue->second, std::move(*request), adt::JobClass::manual, "amqp"};
  submission.job_class = class_of_ingress(submission.queue, submission.request);
  return submission;
}

Result<Settle> enter_request(JobDesk& desk, const AmqpDelivery& delivery, const QueueTable& queues,
                             base::Instant now) {
  const auto submission = submission_of(delivery, queues);
  if (!submission) return reject(desk, delivery, submission.error().text(), now);
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
