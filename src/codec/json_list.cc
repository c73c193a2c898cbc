#include "codec/json_list.h"

#include <fmt/format.h>

#include "codec/json.h"

namespace sluice::codec {
namespace {

using base::ErrorKind;
using base::Result;

// Walks over the text; what stands between two marks is parsed by parse_json, which also judges it.
class Walker {
 public:
  Walker(std::string_view text, std::string_view key,
         const std::function<void(const Value&)>& on_item)
      : text_(text), key_(key), on_item_(on_item) {}

  Result<void> walk() {
    if (!take('{')) return corrupt("an object");
    bool found = false;
    if (!take('}')) {
      do {
        const auto name = parse_json(next_value());
        if (!name || name->string() == nullptr) return corrupt("a key");
        if (!take(':')) return corrupt("\":\"");
        const bool wanted = *name->string() == key_;
        if (auto walked = wanted ? walk_list() : skip(); !walked) return walked;
        found = found || wanted;
      } while (take(','));
      if (!take('}')) return corrupt("\",\" or \"}\"");
    }
    if (peek() != '\0' || at_ != text_.size()) return corrupt("the end");
    if (!found)
      return base::fail(ErrorKind::corrupt, fmt::format("expected an object with \"{}\"", key_));
    return {};
  }

 private:
  Result<void> walk_list() {
    if (!take('[')) return corrupt("a list");
    if (take(']')) return {};
    do {
      const auto item = parse_json(next_value());
      if (!item) return base::fail_with(item.error(), fmt::format("before byte {}", at_));
      on_item_(*item);
    } while (take(','));
    return take(']') ? Result<void>{} : corrupt("\",\" or \"]\"");
  }

  Result<void> skip() {
    const auto value = parse_json(next_value());
    if (value) return {};
    return base::fail_with(value.error(), fmt::format("before byte {}", at_));
  }

  std::unexpected<base::Error> corrupt(std::string_view expected) const {
    return base::fail(ErrorKind::corrupt, fmt::format("byte {}: expected {}", at_, expected));
  }

  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  char peek() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char mark) {
    if (peek() != mark || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }

  // The text up to the comma, colon or bracket that ends the value which begins here.
  std::string_view next_value() {
    (void)peek();
    const auto begin = at_;
    int depth = 0;
    for (bool quoted = false; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quoted) {
        if (c == '\\') ++at_;
        quoted = c != '"';
        continue;
      }
      const bool closes = c == '}' || c == ']';
      if (depth == 0 && (closes || c == ',' || c == ':')) break;
      quoted = c == '"';
      if (c == '{' || c == '[') ++depth;
      if (closes) --depth;
    }
    at_ = std::min(at_, text_.size());
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_, key_;
  const std::function<void(const Value&)>& on_item_;
  std::size_t at_ = 0;
};

}  // namespace

base::Result<void> read_json_list(std::string_view text, std::string_view key,
                                  const std::function<void(const Value&)>& on_item) {
  return Walker(text, key, on_item).walk();
}

}  // namespace sluice::codec
