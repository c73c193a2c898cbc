// HTML and URL escaping.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::codec {

// & < > " ' as entities.
std::string escape_html(std::string_view text);

// Percent-encoding as Python's urllib.parse.quote(text) does it: letters, digits and "_.-~/" stay
// (`/` only when asked to keep it).
enum class Slash : std::uint8_t { keep, encode };
std::string percent_encode(std::string_view text, Slash slash);

}  // namespace sluice::codec
