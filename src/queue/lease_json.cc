#include "queue/lease_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/json.h"

namespace sluice::queue {
namespace {

using base::ErrorKind;
using codec::Map;
using codec::Value;

constexpr std::array<std::string_view, 3> kPhases = {"preparing", "running", "collecting"};
constexpr std::size_t kQueuesMax = 1000;
constexpr std::int64_t kSecondsMax = 86'400 * 30;

std::int64_t count(std::chrono::seconds time) { return time.count(); }

base::Result<std::string> text_in(const Value& value, std::string_view key) {
  const auto* found = value.find(key);
  if (found != nullptr && found->string() != nullptr) return *found->string();
  return base::fail(ErrorKind::invalid, "\"" + std::string(key) + "\": expected a text");
}

base::Result<std::int64_t> number_in(const Value& value, std::string_view key, std::int64_t max) {
  const auto* found = value.find(key);
  const auto* number = found == nullptr ? nullptr : std::get_if<std::int64_t>(found);
  if (number != nullptr && *number >= 0 && *number <= max) return *number;
  return base::fail(
      ErrorKind::invalid,
      "\"" + std::string(key) + "\": expected a whole number from 0 to " + std::to_string(max));
}

}  // namespace

std::string_view text_of(Phase phase) { return kPhases.at(static_cast<std::size_t>(phase)); }

std::string_view text_of(Order order) { return order == Order::stop ? "stop" : "go_on"; }

Value value_of(const LeaseAsk& ask) {
  codec::List queues;
  for (const auto& queue : ask.queues) queues.emplace_back(queue.text());
  return Map{{"queues", std::move(queues)}, {"wait", count(ask.wait)}};
}

base::Result<LeaseAsk> parse_lease_ask(std::string worker, const Value& value) {
  LeaseAsk ask;
  ask.worker = std::move(worker);
  const auto* found = value.find("queues");
  const auto* list = found == nullptr ? nullptr : found->list();
  if (list == nullptr || list->empty() || list->size() > kQueuesMax)
    return base::fail(ErrorKind::invalid, "\"queues\": expected a list of queue names");
  for (const auto& entry : *list) {
    const auto* text = entry.string();
    auto queue = adt::parse_queue_name(text == nullptr ? "" : *text);
    if (!queue) return base::fail_with(queue.error(), "\"queues\"");
    ask.queues.push_back(std::move(*queue));
  }
  // Longer than any proxy keeps a silent connection.
  const auto wait = number_in(value, "wait", 300);
  if (!wait) return std::unexpected(wait.error());
  ask.wait = std::chrono::seconds(*wait);
  return ask;
}

Value value_of(const Lease& lease) {
  return Map{{"job", lease.job},
             {"epoch", lease.epoch},
             {"attempt", lease.attempt},
             {"queue", lease.queue.text()},
             {"package", lease.request.package},
             {"request", adt::message_json(lease.request)},
             {"ttl", count(lease.ttl)},
             {"heartbeat", count(lease.heartbeat)}};
}

base::Result<Lease> parse_lease(const Value& value) {
  constexpr auto kAny = std::int64_t{1} << 53;
  const auto job = number_in(value, "job", kAny), epoch = number_in(value, "epoch", kAny);
  const auto attempt = number_in(value, "attempt", 1'000'000);
  const auto ttl = number_in(value, "ttl", kSecondsMax);
  const auto heartbeat = number_in(value, "heartbeat", kSecondsMax);
  for (const auto* number : {&job, &epoch, &attempt, &ttl, &heartbeat})
    if (!*number) return std::unexpected(number->error());
  const auto queue = text_in(value, "queue"), package = text_in(value, "package");
  const auto request = text_in(value, "request");
  for (const auto* text : {&queue, &package, &request})
    if (!*text) return std::unexpected(text->error());
  auto name = adt::parse_queue_name(*queue);
  if (!name) return std::unexpected(name.error());
  auto message = adt::parse_message(*package, *request);
  if (!message) return std::unexpected(message.error());
  return Lease{*job,
               *epoch,
               static_cast<int>(*attempt),
               std::move(*name),
               std::move(*message),
               std::chrono::seconds(*ttl),
               std::chrono::seconds(*heartbeat)};
}

Value value_of(const Progress& progress) {
  return Map{{"phase", text_of(progress.phase)},
             {"duration", count(progress.duration)},
             {"log_bytes", static_cast<std::int64_t>(progress.log_bytes)},
             {"log_tail", progress.log_tail},
             {"test", progress.test}};
}

base::Result<Progress> parse_progress(const Value& value) {
  auto phase = text_in(value, "phase"), tail = text_in(value, "log_tail");
  auto test = text_in(value, "test");
  for (const auto* text : {&phase, &tail, &test})
    if (!*text) return std::unexpected(text->error());
  const auto duration = number_in(value, "duration", kSecondsMax);
  const auto bytes = number_in(value, "log_bytes", std::int64_t{1} << 53);
  for (const auto* number : {&duration, &bytes})
    if (!*number) return std::unexpected(number->error());
  const auto at = std::find(kPhases.begin(), kPhases.end(), *phase);
  if (at == kPhases.end())
    return base::fail(ErrorKind::invalid, "\"phase\": expected preparing, running or collecting");
  return Progress{static_cast<Phase>(at - kPhases.begin()), std::chrono::seconds(*duration),
                  static_cast<std::uint64_t>(*bytes), std::move(*tail), std::move(*test)};
}

base::Result<Order> parse_order(const Value& value) {
  const auto text = text_in(value, "order");
  if (!text) return std::unexpected(text.error());
  if (*text == "go_on") return Order::go_on;
  if (*text == "stop") return Order::stop;
  return base::fail(ErrorKind::invalid, "\"order\": expected go_on or stop");
}

}  // namespace sluice::queue
