#include "codec/utf8.h"

#include <array>
#include <cstdint>

namespace sluice::codec {
namespace {

struct Form {
  std::size_t bytes;
  char32_t bits, smallest;
};

// What the first byte promises; smallest rejects overlong forms.
Form form_of(unsigned char lead) {
  if (lead < 0x80) return {1, lead, 0};
  if (lead >= 0xC2 && lead < 0xE0) return {2, lead & 0x1FU, 0x80};
  if (lead >= 0xE0 && lead < 0xF0) return {3, lead & 0x0FU, 0x800};
  if (lead >= 0xF0 && lead < 0xF5) return {4, lead & 0x07U, 0x10000};
  return {0, 0, 0};
}

bool is_surrogate(char32_t value) { return value >= 0xD800 && value <= 0xDFFF; }

}  // namespace

Rune decode_utf8(std::string_view text, std::size_t at) {
  const auto form = form_of(static_cast<unsigned char>(text[at]));
  if (form.bytes == 0 || text.size() - at < form.bytes) return {};
  auto value = form.bits;
  for (std::size_t i = 1; i < form.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte & 0x3FU);
  }
  if (value < form.smallest || value > 0x10FFFF || is_surrogate(value)) return {};
  return {value, form.bytes, true};
}

void append_utf8(std::string& out, char32_t value) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((value >> shift) & 0x3FU));
  };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0U | (value >> 6U));
    tail(0);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0U | (value >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (value >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace sluice::codec
