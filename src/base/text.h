// Small text helpers that at least three rooms use. Views returned here point into the argument.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::base {

// Blank, tab, CR, LF, vertical tab, form feed: what the peers' strip() removes from ASCII text.
std::string_view trim(std::string_view text);

inline bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Control characters of ASCII make lines and move cursors. Bytes above 127 are parts of UTF-8.
inline bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }
bool has_controls(std::string_view text);

// Words between runs of white space; never empty ones. each_word() needs no memory.
std::vector<std::string_view> split_words(std::string_view text);
template <class Visit>
void each_word(std::string_view text, const Visit& visit) {
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && is_white(text[at])) ++at;
    const auto begin = at;
    while (at < text.size() && !is_white(text[at])) ++at;
    if (at > begin) visit(text.substr(begin, at - begin));
  }
}

// Fields between single separators, empty ones kept: "a,,b" has three.
std::vector<std::string_view> split(std::string_view text, char separator);

std::string join(std::span<const std::string> parts, std::string_view separator);
std::string join(std::span<const std::string_view> parts, std::string_view separator);

std::string to_lower(std::string_view text);                        // ASCII only
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII only

// Decimal with optional sign and nothing else around it; nothing on overflow.
std::optional<std::int64_t> parse_int(std::string_view text);

// Every occurrence of `from` (not empty) replaced, left to right.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

}  // namespace sluice::base
