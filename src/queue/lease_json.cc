#include "queue/lease_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "adt/evidence.h"
#include "codec/base64.h"
#include "codec/json.h"

namespace sluice::queue {
namespace {

using base::ErrorKind;
using codec::Map;
using codec::Value;

constexpr std::array<std::string_view, 3> kPhases = {"preparing", "running", "collecting"};
constexpr std::size_t kQueuesMax = 1000;
constexpr std::size_t kInstanceMax = 100;
constexpr std::int64_t kSecondsMax = 86'400 * 30;
// Numbers up to this are whole in every reader of JSON.
constexpr std::int64_t kWholeNumberMax = std::int64_t{1} << 53;

// None if it is not there, as of workers that know nothing of it.
base::Result<std::optional<adt::RunPhase>> reached_in(const Value& value) {
  if (value.find("reached") == nullptr) return std::nullopt;
  const auto phase = adt::parse_run_phase(value.text("reached"));
  if (phase) return phase;
  return base::fail(ErrorKind::invalid,
                    "\"reached\": expected prepare, boot, setup, test-begin or test-end");
}

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

// None if it is not there, as of workers that know nothing of it.
base::Result<LogPiece> piece_in(const Value& value, std::uint64_t log_bytes) {
  if (value.find("log_piece") == nullptr) return LogPiece{};
  const auto from = number_in(value, "log_from", kWholeNumberMax);
  if (!from) return std::unexpected(from.error());
  const auto text = text_in(value, "log_piece");
  if (!text) return std::unexpected(text.error());
  // Looked at before it is decoded: the text is somebody else's.
  auto bytes = text->size() / 4 * 3 <= kLogPieceMax + 2 ? codec::from_base64(*text) : std::nullopt;
  if (!bytes || bytes->size() > kLogPieceMax)
    return base::fail(ErrorKind::invalid, "\"log_piece\": expected at most " +
                                              std::to_string(kLogPieceMax) + " bytes in Base64");
  LogPiece piece{static_cast<std::uint64_t>(*from), std::move(*bytes)};
  if (piece.from + piece.bytes.size() > log_bytes)
    return base::fail(ErrorKind::invalid, "\"log_piece\": expected bytes within \"log_bytes\"");
  return piece;
}

}  // namespace

std::string_view text_of(Phase phase) { return kPhases.at(static_cast<std::size_t>(phase)); }

std::string_view text_of(Order order) { return order == Order::stop ? "stop" : "go_on"; }

Value value_of(const LeaseAsk& ask) {
  codec::List queues;
  for (const auto& queue : ask.queues) queues.emplace_back(queue.text());
  Map map{{"queues", std::move(queues)}, {"wait", count(ask.wait)}};
  if (!ask.instance.empty()) map.emplace("instance", ask.instance);
  return map;
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
  auto instance = parse_instance(value);
  if (!instance) return std::unexpected(instance.error());
  ask.instance = std::move(*instance);
  return ask;
}

base::Result<std::string> parse_instance(const Value& value) {
  if (value.find("instance") == nullptr) return "";
  auto text = text_in(value, "instance");
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._~-").contains(c);
  };
  if (text && text->size() <= kInstanceMax && std::ranges::all_of(*text, is_plain)) return text;
  return base::fail(ErrorKind::invalid, "\"instance\": expected at most " +
                                            std::to_string(kInstanceMax) +
                                            " letters, digits, \".\", \"_\", \"~\" and \"-\"");
}

Value value_of(const Lease& lease) {
  return Map{{"job", lease.job},
             {"epoch", lease.epoch},
             {"attempt", lease.attempt},
             {"queue", lease.queue.text()},
             {"package", lease.request.package},
             {"request", adt::message_json(lease.request)},
             {"ttl", count(lease.ttl)},
             {"heartbeat", count(lease.heartbeat)},
             {"suspect_reruns_left", lease.suspect_reruns_left}};
}

base::Result<Lease> parse_lease(const Value& value) {
  constexpr auto kAny = std::int64_t{1} << 53;
  const auto job = number_in(value, "job", kAny), epoch = number_in(value, "epoch", kAny);
  const auto attempt = number_in(value, "attempt", 1'000'000);
  const auto ttl = number_in(value, "ttl", kSecondsMax);
  const auto heartbeat = number_in(value, "heartbeat", kSecondsMax);
  // Servers from before there were re-runs do not say: what fails stands.
  const auto reruns = value.find("suspect_reruns_left") == nullptr
                          ? base::Result<std::int64_t>(0)
                          : number_in(value, "suspect_reruns_left", 1'000);
  for (const auto* number : {&job, &epoch, &attempt, &ttl, &heartbeat, &reruns})
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
               std::chrono::seconds(*heartbeat),
               static_cast<int>(*reruns)};
}

Value value_of(const Progress& progress) {
  Map map{{"phase", text_of(progress.phase)},
          {"duration", count(progress.duration)},
          {"log_bytes", static_cast<std::int64_t>(progress.log_bytes)},
          {"log_tail", progress.log_tail},
          {"test", progress.test}};
  if (progress.reached) map.emplace("reached", adt::text_of(*progress.reached));
  add_to(map, progress.load);
  const auto& piece = progress.log_piece;
  if (!piece.bytes.empty()) {
    map.emplace("log_from", static_cast<std::int64_t>(piece.from));
    map.emplace("log_piece", codec::to_base64(piece.bytes));
  }
  return map;
}

base::Result<Progress> parse_progress(const Value& value) {
  auto phase = text_in(value, "phase"), tail = text_in(value, "log_tail");
  auto test = text_in(value, "test");
  for (const auto* text : {&phase, &tail, &test})
    if (!*text) return std::unexpected(text->error());
  if (tail->size() > kLogTailMax)
    return base::fail(ErrorKind::invalid,
                      "\"log_tail\": expected at most " + std::to_string(kLogTailMax) + " bytes");
  const auto duration = number_in(value, "duration", kSecondsMax);
  const auto bytes = number_in(value, "log_bytes", kWholeNumberMax);
  for (const auto* number : {&duration, &bytes})
    if (!*number) return std::unexpected(number->error());
  const auto at = std::find(kPhases.begin(), kPhases.end(), *phase);
  if (at == kPhases.end())
    return base::fail(ErrorKind::invalid, "\"phase\": expected preparing, running or collecting");
  auto piece = piece_in(value, static_cast<std::uint64_t>(*bytes));
  if (!piece) return std::unexpected(piece.error());
  const auto reached = reached_in(value);
  if (!reached) return std::unexpected(reached.error());
  const auto load = parse_host_load(value);
  if (!load) return std::unexpected(load.error());
  return Progress{static_cast<Phase>(at - kPhases.begin()),
                  std::chrono::seconds(*duration),
                  static_cast<std::uint64_t>(*bytes),
                  std::move(*tail),
                  adt::quoted(*test),
                  std::move(*piece),
                  *reached,
                  *load};
}

base::Result<Order> parse_order(const Value& value) {
  const auto text = text_in(value, "order");
  if (!text) return std::unexpected(text.error());
  if (*text == "go_on") return Order::go_on;
  if (*text == "stop") return Order::stop;
  return base::fail(ErrorKind::invalid, "\"order\": expected go_on or stop");
}

}  // namespace sluice::queue
