// JSON text <-> Value (Boost.JSON behind it). Non-integral numbers become doubles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/value.h"

namespace sluice::codec {

// Errors: corrupt, with line-free position and the parser's message. Depth is limited to 64.
base::Result<Value> parse_json(std::string_view text);

enum class JsonStyle : std::uint8_t {
  compact,
  indented
};  // indented: 2 spaces, as the peers' files

std::string to_json(const Value& value, JsonStyle style);

}  // namespace sluice::codec
