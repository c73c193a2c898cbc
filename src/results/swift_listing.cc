#include "results/swift_listing.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "base/time.h"
#include "codec/json.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::Result;
using codec::Value;

std::unexpected<base::Error> no_listing(std::string_view what) {
  return base::fail(ErrorKind::corrupt, fmt::format("a listing: expected {}", what));
}

Result<codec::List> parse_list(std::string_view text) {
  const auto json = codec::parse_json(text);
  if (!json) return base::fail_with(json.error(), "a listing");
  if (json->list() == nullptr) return no_listing("a list");
  return *json->list();
}

const std::string* find_text(const Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found == nullptr ? nullptr : found->string();
}

Result<ListEntry> entry_of(const Value& value) {
  if (const auto* directory = find_text(value, "subdir"))
    return ListEntry{.name = *directory, .directory = true, .head = {}};
  const auto *name = find_text(value, "name"), *etag = find_text(value, "hash");
  const auto* bytes = value.find("bytes");
  const auto* size = bytes == nullptr ? nullptr : std::get_if<std::int64_t>(bytes);
  if (name == nullptr || size == nullptr || *size < 0)
    return no_listing("\"subdir\", or \"name\" and \"bytes\"");
  ListEntry entry{.name = *name, .directory = false, .head = {}};
  entry.head.size = static_cast<std::uint64_t>(*size);
  if (etag != nullptr) entry.head.etag = *etag;
  if (const auto* type = find_text(value, "content_type")) entry.head.content_type = *type;
  if (const auto* time = find_text(value, "last_modified"))
    entry.head.modified_seconds = parse_swift_time(*time).value_or(0);
  return entry;
}

}  // namespace

Result<std::vector<ListEntry>> parse_object_listing(std::string_view json) {
  const auto list = parse_list(json);
  if (!list) return std::unexpected(list.error());
  std::vector<ListEntry> entries;
  entries.reserve(list->size());
  for (const auto& value : *list) {
    auto entry = entry_of(value);
    if (!entry) return std::unexpected(std::move(entry.error()));
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<std::vector<std::string>> parse_container_listing(std::string_view json) {
  const auto list = parse_list(json);
  if (!list) return std::unexpected(list.error());
  std::vector<std::string> names;
  for (const auto& value : *list) {
    const auto* name = find_text(value, "name");
    if (name == nullptr) return no_listing("\"name\"");
    names.push_back(*name);
  }
  return names;
}

std::string render_object_listing(const std::vector<ListEntry>& entries) {
  codec::List list;
  for (const auto& [name, directory, head] : entries) {
    if (directory)
      list.push_back(codec::Map{{"subdir", name}});
    else
      list.push_back(codec::Map{{"name", name},
                                {"hash", head.etag},
                                {"bytes", static_cast<std::int64_t>(head.size)},
                                {"content_type", head.content_type},
                                {"last_modified", swift_time_of(head.modified_seconds)}});
  }
  return codec::to_json(list, codec::JsonStyle::compact);
}

std::string render_container_listing(const std::vector<std::string>& names) {
  // Counts and bytes are not known without reading all; Swift's own come late, too.
  codec::List list;
  for (const auto& name : names)
    list.push_back(codec::Map{{"name", name}, {"count", 0}, {"bytes", 0}});
  return codec::to_json(list, codec::JsonStyle::compact);
}

std::optional<std::int64_t> parse_swift_time(std::string_view text) {
  // "YYYY-MM-DDTHH:MM:SS", and a fraction that we do not need.
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() < kForm.size()) return std::nullopt;
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool is_digit = text[at] >= '0' && text[at] <= '9';
    if (kForm[at] == '0' ? !is_digit : text[at] != kForm[at]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    return static_cast<int>(*base::parse_int(text.substr(at, size)));
  };
  const std::chrono::year_month_day day(std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2))));
  if (!day.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 60)
    return std::nullopt;
  return std::chrono::sys_days(day).time_since_epoch().count() * std::int64_t{86'400} +
         number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2);
}

std::string swift_time_of(std::int64_t seconds) {
  auto text = base::iso_time_of(base::instant_of_seconds(seconds));
  text.pop_back();  // without a zone
  return text + ".000000";
}

}  // namespace sluice::results
