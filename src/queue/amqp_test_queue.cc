#include "queue/amqp_test_queue.h"

#include <algorithm>
#include <utility>

#include "adt/run_messages.h"
#include "queue/amqp_fanout.h"
#include "queue/amqp_sink.h"

namespace sluice::queue {
namespace {

using base::ErrorKind;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Between two looks at empty queues, as the peers' workers do it.
constexpr milliseconds kPoll{2'000};
// Between two status messages; the first comes after as long.
constexpr std::chrono::seconds kStatusInterval{10};
constexpr std::size_t kRequestBytesMax = std::size_t{64} << 10;
// Then a human decides. Source: autopkgtest 2.6, testgrid 1.5 (T10).
constexpr int kInfraAttemptsMax = 3;

Result<adt::RequestMessage> request_of(const AmqpDelivery& delivery) {
  if (delivery.body_bytes > delivery.body.size())
    return base::fail(ErrorKind::invalid,
                      "the message has " + std::to_string(delivery.body_bytes) + " bytes");
  return adt::parse_message(delivery.body);
}

}  // namespace

std::string held_queue_of(const std::string& queue) { return "held." + queue; }

AmqpLimits standalone_limits() {
  AmqpLimits limits;
  limits.heartbeat = std::chrono::minutes(5);
  limits.body_max = kRequestBytesMax;
  return limits;
}

AmqpTestQueue::AmqpTestQueue(AmqpBrokers brokers, AmqpLimits limits, sys::Clock& clock,
                             std::uint64_t seed, base::Log& log)
    : brokers_(std::move(brokers)), limits_(limits), clock_(clock), order_(seed), log_(log) {}

Result<void> AmqpTestQueue::connect() {
  if (connection_) return {};
  auto opened = AmqpConnection::open_any(brokers_, limits_);
  if (!opened) return std::unexpected(std::move(opened.error()));
  if (auto declared = (*opened)->declare(fanout_topology()); !declared) return declared;
  connection_ = std::move(*opened);
  next_tag_ = 1;
  declared_.clear();
  return {};
}

void AmqpTestQueue::drop() {
  connection_.reset();
  if (held_) held_->is_lost = true;
}

Result<std::optional<Lease>> AmqpTestQueue::lease(const LeaseAsk& ask) {
  // Who asks for the next has given up the last one: the broker shall have it again.
  if (held_) {
    tell_stopped(current_);
    drop();
  }
  held_.reset();
  if (auto connected = connect(); !connected) return std::unexpected(std::move(connected.error()));
  const auto until = steady_clock::now() + ask.wait;
  while (true) {
    auto queues = ask.queues;
    std::ranges::shuffle(queues, order_);
    auto taken = take_one(queues);
    if (!taken) drop();
    if (!taken || *taken) return taken;
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (left <= milliseconds(0)) return std::nullopt;
    // The wait hears a goodbye at once, and keeps the connection alive.
    if (auto heard = connection_->receive(std::min(left, kPoll)); !heard) {
      drop();
      return std::unexpected(std::move(heard.error()));
    }
  }
}

Result<std::optional<Lease>> AmqpTestQueue::take_one(const std::vector<adt::QueueName>& queues) {
  for (const auto& queue : queues) {
    const auto name = queue.text();
    if (declared_.insert(name).second)
      if (auto declared = connection_->declare({{name}, {}, {}}); !declared)
        return std::unexpected(std::move(declared.error()));
    while (true) {
      const auto delivery = connection_->get(name);
      if (!delivery) return std::unexpected(delivery.error());
      if (!*delivery) break;
      auto lease = accept(**delivery, queue);
      if (!lease || *lease) return lease;
    }
  }
  return std::nullopt;
}

// Nothing: it was of no use and is gone.
Result<std::optional<Lease>> AmqpTestQueue::accept(const AmqpDelivery& delivery,
                                                   const adt::QueueName& queue) {
  const auto again = unacknowledged_.find({delivery.queue, delivery.body});
  if (delivery.redelivered && again != unacknowledged_.end()) {
    unacknowledged_.erase(again);
    if (auto told = connection_->acknowledge(delivery.tag); !told)
      return std::unexpected(std::move(told.error()));
    return std::nullopt;
  }
  auto request = request_of(delivery);
  if (!request) {
    log_.warn("amqp: a request of " + delivery.queue + " is dropped: " + request.error().text());
    if (auto told = connection_->reject(delivery.tag); !told)
      return std::unexpected(std::move(told.error()));
    return std::nullopt;
  }
  held_ = Held{++jobs_, delivery.tag, delivery.queue, delivery.body, delivery.attempts};
  if (const auto at = uncounted_.find({delivery.queue, delivery.body}); at != uncounted_.end()) {
    held_->attempts = std::max(held_->attempts, at->second);
    uncounted_.erase(at);
  }
  Lease lease;
  lease.job = jobs_;
  lease.attempt = held_->attempts + 1;
  // Also where the clock stands still or is set back: run paths are made of it.
  epoch_ = std::max<std::int64_t>(clock_.now().time_since_epoch().count(), epoch_ + 1);
  lease.epoch = epoch_;
  lease.queue = queue;
  lease.request = std::move(*request);
  lease.ttl = limits_.heartbeat;
  lease.heartbeat = kStatusInterval;
  // One count for all attempts, as the peers' workers have it: the third says what it is.
  lease.suspect_reruns_left = std::max(0, adt::kSuspectRerunsMax - held_->attempts);
  current_ = lease;
  return lease;
}

Result<void> AmqpTestQueue::publish(const std::vector<AmqpMessage>& messages) {
  if (messages.empty()) return {};
  std::vector<SendOutcome> outcomes(messages.size());
  auto published = publish_confirmed(*connection_, messages, outcomes, next_tag_, limits_.confirm);
  if (!published) {
    drop();
    return published;
  }
  for (const auto& [state, why] : outcomes)
    if (state != SendState::confirmed) return base::fail(ErrorKind::unavailable, why);
  return {};
}

Result<Order> AmqpTestQueue::heartbeat(const Lease& lease, const Progress& progress) {
  if (!held_ || held_->job != lease.job)
    return base::fail(ErrorKind::conflict, "the lease is over");
  held_->progress = progress;
  // Hears whether the broker has taken the request back.
  if (connection_) {
    if (auto heard = connection_->receive(milliseconds(0)); !heard) {
      drop();
      return base::fail_with(std::move(heard.error()), "the broker has the request again");
    }
  }
  if (auto connected = connect(); !connected) return std::unexpected(std::move(connected.error()));
  if (progress.duration < kStatusInterval) return Order::go_on;
  const adt::StatusMessage status{lease.queue, lease.request, adt::RunState::running,
                                  progress.duration, progress.log_tail};
  // Also when the answer is lost: listeners may have it.
  held_->is_running = true;
  if (auto told = publish({message_of(status)}); !told)
    return std::unexpected(std::move(told.error()));
  return Order::go_on;
}

AmqpMessage AmqpTestQueue::ended_status(const Lease& lease, std::chrono::seconds duration) const {
  return message_of(adt::StatusMessage{lease.queue, lease.request, adt::RunState::ended, duration,
                                       held_->progress.log_tail});
}

// Who listens must not show for ever what runs no more. That it could not be told changes nothing.
void AmqpTestQueue::tell_stopped(const Lease& lease) {
  if (!held_->is_running || !connection_) return;
  if (auto told = publish({ended_status(lease, held_->progress.duration)}); !told)
    log_.warn("amqp: the end of a run is not told: " + told.error().text());
}

// Where a request goes that infrastructure ended, or may have. One whose held queue cannot be had
// goes on.
Result<AmqpMessage> AmqpTestQueue::next_place(const AttemptEnd& end) {
  AmqpMessage message{"", held_->queue, held_->body, AmqpRouting::must_arrive, held_->attempts + 1};
  if (message.attempts < kInfraAttemptsMax || held_->lacks_held_queue) return message;
  const auto name = held_queue_of(held_->queue);
  if (auto declared = connection_->declare({{name}, {}, {}}); !declared) {
    drop();
    return std::unexpected(std::move(declared.error()));
  }
  message.key = name;
  log_.error("amqp: a request of " + held_->queue + " waits for a human in " + name + ": attempt " +
             std::to_string(message.attempts) + " ended as " +
             std::string(adt::text_of(end.outcome)));
  return message;
}

void AmqpTestQueue::acknowledge() {
  if (!held_->is_lost && !connection_->acknowledge(held_->tag)) drop();
  // By what it is, not by its number: that was the lost connection's.
  if (held_->is_lost) unacknowledged_.emplace(held_->queue, held_->body);
  finished_ = held_->job;
  held_.reset();
}

Result<void> AmqpTestQueue::finish(const Lease& lease, const AttemptEnd& end) {
  if (lease.job == finished_) return {};
  if (!held_ || held_->job != lease.job)
    return base::fail(ErrorKind::conflict, "the lease is over");
  if (connection_ && !connection_->receive(milliseconds(0))) drop();
  if (auto connected = connect(); !connected) return connected;
  const auto outcome_class = adt::class_of(end.outcome);
  std::vector<AmqpMessage> messages;
  if (adt::is_announced(lease.queue, end))
    messages.push_back(message_of(adt::complete_of(lease.request, lease.queue, end)));
  // A short run that ran is told of once, at its end.
  if (outcome_class == adt::OutcomeClass::ran || held_->is_running)
    messages.push_back(ended_status(lease, end.duration));
  const bool goes_back = outcome_class == adt::OutcomeClass::infra || end.run_again;
  const bool again = goes_back && !held_->is_lost;
  if (again) {
    auto place = next_place(end);
    if (!place) return std::unexpected(std::move(place.error()));
    messages.push_back(std::move(*place));
  }
  if (auto told = publish(messages); !told) {
    // Returned, not lost with the connection: said again, it goes to the end of its own queue.
    if (connection_ && again && messages.back().key != held_->queue) {
      held_->lacks_held_queue = true;
      log_.error("amqp: no queue " + messages.back().key + ": its request is tried again");
    }
    return told;
  }
  if (!goes_back || again) {
    acknowledge();
    return {};
  }
  // Lost, and without a verdict: whoever has it now shall run it.
  uncounted_[{held_->queue, held_->body}] = held_->attempts + 1;
  finished_ = held_->job;
  held_.reset();
  return {};
}

Result<void> AmqpTestQueue::give_back(const Lease& lease, const std::string& why) {
  if (!held_ || held_->job != lease.job)
    return base::fail(ErrorKind::conflict, "the lease is over");
  log_.info("amqp: a request of " + held_->queue + " is given back: " + why);
  tell_stopped(lease);
  // A connection that is lost has given it back already.
  if (!held_->is_lost && !connection_->put_back(held_->tag)) drop();
  held_.reset();
  return {};
}

}  // namespace sluice::queue
