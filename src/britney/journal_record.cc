#include "britney/journal_record.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"

namespace sluice::britney {
namespace {

codec::Value value_of(const IntentRecord& record) {
  const auto texts = [](const std::vector<std::string>& from) {
    return codec::List(from.begin(), from.end());
  };
  codec::Map map = {{"intent", record.id},           {"at", record.at},
                    {"queue", record.request.queue}, {"source", record.request.source},
                    {"arch", record.request.arch},   {"triggers", texts(record.request.triggers)}};
  if (!record.request.ppas.empty()) map.emplace("ppas", texts(record.request.ppas));
  if (!record.request.submit_time.empty()) map.emplace("submit-time", record.request.submit_time);
  if (record.kept) map.emplace("kept", true);
  if (record.position != 0) map.emplace("behind", record.position);
  return map;
}

codec::Value value_of(const SettledRecord& record) {
  codec::List ids(record.ids.begin(), record.ids.end());
  return codec::Map{{record.how == Settled::sent ? "sent" : "unsent", std::move(ids)}};
}

codec::Value value_of(const CheckpointRecord& record) {
  return codec::Map{{"checkpoint", record.digest}};
}

std::optional<std::int64_t> number_at(const codec::Value& map, std::string_view key) {
  const auto* value = map.find(key);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::vector<std::string> texts_at(const codec::Value& map, std::string_view key) {
  std::vector<std::string> texts;
  const auto* value = map.find(key);
  if (value == nullptr || value->list() == nullptr) return texts;
  for (const auto& each : *value->list())
    if (each.string() != nullptr) texts.push_back(*each.string());
  return texts;
}

std::optional<JournalRecord> intent_of(const codec::Value& map) {
  const auto id = number_at(map, "intent");
  const auto at = number_at(map, "at");
  // Far from where sums of times and ids overflow.
  constexpr std::int64_t kMax = std::int64_t{1} << 40;
  if (!id || !at || *id < 1 || *id > kMax || *at < 0 || *at > kMax) return std::nullopt;
  IntentRecord record{*id, *at, {}, map.find("kept") != nullptr};
  record.position = std::clamp<std::int64_t>(number_at(map, "behind").value_or(0), 0, kMax);
  record.request = {.queue = map.text("queue"),
                    .source = map.text("source"),
                    .arch = map.text("arch"),
                    .triggers = texts_at(map, "triggers"),
                    .ppas = texts_at(map, "ppas"),
                    .submit_time = map.text("submit-time")};
  const auto& request = record.request;
  if (request.queue.empty() || request.source.empty() || request.arch.empty() ||
      request.triggers.empty())
    return std::nullopt;
  return record;
}

std::optional<JournalRecord> settled_of(const codec::List& list, Settled how) {
  SettledRecord record{how, {}};
  for (const auto& each : list)
    if (const auto* id = std::get_if<std::int64_t>(&each)) record.ids.push_back(*id);
  return record;
}

std::optional<JournalRecord> record_of(std::string_view line) {
  constexpr std::size_t kChecksum = 8;
  if (line.size() < kChecksum + 1 || line[kChecksum] != ' ') return std::nullopt;
  const auto body = line.substr(kChecksum + 1);
  if (codec::crc32_hex(body) != line.substr(0, kChecksum)) return std::nullopt;
  const auto json = codec::parse_json(body);
  if (!json) return std::nullopt;
  if (const auto* ids = json->find("sent"); ids != nullptr && ids->list() != nullptr)
    return settled_of(*ids->list(), Settled::sent);
  if (const auto* ids = json->find("unsent"); ids != nullptr && ids->list() != nullptr)
    return settled_of(*ids->list(), Settled::unsent);
  if (auto digest = json->text("checkpoint"); !digest.empty())
    return CheckpointRecord{std::move(digest)};
  return intent_of(*json);
}

}  // namespace

std::string record_text(const JournalRecord& record) {
  const auto value = std::visit([](const auto& each) { return value_of(each); }, record);
  const auto body = codec::to_json(value, codec::JsonStyle::compact);
  return codec::crc32_hex(body) + " " + body + "\n";
}

void read_journal(std::string_view text, LineNotes& notes,
                  const std::function<void(JournalRecord)>& on_record) {
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    // Without its newline a record is torn, even if by chance all else is there: what was to follow
    // in the same write is missing.
    auto record = end == std::string_view::npos ? std::nullopt : record_of(line);
    if (record)
      on_record(std::move(*record));
    else
      notes.add(number, text.empty() ? "the last record is torn by a crash" : "damaged record");
  }
}

}  // namespace sluice::britney
