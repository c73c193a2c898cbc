#include "britney/piuparts.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "codec/json.h"

namespace sluice::britney {
namespace {

constexpr std::string_view kId = "Piuparts Package Test Results Summary";
constexpr std::string_view kVersion = "1.0";

bool is_text(const codec::Value* value, std::string_view text) {
  return value != nullptr && value->string() != nullptr && *value->string() == text;
}

// {"anysuite": ["P", 0, "url"]}
std::optional<migrate::PiupartsResult> parse_record(const codec::Value& record) {
  const auto* suites = record.map();
  if (suites == nullptr || suites->size() != 1) return std::nullopt;
  const auto* fields = suites->begin()->second.list();
  if (fields == nullptr || fields->size() != 3) return std::nullopt;
  const auto* state = (*fields)[0].string();
  const auto* url = (*fields)[2].string();
  if (state == nullptr || url == nullptr) return std::nullopt;
  if (state->size() != 1 || std::string_view("PFWX").find(*state) == std::string_view::npos)
    return std::nullopt;
  return migrate::PiupartsResult{state->front(), *url};
}

}  // namespace

Read<PiupartsFacts> parse_piuparts(std::string_view text, const std::string& file) {
  Read<PiupartsFacts> read;
  const auto refuse = [&](std::string_view why) {
    read.messages.push_back({base::Level::error, fmt::format("{}: {}, ignored", file, why)});
    return read;
  };
  if (base::trim(text).empty()) return read;
  const auto json = codec::parse_json(text);
  if (!json) return refuse(json.error().text());
  if (!is_text(json->find("_id"), kId) || !is_text(json->find("_version"), kVersion))
    return refuse(fmt::format("expected the _id \"{}\" and the _version \"{}\"", kId, kVersion));
  const auto* packages = json->find("packages");
  if (packages == nullptr || packages->map() == nullptr)
    return refuse("expected a map \"packages\"");
  for (const auto& [source, record] : *packages->map()) {
    if (auto result = parse_record(record))
      read.value.emplace(source, std::move(*result));
    else
      read.messages.push_back(
          {base::Level::error,
           fmt::format(
               "{}: packages, {}: expected {{\"suite\": [\"P|F|W|X\", 0, \"url\"]}}, ignored", file,
               source)});
  }
  return read;
}

}  // namespace sluice::britney
