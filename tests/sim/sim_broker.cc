#include "sim/sim_broker.h"

#include <algorithm>

#include "adt/run_messages.h"
#include "queue/amqp_fanout.h"

namespace sluice::sim {
namespace {

using queue::SendState;

constexpr std::size_t kPrefetch = 4;

}  // namespace

void SimBroker::put_end(const std::string& body) { put(kEndsQueue, body); }

void SimBroker::give_back(const std::set<std::uint64_t>& ids) {
  for (auto& [name, queue] : queues)
    for (auto& message : queue)
      if (ids.contains(message.id)) message.is_taken = false;
}

void SimBroker::forget(std::uint64_t id) {
  for (auto& [name, queue] : queues)
    std::erase_if(queue, [&](const Message& message) { return message.id == id; });
}

std::size_t SimBroker::waiting() const {
  std::size_t all = 0;
  for (const auto& [name, queue] : queues) all += queue.size();
  return all;
}

std::vector<queue::SendOutcome> SimSink::publish(std::span<const queue::AmqpMessage> messages) {
  std::vector<queue::SendOutcome> outcomes;
  for (const auto& message : messages) outcomes.push_back(send(message));
  return outcomes;
}

void SimSink::arrive(const queue::AmqpMessage& message) {
  if (message.exchange == queue::kTestComplete) {
    link_.broker.put_end(message.body);
    const auto end = adt::parse_complete(message.body);
    ++link_.ledger.announced[end ? end->place.directory : message.body];
    ++link_.ledger.changes;
    link_.coverage.hit("readers: run announced");
  } else if (message.exchange.empty()) {
    link_.broker.put(message.key, message.body);
    ++link_.broker.sent[message.body];
  }
}

queue::SendOutcome SimSink::send(const queue::AmqpMessage& message) {
  auto& cover = link_.coverage;
  if (!link_.machine.is_on()) return {SendState::not_sent, "off"};
  if (!link_.machine.pass_door()) {
    cover.hit("crash: before a message is sent");
    return {SendState::not_sent, "off"};
  }
  if (link_.broker.is_down) {
    cover.hit("broker: down");
    return {SendState::not_sent, "no connection"};
  }
  const auto luck = link_.is_calm ? 100 : link_.random.below(100);
  if (luck < 4) {
    cover.hit("broker: not sent");
    return {SendState::not_sent, "cut"};
  }
  if (luck < 8 && message.exchange.empty()) {
    cover.hit("broker: returned");
    return {SendState::returned, "NO_ROUTE"};
  }
  if (luck < 12) {
    cover.hit("broker: unconfirmed");
    if (link_.random.chance(50)) arrive(message);
    return {SendState::unconfirmed, "cut"};
  }
  arrive(message);
  if (link_.machine.pass_door()) return {SendState::confirmed, ""};
  cover.hit("crash: after a message was sent");
  return {SendState::unconfirmed, "off"};
}

base::Result<std::vector<queue::AmqpDelivery>> SimSource::receive(std::chrono::milliseconds) {
  if (!link_.machine.pass_door()) return base::fail(base::ErrorKind::unavailable, "off");
  if (link_.broker.is_down) {
    link_.coverage.hit("broker: down");
    return base::fail(base::ErrorKind::unavailable, "no connection");
  }
  std::vector<queue::AmqpDelivery> deliveries;
  for (auto& message : link_.broker.queues[queue_]) {
    if (message.is_taken || taken_.size() == kPrefetch) continue;
    message.is_taken = true;
    taken_.push_back(message);
    deliveries.push_back(
        {message.id, queue_, message.body, message.body.size(), message.was_taken, 0});
    message.was_taken = true;
  }
  return deliveries;
}

base::Result<void> SimSource::settle(std::span<const queue::Settle> fates) {
  if (!link_.machine.pass_door()) return base::fail(base::ErrorKind::unavailable, "off");
  if (!link_.is_calm && link_.random.chance(5)) {
    link_.coverage.hit("broker: cut before settling");
    drop();
    return base::fail(base::ErrorKind::unavailable, "cut");
  }
  for (std::size_t i = 0; i < fates.size(); ++i) {
    // From now on nobody but the server knows of it.
    const auto request = queue_ == kIngestQueue && fates[i] == queue::Settle::accept
                             ? adt::parse_message(taken_[i].body)
                             : base::fail(base::ErrorKind::invalid, "no request");
    if (request) {
      const auto key = adt::request_key(*request, {"", "noble", "amd64"});
      link_.ledger.promised.emplace(key, "the broker");
      ++link_.ledger.changes;
    }
    link_.broker.forget(taken_[i].id);
  }
  taken_.clear();
  return {};
}

void SimSource::drop() {
  std::set<std::uint64_t> ids;
  for (const auto& message : taken_) ids.insert(message.id);
  link_.broker.give_back(ids);
  taken_.clear();
}

}  // namespace sluice::sim
