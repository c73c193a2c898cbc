#include "codec/json.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "codec/utf8.h"

namespace sluice::codec {
namespace {

namespace json = boost::json;
using base::ErrorKind;
using base::fail;
using base::Result;

constexpr std::size_t kDepthMax = 64;

Value value_of(const json::value& from) {
  switch (from.kind()) {
    case json::kind::null: return nullptr;
    case json::kind::bool_: return Value(from.get_bool());
    case json::kind::int64: return from.get_int64();
    case json::kind::uint64: return static_cast<double>(from.get_uint64());  // above int64
    case json::kind::double_: return from.get_double();
    case json::kind::string: return Value(std::string_view(from.get_string()));
    case json::kind::array: break;
    case json::kind::object: {
      Map map;
      for (const auto& entry : from.get_object())
        map.insert_or_assign(std::string(entry.key()), value_of(entry.value()));
      return map;
    }
  }
  List list;
  list.reserve(from.get_array().size());
  for (const auto& item : from.get_array()) list.push_back(value_of(item));
  return list;
}

// As Python's json module writes it: everything above ASCII escaped, in UTF-16 units.
void append_escape(std::string& out, char32_t c) {
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
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const auto rune = decode_utf8(text, at);
    if (rune.value >= 0x20 && rune.value < 0x7F && rune.value != '"' && rune.value != '\\') {
      out += static_cast<char>(rune.value);
    } else {
      append_escape(out, rune.value);
    }
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

class Writer {
 public:
  Writer(std::string& out, JsonStyle style) : out_(out), style_(style) {}

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
  options.max_depth = kDepthMax;
  json::parser parser({}, options);
  boost::system::error_code code;
  const auto used = parser.write_some(text.data(), text.size(), code);
  if (!code && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    code = json::error::extra_data;
  if (code) return fail(ErrorKind::corrupt, fmt::format("byte {}: {}", used, code.message()));
  return value_of(parser.release());
}

std::string to_json(const Value& value, JsonStyle style) {
  std::string out;
  Writer(out, style).write(value, 0);
  return out;
}

}  // namespace sluice::codec
