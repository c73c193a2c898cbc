#include "deb/deb822.h"

#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

namespace sluice::deb {
namespace {

// Position after the end of the line that contains `at`.
std::size_t after_line(std::string_view text, std::size_t at) {
  const void* end = std::memchr(text.data() + at, '\n', text.size() - at);
  if (end == nullptr) return text.size();
  return static_cast<std::size_t>(static_cast<const char*>(end) - text.data()) + 1;
}

// Bytes of the blank line at `at`; 0 if that line is not blank.
std::size_t blank_line(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '\n') return 1;
  if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') return 2;
  return 0;
}

// Position of the blank line that ends the paragraph at `at`, or the end of the text. On x86-64
// sixteen positions are looked at together; most lines of an index are longer than that.
std::size_t end_of_stanza(std::string_view text, std::size_t at) {
#ifdef __SSE2__
  const auto newline = _mm_set1_epi8('\n');
  const auto load = [&](std::size_t from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
  };
  for (; at + 18 <= text.size(); at += 16) {
    // A newline followed by a newline, or by CR and newline.
    const auto first = _mm_cmpeq_epi8(load(at), newline);
    const auto next = _mm_cmpeq_epi8(load(at + 1), newline);
    const auto after = _mm_and_si128(_mm_cmpeq_epi8(load(at + 1), _mm_set1_epi8('\r')),
                                     _mm_cmpeq_epi8(load(at + 2), newline));
    const auto both = _mm_and_si128(first, _mm_or_si128(next, after));
    if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(both)); mask != 0)
      return at + static_cast<std::size_t>(std::countr_zero(mask)) + 1;
  }
#endif
  for (;;) {
    at = after_line(text, at);
    if (at >= text.size() || blank_line(text, at) != 0) return at;
  }
}

bool is_continuation(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t');
}

}  // namespace

void StanzaReader::skip_blank_lines() {
  while (const auto bytes = blank_line(text_, at_)) at_ += bytes;
}

std::optional<std::string_view> StanzaReader::next() {
  skip_blank_lines();
  if (at_ >= text_.size()) return std::nullopt;
  const auto begin = at_;
  at_ = end_of_stanza(text_, begin);
  return text_.substr(begin, at_ - begin);
}

std::optional<std::string_view> StanzaReader::next_if_equal(std::string_view stanza) {
  skip_blank_lines();
  if (stanza.empty() || !text_.substr(at_).starts_with(stanza)) return std::nullopt;
  const auto end = at_ + stanza.size();
  if (end < text_.size() && blank_line(text_, end) == 0) return std::nullopt;
  const auto found = text_.substr(at_, stanza.size());
  at_ = end;
  return found;
}

std::string_view StanzaReader::peek(std::size_t size) {
  skip_blank_lines();
  if (size == 0 || text_.size() - at_ < size) return {};
  const auto end = at_ + size;
  if (end < text_.size() && (text_[end - 1] != '\n' || blank_line(text_, end) == 0)) return {};
  return text_.substr(at_, size);
}

std::optional<Field> FieldReader::next() {
  while (!rest_.empty()) {
    const auto line_end = after_line(rest_, 0);
    const auto line = rest_.substr(0, line_end);
    const auto colon = line.find(':');
    if (is_continuation(line) || line.starts_with('#') || colon == std::string_view::npos) {
      rest_.remove_prefix(line_end);
      continue;
    }
    auto end = line_end;
    while (end < rest_.size() && is_continuation(rest_.substr(end))) end = after_line(rest_, end);
    const Field field{base::trim(line.substr(0, colon)),
                      base::trim(rest_.substr(colon + 1, end - colon - 1))};
    rest_.remove_prefix(end);
    return field;
  }
  return std::nullopt;
}

std::optional<std::string_view> find_field(std::string_view stanza, std::string_view name) {
  FieldReader fields(stanza);
  while (const auto field = fields.next())
    if (base::equals_ignoring_case(field->name, name)) return field->value;
  return std::nullopt;
}

}  // namespace sluice::deb
