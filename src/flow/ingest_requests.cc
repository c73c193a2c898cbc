#include "flow/ingest_requests.h"

#include <utility>

#include "codec/utf8.h"
#include "flow/commit.h"

namespace sluice::flow {
namespace {

using base::Result;
using queue::AmqpDelivery;
using queue::Settle;

// How long one turn waits for messages: a stop takes as long.
constexpr std::chrono::milliseconds kWait{1'000};
// What of a rejected body is kept to be looked at.
constexpr std::size_t kBodyKept = 4'096;

// Texts of the database and its pages are UTF-8, whatever came.
std::string readable(std::string_view body) {
  std::string text;
  for (std::size_t at = 0; at < body.size() && text.size() < kBodyKept;) {
    const auto rune = codec::decode_utf8(body, at);
    codec::append_utf8(text, rune.value);
    at += rune.bytes;
  }
  return text;
}

adt::JobClass class_of(const adt::QueueName& queue, const adt::RequestMessage& request) {
  if (queue.context == "huge") return adt::JobClass::rdeps_huge;
  return request.requester.empty() ? adt::JobClass::rdeps_small : adt::JobClass::manual;
}

// The job that is asked for. Errors: invalid.
Result<Submission> submission_of(const AmqpDelivery& delivery, const QueueTable& queues) {
  const auto queue = queues.find(delivery.queue);
  if (queue == queues.end())
    return base::fail(base::ErrorKind::invalid, "no tests are known for this queue");
  if (delivery.body_bytes > delivery.body.size())
    return base::fail(base::ErrorKind::invalid,
                      "the message has " + std::to_string(delivery.body_bytes) + " bytes");
  auto request = adt::parse_message(delivery.body);
  if (!request) return std::unexpected(std::move(request.error()));
  Submission submission{queue->second, std::move(*request), adt::JobClass::manual, "amqp"};
  submission.job_class = class_of(submission.queue, submission.request);
  return submission;
}

Result<Settle> enter(JobDesk& desk, const AmqpDelivery& delivery, const QueueTable& queues,
                     base::Instant now) {
  std::string why;
  if (const auto submission = submission_of(delivery, queues); submission) {
    auto submitted = desk.submit(*submission, now);
    if (!submitted) return std::unexpected(std::move(submitted.error()));
    if (submitted->how != SubmitHow::refused) return Settle::accept;
    why = submitted->why;
  } else {
    why = submission.error().text();
  }
  auto told = desk.reject({0, now, "amqp", delivery.queue, readable(delivery.body), readable(why)});
  if (!told) return std::unexpected(std::move(told.error()));
  return Settle::reject;
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

std::chrono::milliseconds IngestRequests::turn() {
  const auto done = take_turn();
  if (done) {
    if (is_failing_) log_.info("amqp: requests are taken again");
    is_failing_ = false;
    backoff_.reset();
    return std::chrono::milliseconds(0);
  }
  if (!is_failing_) log_.warn("amqp: no requests are taken: " + done.error().text());
  is_failing_ = true;
  return backoff_.next();
}

Result<void> IngestRequests::take_turn() {
  const auto taken = source_.receive(kWait);
  if (!taken) return std::unexpected(taken.error());
  if (taken->empty()) return {};
  std::vector<Settle> fates;
  auto committed = commit(keeper_, [&](JobDesk& desk, base::Instant now) -> Result<void> {
    for (const auto& delivery : *taken) {
      const auto fate = enter(desk, delivery, queues_, now);
      if (!fate) return std::unexpected(fate.error());
      fates.push_back(*fate);
    }
    return {};
  });
  if (committed) return source_.settle(fates);
  source_.drop();
  return committed;
}

}  // namespace sluice::flow
