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

// "%41" is "A"; what is no two hexadecimal digits stays. In a query "+" is a blank.
enum class Plus : std::uint8_t { stays, is_blank };
std::string percent_decode(std::string_view text, Plus plus);

}  // namespace sluice::codec
