#include "britney/email_cache.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "codec/json.h"

namespace sluice::britney {
namespace {

std::optional<MailState> state_of(const codec::Value& value) {
  const auto* pair = value.list();
  if (pair == nullptr || pair->size() != 2) return std::nullopt;
  const auto* addresses = pair->front().list();
  const auto* days = std::get_if<std::int64_t>(&pair->back());
  if (addresses == nullptr || days == nullptr) return std::nullopt;
  MailState state{{}, *days};
  for (const auto& each : *addresses)
    if (each.string() != nullptr) state.addresses.push_back(*each.string());
  return state;
}

void put_over(MailStates& under, const MailStates& over) {
  for (const auto& [source, versions] : over)
    for (const auto& [version, state] : versions) under[source][version] = state;
}

}  // namespace

Read<MailStates> parse_email_cache(std::string_view text, const std::string& file) {
  Read<MailStates> read;
  const auto complain = [&](std::string_view place, std::string_view expectation) {
    read.messages.push_back({base::Level::error, fmt::format("{}: {}: expected {}, ignored", file,
                                                             place, expectation)});
  };
  if (base::trim(text).empty()) return read;
  const auto json = codec::parse_json(text);
  if (!json) complain("text", "JSON (" + json.error().text() + ")");
  if (json && json->map() == nullptr) complain("text", "a map of sources");
  if (!json || json->map() == nullptr) return read;
  for (const auto& [source, versions] : *json->map()) {
    if (versions.map() == nullptr) {
      complain(source, "a map of versions");
      continue;
    }
    for (const auto& [version, value] : *versions.map())
      if (auto state = state_of(value)) read.value[source][version] = std::move(*state);
  }
  return read;
}

std::string email_cache_text(const MailStates& states) {
  codec::Map sources;
  for (const auto& [source, versions] : states) {
    codec::Map to;
    for (const auto& [version, state] : versions)
      to.emplace(version, codec::List{codec::List(state.addresses.begin(), state.addresses.end()),
                                      codec::Value(state.last_sent)});
    sources.emplace(source, std::move(to));
  }
  return codec::to_json(sources, codec::JsonStyle::compact);
}

Messages EmailCache::load() {
  Messages messages;
  for (const auto& path : {path_, path_ + ".new"}) {
    const auto view = files_.open(path);
    if (!view && view.error().kind != base::ErrorKind::not_found)
      messages.push_back({base::Level::error, view.error().text()});
    if (!view) continue;
    auto read = parse_email_cache((*view)->bytes(), path);
    append(messages, std::move(read.messages));
    put_over(all_, read.value);
    // Stays noted there until the end of this run.
    if (path != path_) put_over(fresh_, read.value);
  }
  return messages;
}

const MailState* EmailCache::find(std::string_view source, std::string_view version) const {
  const auto versions = all_.find(source);
  if (versions == all_.end()) return nullptr;
  const auto at = versions->second.find(version);
  return at == versions->second.end() ? nullptr : &at->second;
}

base::Result<void> EmailCache::note(const std::string& source, const std::string& version,
                                    MailState state) {
  fresh_[source][version] = state;
  all_[source][version] = std::move(state);
  return files_.replace(path_ + ".new", email_cache_text(fresh_));
}

base::Result<void> EmailCache::save() {
  if (auto saved = files_.replace(path_, email_cache_text(all_)); !saved) return saved;
  fresh_.clear();
  return files_.exists(path_ + ".new") ? files_.remove(path_ + ".new") : base::Result<void>{};
}

}  // namespace sluice::britney
