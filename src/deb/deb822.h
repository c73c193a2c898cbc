// Paragraphs and fields of Debian control files (deb822). Source: Debian policy 5.1, migration 2.2.
// Byte transparent: any bytes pass through; only line structure matters.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sluice::deb {

// Walks the paragraphs of a text. A blank line (CR allowed) ends a paragraph.
class StanzaReader {
 public:
  explicit StanzaReader(std::string_view text) : text_(text) {}

  // The next paragraph without its blank line; nothing at the end. Points into the text.
  std::optional<std::string_view> next();

  // Skips the paragraph if the text goes on with exactly `stanza` and a blank line (or the end).
  // Returns its bytes as they stand here. Much cheaper than next(): one comparison of memory.
  std::optional<std::string_view> next_if_equal(std::string_view stanza);

  // Skips the paragraph if one of exactly `size` bytes may stand here and `is_it` says yes to these
  // bytes.
  template <class Predicate>
  bool next_if(std::size_t size, const Predicate& is_it) {
    const auto here = peek(size);
    if (here.empty() || !is_it(here)) return false;
    at_ += size;
    return true;
  }

  std::size_t offset() const { return at_; }

 private:
  void skip_blank_lines();
  // The next `size` bytes if a blank line, or the end, follows them; else nothing.
  std::string_view peek(std::size_t size);

  std::string_view text_;
  std::size_t at_ = 0;
};

struct Field {
  std::string_view name;
  std::string_view value;  // continuation lines included, ends trimmed
};

// Walks the fields of one paragraph. Lines that are neither field nor continuation are skipped.
class FieldReader {
 public:
  explicit FieldReader(std::string_view stanza) : rest_(stanza) {}

  std::optional<Field> next();

 private:
  std::string_view rest_;
};

// The value of one field of a paragraph (name without regard to case); nothing if it is not there.
std::optional<std::string_view> find_field(std::string_view stanza, std::string_view name);

}  // namespace sluice::deb
