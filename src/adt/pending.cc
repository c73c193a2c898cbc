#include "adt/pending.h"

#include <fmt/format.h>

#include "codec/json.h"

namespace sluice::adt {
namespace {

// One `"source": ["amd64", ...]`.
void read_archs(const std::string& trigger, const std::string& source, const codec::Value& archs,
                ReadPending& read) {
  const auto* list = archs.list();
  if (list == nullptr) {
    read.problems.push_back(
        fmt::format("{}, {}: expected a list of architectures", trigger, source));
    return;
  }
  for (const auto& arch : *list) {
    if (const auto* name = arch.string(); name != nullptr && !name->empty())
      read.pending.add(trigger, source, *name);
    else
      read.problems.push_back(
          fmt::format("{}, {}: expected the name of an architecture", trigger, source));
  }
}

}  // namespace

bool Pending::has(std::string_view trigger, std::string_view source, std::string_view arch) const {
  const auto sources = by_trigger_.find(trigger);
  if (sources == by_trigger_.end()) return false;
  const auto archs = sources->second.find(source);
  return archs != sources->second.end() && archs->second.contains(arch);
}

void Pending::add(std::string_view trigger, std::string_view source, std::string_view arch) {
  by_trigger_[std::string(trigger)][std::string(source)].emplace(arch);
}

bool Pending::remove(std::string_view trigger, std::string_view source, std::string_view arch) {
  const auto sources = by_trigger_.find(trigger);
  if (sources == by_trigger_.end()) return false;
  const auto archs = sources->second.find(source);
  if (archs == sources->second.end()) return false;
  const auto at = archs->second.find(arch);
  if (at == archs->second.end()) return false;
  archs->second.erase(at);
  if (archs->second.empty()) sources->second.erase(archs);
  if (sources->second.empty()) by_trigger_.erase(sources);
  return true;
}

void Pending::remove_triggers(const std::function<bool(const std::string& trigger)>& is_gone) {
  std::erase_if(by_trigger_, [&](const auto& entry) { return is_gone(entry.first); });
}

base::Result<ReadPending> parse_pending(std::string_view json) {
  const auto value = codec::parse_json(json);
  if (!value) return base::fail_with(value.error(), "pending tests");
  const auto* triggers = value->map();
  if (triggers == nullptr)
    return base::fail(base::ErrorKind::corrupt, "pending tests: expected a JSON object");
  ReadPending read;
  for (const auto& [trigger, sources] : *triggers) {
    if (const auto* map = sources.map())
      for (const auto& [source, archs] : *map) read_archs(trigger, source, archs, read);
    else
      read.problems.push_back(fmt::format("{}: expected an object of sources", trigger));
  }
  return read;
}

std::string render_pending(const Pending& pending) {
  codec::Map triggers;
  for (const auto& [trigger, sources] : pending.by_trigger()) {
    codec::Map map;
    for (const auto& [source, archs] : sources) {
      codec::List list;
      for (const auto& arch : archs) list.emplace_back(arch);
      map.emplace(source, std::move(list));
    }
    triggers.emplace(trigger, std::move(map));
  }
  return codec::to_json(triggers, codec::JsonStyle::indented);
}

}  // namespace sluice::adt
