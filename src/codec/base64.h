// Base64 (RFC 4648, section 4): arbitrary bytes inside a JSON text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::codec {

// With padding, in one line.
std::string to_base64(std::string_view bytes);

// Nothing unless `text` is what to_base64() writes of some bytes: no other alphabet, no line
// breaks, no missing padding, no bits beyond the last byte.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace sluice::codec
