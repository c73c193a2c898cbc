// libyaml's events -> Value. The scanner is the one behind PyYAML's C classes; the types are ours.
#include <yaml.h>

#include <fmt/format.h>

#include "codec/yaml.h"
#include "codec/yaml_scalar.h"

namespace sluice::codec {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

// Deeper input is an attack on the stack, not a file that we or the peers write.
constexpr int kYamlDepthMax = 64;

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

struct Parser {
  yaml_parser_t raw;
  Parser() { yaml_parser_initialize(&raw); }
  ~Parser() { yaml_parser_delete(&raw); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
};

struct Event {
  yaml_event_t raw{};
  Event() = default;
  ~Event() { yaml_event_delete(&raw); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? ""
                         : reinterpret_cast<const char*>(text);  // libyaml's bytes are unsigned
}

auto corrupt_at(const yaml_mark_t& mark, std::string_view what) {
  return fail(ErrorKind::corrupt,
              fmt::format("line {} column {}: {}", mark.line + 1, mark.column + 1, what));
}

class YamlReader {
 public:
  explicit YamlReader(std::string_view text) {
    yaml_parser_set_encoding(&parser_.raw, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_.raw, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }

  Result<Value> document() {
    Value root;
    for (bool seen = false;;) {
      Event event;
      if (auto next = advance(event); !next) return std::unexpected(next.error());
      switch (event.raw.type) {
        case YAML_STREAM_END_EVENT: return root;
        case YAML_DOCUMENT_START_EVENT:
          if (seen) return corrupt_at(event.raw.start_mark, "one document is expected");
          seen = true;
          break;
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT: break;
        default: {
          auto value = node(event.raw, 0);
          if (!value) return value;
          root = std::move(*value);
        }
      }
    }
  }

 private:
  Result<void> advance(Event& event) {
    if (yaml_parser_parse(&parser_.raw, &event.raw) == 1) return {};
    const auto& raw = parser_.raw;
    const char* what = raw.problem == nullptr ? "no YAML" : raw.problem;
    if (raw.error == YAML_READER_ERROR)
      return fail(ErrorKind::corrupt, fmt::format("byte {}: {}", raw.problem_offset, what));
    return corrupt_at(raw.problem_mark, what);
  }

  Result<Value> node(const yaml_event_t& event, int depth) {
    if (depth > kYamlDepthMax) return corrupt_at(event.start_mark, "nested too deeply");
    switch (event.type) {
      case YAML_SCALAR_EVENT: return scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        if (event.data.sequence_start.anchor != nullptr) return anchor(event);
        return sequence(depth);
      case YAML_MAPPING_START_EVENT:
        if (event.data.mapping_start.anchor != nullptr) return anchor(event);
        return mapping(depth);
      default: return anchor(event);
    }
  }

  std::unexpected<base::Error> anchor(const yaml_event_t& event) {
    return corrupt_at(event.start_mark, "anchors and aliases are not allowed");
  }

  Result<Value> sequence(int depth) {
    List list;
    for (;;) {
      Event event;
      if (auto next = advance(event); !next) return std::unexpected(next.error());
      if (event.raw.type == YAML_SEQUENCE_END_EVENT) return Value(std::move(list));
      auto value = node(event.raw, depth + 1);
      if (!value) return value;
      list.push_back(std::move(*value));
    }
  }

  // Keys are text whatever they look like; of equal keys the last counts, as in the peers' loader.
  Result<Value> mapping(int depth) {
    Map map;
    for (;;) {
      Event key;
      if (auto next = advance(key); !next) return std::unexpected(next.error());
      if (key.raw.type == YAML_MAPPING_END_EVENT) return Value(std::move(map));
      if (key.raw.type != YAML_SCALAR_EVENT)
        return corrupt_at(key.raw.start_mark, "a key has to be a scalar");
      if (key.raw.data.scalar.anchor != nullptr) return anchor(key.raw);
      Event event;
      if (auto next = advance(event); !next) return std::unexpected(next.error());
      auto value = node(event.raw, depth + 1);
      if (!value) return value;
      map.insert_or_assign(std::string(text_of(key.raw)), std::move(*value));
    }
  }

  static std::string_view text_of(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    return {reinterpret_cast<const char*>(scalar.value), scalar.length};
  }

  Result<Value> scalar(const yaml_event_t& event) {
    const auto& raw = event.data.scalar;
    if (raw.anchor != nullptr) return anchor(event);
    const auto text = text_of(event);
    auto tag = view(raw.tag);
    if (tag.empty()) return raw.style == YAML_PLAIN_SCALAR_STYLE ? scalar_value(text) : Value(text);
    if (tag == "!") return Value(text);
    const bool known = tag.starts_with(kTagPrefix);
    if (known) tag.remove_prefix(kTagPrefix.size());
    const auto kind = known ? kind_of_tag(tag) : std::nullopt;
    if (!kind) return corrupt_at(event.start_mark, fmt::format("the tag {} is unknown", tag));
    auto value = scalar_value_as(text, *kind);
    if (!value) return corrupt_at(event.start_mark, fmt::format("'{}' is no {}", text, tag));
    return std::move(*value);
  }

  static std::optional<ScalarKind> kind_of_tag(std::string_view tag) {
    if (tag == "str") return ScalarKind::text;
    if (tag == "null") return ScalarKind::null;
    if (tag == "bool") return ScalarKind::boolean;
    if (tag == "int") return ScalarKind::integer;
    if (tag == "float") return ScalarKind::real;
    if (tag == "timestamp") return ScalarKind::timestamp;
    return std::nullopt;
  }

  Parser parser_;
};

}  // namespace

Result<Value> parse_yaml(std::string_view text) { return YamlReader(text).document(); }

}  // namespace sluice::codec
