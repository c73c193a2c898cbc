// The emitter: block style, one line per scalar. Plain where a reader cannot take the text for
// something else, single quotes where that is enough, double quotes for what needs escapes. It
// never folds lines: programs that search our files by line find whole texts.
#include <fmt/format.h>

#include <array>

#include "codec/utf8.h"
#include "codec/yaml.h"
#include "codec/yaml_scalar.h"

namespace sluice::codec {
namespace {

// A simple key (`key:` on one line) ends after 1024 characters; longer ones need the `? key` form.
constexpr std::size_t kSimpleKeyMax = 1000;

enum class Quote : std::uint8_t { plain, single, doubled };

enum class CharClass : std::uint8_t {
  free,     // stands anywhere in a plain scalar
  context,  // `:` and `#`: the neighbours decide
  wide,     // a byte above ASCII: the character decides
  escaped,  // control characters
};

constexpr std::array<CharClass, 256> char_classes() {
  std::array<CharClass, 256> table{};
  for (std::size_t c = 0; c < 256; ++c) {
    table[c] = c >= 0x80               ? CharClass::wide
               : c < 0x20 || c == 0x7F ? CharClass::escaped
               : c == ':' || c == '#'  ? CharClass::context
                                       : CharClass::free;
  }
  return table;
}
constexpr auto kClasses = char_classes();

// Characters above ASCII that YAML calls printable and that are no line break or byte order mark.
bool is_printable(char32_t c) {
  if (c >= 0xA0 && c <= 0xD7FF) return c != 0x2028 && c != 0x2029;
  return (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF) || c >= 0x10000;
}

bool first_is_indicator(std::string_view text) {
  constexpr std::string_view kIndicators = " ?:,[]{}#&*!|>'\"%@`";
  if (kIndicators.find(text[0]) != std::string_view::npos) return true;
  // `- x` starts a list, `---` and `...` are document marks; `-foo` is a name of a removal.
  if (text[0] == '-') return text.size() == 1 || text[1] == ' ' || text.starts_with("---");
  return text.starts_with("...");
}

bool is_context_break(std::string_view text, std::size_t at) {
  if (text[at] == ':') return at + 1 == text.size() || text[at + 1] == ' ';
  return at > 0 && text[at - 1] == ' ';
}

// YAML 1.2 and other 1.1 readers know a few more words: numbers such as 1e5 and 0o7, `y` and `n`.
bool is_word_elsewhere(std::string_view text) {
  if (text.size() == 1) return text == "y" || text == "Y" || text == "n" || text == "N";
  const auto digits = text.substr(text[0] == '+' || text[0] == '-' ? 1 : 0);
  if (digits.starts_with("0o")) return true;
  return !digits.empty() && (digits[0] == '.' || (digits[0] >= '0' && digits[0] <= '9')) &&
         digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
         digits.find_first_of("eE") != std::string_view::npos;
}

Quote quote_for(std::string_view text) {
  if (text.empty()) return Quote::single;
  bool plain = !first_is_indicator(text) && text.back() != ' ';
  for (std::size_t at = 0; at < text.size();) {
    const auto kind = kClasses[static_cast<unsigned char>(text[at])];
    if (kind == CharClass::free) {  // nearly all of them
      ++at;
      continue;
    }
    if (kind == CharClass::escaped) return Quote::doubled;
    if (kind == CharClass::wide) {
      const auto rune = decode_utf8(text, at);
      if (!rune.valid || !is_printable(rune.value)) return Quote::doubled;
      at += rune.bytes;
      continue;
    }
    if (kind == CharClass::context && is_context_break(text, at)) plain = false;
    ++at;
  }
  if (!plain || scalar_kind(text) != ScalarKind::text || is_word_elsewhere(text))
    return Quote::single;
  return Quote::plain;
}

void append_yaml_escape(std::string& out, char32_t c) {
  switch (c) {
    case 0: out += "\\0"; return;
    case '\a': out += "\\a"; return;
    case '\b': out += "\\b"; return;
    case '\t': out += "\\t"; return;
    case '\n': out += "\\n"; return;
    case '\v': out += "\\v"; return;
    case '\f': out += "\\f"; return;
    case '\r': out += "\\r"; return;
    case 0x1b: out += "\\e"; return;
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    default: break;
  }
  if (c < 0x100) {
    fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned>(c));
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04X}", static_cast<unsigned>(c));
  }
}

void append_double_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const auto rune = decode_utf8(text, at);
    const bool ascii = rune.value >= 0x20 && rune.value < 0x7F;
    const bool kept = ascii ? rune.value != '"' && rune.value != '\\' : is_printable(rune.value);
    if (!rune.valid) {
      append_utf8(out, kReplacement);
    } else if (kept) {
      out += text.substr(at, rune.bytes);
    } else {
      append_yaml_escape(out, rune.value);
    }
    at += rune.bytes;
  }
  out += '"';
}

void append_text(std::string& out, std::string_view text) {
  switch (quote_for(text)) {
    case Quote::plain: out += text; return;
    case Quote::doubled: append_double_quoted(out, text); return;
    case Quote::single: break;
  }
  out += '\'';
  for (const char c : text) {
    if (c == '\'') out += c;
    out += c;
  }
  out += '\'';
}

// Where a value starts: after `key:` or after `- `.
enum class After : std::uint8_t { key, dash };

class YamlWriter {
 public:
  explicit YamlWriter(std::string& out) : out_(out) {}

  // `indent` is the column of the dash or of the key in front.
  void value(const Value& value, std::size_t indent, After after) {
    if (const auto* list = value.list(); list != nullptr && !list->empty()) {
      write_list(*list, indent, after);
    } else if (const auto* map = value.map(); map != nullptr && !map->empty()) {
      write_map(*map, indent, after);
    } else {
      if (after == After::key) out_ += ' ';
      scalar(value);
      out_ += '\n';
    }
  }

  void items(const List& list, std::size_t indent, bool first_is_indented) {
    for (const auto& item : list) {
      if (!first_is_indented || &item != list.data()) out_.append(indent, ' ');
      out_ += "- ";
      value(item, indent, After::dash);
    }
  }

  void entries(const Map& map, std::size_t indent, bool first_is_indented) {
    bool indented = first_is_indented;
    for (const auto& [key, entry] : map) {
      if (!indented) out_.append(indent, ' ');
      indented = false;
      write_key(key, indent);
      value(entry, indent, After::key);
    }
  }

 private:
  void write_list(const List& list, std::size_t indent, After after) {
    if (after == After::key) out_ += '\n';
    items(list, after == After::key ? indent : indent + 2, after == After::dash);
  }

  void write_map(const Map& map, std::size_t indent, After after) {
    if (after == After::key) out_ += '\n';
    entries(map, indent + 2, after == After::dash);
  }

  void write_key(std::string_view key, std::size_t indent) {
    const auto begin = out_.size();
    append_text(out_, key);
    if (out_.size() - begin > kSimpleKeyMax) {
      out_.insert(begin, "? ");
      out_ += '\n';
      out_.append(indent, ' ');
    }
    out_ += ':';
  }

  void scalar(const Value& value) {
    struct Visitor {
      std::string& out;
      void operator()(std::nullptr_t) const { out += "null"; }
      void operator()(bool flag) const { out += flag ? "true" : "false"; }
      void operator()(std::int64_t number) const {
        fmt::format_to(std::back_inserter(out), "{}", number);
      }
      void operator()(double number) const { out += yaml_text_of(number); }
      void operator()(const std::string& text) const { append_text(out, text); }
      void operator()(const Timestamp& time) const { out += time.text; }
      void operator()(const List&) const { out += "[]"; }
      void operator()(const Map&) const { out += "{}"; }
    };
    std::visit(Visitor{out_}, static_cast<const Value::variant&>(value));
  }

  std::string& out_;
};

}  // namespace

std::string to_yaml(const Value& value) {
  std::string out;
  YamlWriter writer(out);
  if (const auto* map = value.map(); map != nullptr && !map->empty()) {
    writer.entries(*map, 0, false);
  } else if (const auto* list = value.list(); list != nullptr && !list->empty()) {
    writer.items(*list, 0, false);
  } else {
    writer.value(value, 0, After::dash);
  }
  return out;
}

void append_yaml_item(std::string& out, const Value& value) {
  out += "- ";
  YamlWriter(out).value(value, 0, After::dash);
}

}  // namespace sluice::codec
