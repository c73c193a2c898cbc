// What a plain scalar means: YAML 1.1's implicit types as PyYAML resolves them. The writer quotes
// whatever would be read back as something else, so both directions share this table.
// Source: https://yaml.org/type/ and the resolver of PyYAML 6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/value.h"

namespace sluice::codec {

enum class ScalarKind : std::uint8_t {
  text,
  null,
  boolean,
  integer,
  real,
  timestamp,
  merge,
  default_value
};

ScalarKind scalar_kind(std::string_view plain);

// The value of a plain scalar; `<<` and `=` are text, an integer that fits no std::int64_t is a
// double, a date without a time is a Timestamp too.
Value scalar_value(std::string_view plain);

// The value read as this kind; nothing if the text is none of it. For explicit tags (`!!int`).
std::optional<Value> scalar_value_as(std::string_view plain, ScalarKind kind);

// Shortest text that reads back as the same double, always with a point ("10.0", ".inf").
std::string yaml_text_of(double number);

}  // namespace sluice::codec
