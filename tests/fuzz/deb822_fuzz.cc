// Any bytes as an index: its paragraphs and fields lie inside the text, in order; reading twice by
// comparing bytes gives the same paragraphs. Source: migration 2.2.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "deb/deb822.h"

namespace {

using namespace sluice;

bool inside(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void read_fields(std::string_view stanza) {
  deb::FieldReader fields(stanza);
  while (const auto field = fields.next()) {
    base::check(inside(field->name, stanza), "the name of a field lies in its paragraph");
    base::check(inside(field->value, stanza), "the value of a field lies in its paragraph");
    base::check(deb::find_field(stanza, field->name).has_value(), "a field that is there is found");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  deb::StanzaReader reader(text);
  deb::StanzaReader again(text);
  std::size_t at = 0;
  while (const auto stanza = reader.next()) {
    base::check(inside(*stanza, text) && !stanza->empty(), "a paragraph lies in its text");
    base::check(reader.offset() > at, "reading goes on");
    at = reader.offset();
    read_fields(*stanza);
    const auto found = again.next_if_equal(*stanza);
    base::check(found && found->data() == stanza->data(), "a known paragraph is found again");
  }
  base::check(!again.next().has_value(), "both readers end together");
  return 0;
}
