#include "codec/json.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

#include "codec/utf8.h"

namespace sluice::codec {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::fail;
using base::Result;

constexpr std::size_t kJsonDepthMax = 64;

// Builds a Value from the parser's events. Numbers are read from their text, because Boost 1.81's
// own conversion of reals is off by some units in the last place.
class Builder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using Code = boost::system::error_code;
  using Text = json::string_view;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return open(Value(Map())); }
  bool on_array_begin(Code&) { return open(Value(List())); }
  bool on_object_end(std::size_t, Code&) { return close(); }
  bool on_array_end(std::size_t, Code&) { return close(); }
  bool on_string_part(Text part, std::size_t, Code&) { return gather(part); }
  bool on_string(Text rest, std::size_t, Code&) {
    gather(rest);
    return add(Value(std::exchange(text_, {})));
  }
  bool on_key_part(Text part, std::size_t, Code&) { return gather(part); }
  bool on_key(Text rest, std::size_t, Code&) {
    gather(rest);
    stack_.back().key = std::exchange(text_, {});
    return true;
  }
  bool on_number_part(Text part, Code&) { return gather(part); }
  bool on_int64(std::int64_t number, Text, Code&) {
    text_.clear();
    return add(Value(number));
  }
  bool on_uint64(std::uint64_t, Text rest, Code&) { return on_real(rest); }  // above int64
  bool on_double(double, Text rest, Code&) { return on_real(rest); }
  bool on_bool(bool flag, Code&) { return add(Value(flag)); }
  bool on_null(Code&) { return add(Value()); }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

  Value take() { return std::move(root_); }

 private:
  struct Open {
    Value value;
    std::string key;  // of the member that comes next, in an object
  };

  bool gather(Text part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_real(Text rest) {
    gather(rest);
    double number = 0;
    // Out of range leaves 0 or infinity's neighbour; neither decides anything.
    std::from_chars(text_.data(), text_.data() + text_.size(), number);
    text_.clear();
    return add(Value(number));
  }
  bool open(Value value) {
    stack_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    auto done = std::move(stack_.back().value);
    stack_.pop_back();
    return add(std::move(done));
  }
  bool add(Value value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return true;
    }
    auto& into = stack_.back();
    if (auto* list = std::get_if<List>(&into.value)) {
      list->push_back(std::move(value));
    } else {
      std::get<Map>(into.value).insert_or_assign(std::move(into.key), std::move(value));
    }
    return true;
  }

  std::vector<Open> stack_;
  std::string text_;  // of a string or number that comes in parts
  Value root_;
};

// As Python's json module writes it: everything above ASCII escaped, in UTF-16 units.
void append_json_escape(std::string& out, char32_t c) {
  const auto unit = [&](char32_t u) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(u));
  };
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    default: break;
  }
  if (c < 0x10000) return unit(c);
  unit(0xD800 + ((c - 0x10000) >> 10U));
  unit(0xDC00 + ((c - 0x10000) & 0x3FFU));
}

void append_string(std::string& out, std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && is_plain(text[end])) ++end;
    out.append(text, at, end - at);
    if ((at = end) == text.size()) break;
    const auto rune = decode_utf8(text, at);
    append_json_escape(out, rune.value);
    at += rune.bytes;
  }
  out += '"';
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";  // JSON has no word for it
    return;
  }
  std::array<char, 32> buffer{};
  const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  const std::string_view text(buffer.data(), end);
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";  // stays a real
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, JsonStyle style) : out_(out), style_(style) {}

  void write(const Value& value, std::size_t depth) {
    depth_ = depth;
    std::visit([this](const auto& alternative) { (*this)(alternative); },
               static_cast<const Value::variant&>(value));
  }

  void operator()(std::nullptr_t) { out_ += "null"; }
  void operator()(bool flag) { out_ += flag ? "true" : "false"; }
  void operator()(std::int64_t number) { fmt::format_to(std::back_inserter(out_), "{}", number); }
  void operator()(double number) { append_double(out_, number); }
  void operator()(const std::string& text) { append_string(out_, text); }
  void operator()(const Timestamp& time) { append_string(out_, time.text); }

  void operator()(const List& list) {
    const auto depth = depth_;
    out_ += '[';
    for (const auto& item : list) {
      separate(&item == list.data(), depth + 1);
      write(item, depth + 1);
    }
    close(list.empty(), depth, ']');
  }

  void operator()(const Map& map) {
    const auto depth = depth_;
    out_ += '{';
    bool first = true;
    for (const auto& [key, value] : map) {
      separate(first, depth + 1);
      first = false;
      append_string(out_, key);
      out_ += ": ";
      write(value, depth + 1);
    }
    close(map.empty(), depth, '}');
  }

 private:
  void separate(bool first, std::size_t depth) {
    if (!first) out_ += style_ == JsonStyle::indented ? "," : ", ";
    line(depth);
  }
  void close(bool empty, std::size_t depth, char bracket) {
    if (!empty) line(depth);
    out_ += bracket;
  }
  void line(std::size_t depth) {
    if (style_ != JsonStyle::indented) return;
    out_ += '\n';
    out_.append(2 * depth, ' ');
  }

  std::string& out_;
  JsonStyle style_;
  std::size_t depth_ = 0;  // of the value that is being written
};

}  // namespace

Result<Value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::basic_parser<Builder> parser(options);
  boost::system::error_code code;
  const auto used = parser.write_some(false, text.data(), text.size(), code);
  if (!code && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    code = json::error::extra_data;
  if (code) return fail(ErrorKind::corrupt, fmt::format("byte {}: {}", used, code.message()));
  return parser.handler().take();
}

std::string to_json(const Value& value, JsonStyle style) {
  std::string out;
  JsonWriter(out, style).write(value, 0);
  return out;
}

}  // namespace sluice::codec
