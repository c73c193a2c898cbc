#include "results/object_head.h"

#include <algorithm>

#include "codec/json.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::Result;

// The types become headers of answers.
bool is_header_value(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
}

}  // namespace

bool is_md5(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string render_head(const ObjectHead& head) {
  return codec::to_json(codec::Map{{"content_encoding", head.content_encoding},
                                   {"content_type", head.content_type},
                                   {"etag", head.etag},
                                   {"size", static_cast<std::int64_t>(head.size)}},
                        codec::JsonStyle::compact) +
         "\n";
}

Result<ObjectHead> parse_head(std::string_view json) {
  const auto value = codec::parse_json(json);
  if (!value) return std::unexpected(value.error());
  const auto text = [&](std::string_view key) -> const std::string* {
    const auto* found = value->find(key);
    return found == nullptr ? nullptr : found->string();
  };
  const auto *encoding = text("content_encoding"), *type = text("content_type"),
             *etag = text("etag");
  const auto* size = value->find("size");
  const auto* number = size == nullptr ? nullptr : std::get_if<std::int64_t>(size);
  if (encoding == nullptr || type == nullptr || etag == nullptr || number == nullptr ||
      *number < 0 || !is_md5(*etag) || !is_header_value(*encoding) || !is_header_value(*type))
    return base::fail(ErrorKind::corrupt,
                      "head of an object: expected size, etag, content_type and content_encoding");
  return ObjectHead{.size = static_cast<std::uint64_t>(*number),
                    .etag = *etag,
                    .content_type = *type,
                    .content_encoding = *encoding};
}

}  // namespace sluice::results
