#include "web/object_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/time.h"

namespace sluice::web {
namespace {

struct Range {
  std::uint64_t first = 0, last = 0;  // both included
};

enum class Asked : std::uint8_t { whole, part, impossible };

struct RangeAsk {
  Asked asked = Asked::whole;
  Range range = {};
};

std::optional<std::uint64_t> parse_count(std::string_view text) {
  const auto number = base::parse_int(text);
  if (!number || *number < 0 || text.starts_with('+') || text.starts_with('-')) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

// "bytes=0-9", "bytes=10-", "bytes=-10"; whatever is none of these asks for the whole.
RangeAsk parse_range(std::string_view text, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!text.starts_with(kUnit) || text.contains(',')) return {};
  text.remove_prefix(kUnit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = parse_count(text.substr(0, dash)), last = parse_count(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return {};
    if (*last == 0 || size == 0) return {.asked = Asked::impossible};
    return {.asked = Asked::part, .range = {size - std::min(*last, size), size - 1}};
  }
  const bool is_open = dash + 1 == text.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return {};
  if (*first >= size) return {.asked = Asked::impossible};
  return {.asked = Asked::part, .range = {*first, is_open ? size - 1 : std::min(*last, size - 1)}};
}

// `"abc", W/"def"` or `*`; peers leave the quotes out.
bool names_etag(std::string_view header, std::string_view etag) {
  for (const auto field : base::split(header, ',')) {
    auto tag = base::trim(field);
    if (tag == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.starts_with('"') && tag.ends_with('"'))
      tag = tag.substr(1, tag.size() - 2);
    if (tag == etag) return true;
  }
  return false;
}

sys::HttpHeaders headers_of(const results::ObjectHead& head) {
  sys::HttpHeaders headers{
      {"Content-Type", head.content_type},
      {"ETag", head.etag},
      {"Last-Modified", base::http_time_of(base::instant_of_seconds(head.modified_seconds))},
      {"X-Timestamp", fmt::format("{}.00000", head.modified_seconds)},
      {"Accept-Ranges", "bytes"},
      // The bytes are strangers': they run no script in our name.
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Security-Policy", "sandbox; default-src 'none'"}};
  if (!head.content_encoding.empty())
    headers.emplace_back("Content-Encoding", head.content_encoding);
  return headers;
}

}  // namespace

sys::ServerResponse answer_object(results::Object object, const sys::ServerRequest& request) {
  const auto& etag = object.head.etag;
  const auto header = [&](std::string_view name) { return sys::header_of(request.headers, name); };
  sys::ServerResponse response{.status = 200, .headers = headers_of(object.head), .body = {}};
  if (const auto wanted = header("If-Match"); !wanted.empty() && !names_etag(wanted, etag)) {
    response.status = 412;
    return response;
  }
  if (const auto known = header("If-None-Match"); !known.empty() && names_etag(known, etag)) {
    response.status = 304;
    return response;
  }
  const auto size = object.bytes.size();
  auto ask = parse_range(header("Range"), size);
  if (const auto same = header("If-Range"); !same.empty() && !names_etag(same, etag)) ask = {};
  if (ask.asked == Asked::impossible) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return response;
  }
  if (ask.asked == Asked::whole) {
    response.body = std::move(object.bytes);
    return response;
  }
  const auto [first, last] = ask.range;
  response.status = 206;
  response.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", first, last, size));
  response.body = object.bytes.substr(first, last - first + 1);
  return response;
}

}  // namespace sluice::web
