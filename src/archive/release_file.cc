#include "archive/release_file.h"

#include "base/text.h"
#include "deb/deb822.h"

namespace sluice::archive {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : base::split_words(text)) words.emplace_back(word);
  return words;
}

void read_release_field(const deb::Field& field, ReleaseFile& release, std::string& codename) {
  const auto is = [&](std::string_view name) {
    return base::equals_ignoring_case(field.name, name);
  };
  if (is("Suite")) release.name = field.value;
  if (is("Codename")) codename = field.value;
  if (is("Origin")) release.origin = field.value;
  if (is("Date")) release.date = field.value;
  if (is("Components")) release.components = words_of(field.value);
  if (is("Architectures")) {
    release.architectures = words_of(field.value);
    std::erase(release.architectures, "all");
    std::erase(release.architectures, "source");
  }
}

}  // namespace

base::Result<ReleaseFile> parse_release(std::string_view text) {
  deb::StanzaReader stanzas(text);
  const auto stanza = stanzas.next();
  if (!stanza || stanzas.next())
    return base::fail(base::ErrorKind::invalid, "exactly one paragraph expected in a Release file");
  ReleaseFile release;
  std::string codename;
  deb::FieldReader fields(*stanza);
  while (const auto field = fields.next()) read_release_field(*field, release, codename);
  if (release.name.empty()) release.name = codename;
  if (release.name.empty())
    return base::fail(base::ErrorKind::invalid, "field Suite or Codename expected");
  return release;
}

std::string strip_signature(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN PGP SIGNED MESSAGE-----";
  constexpr std::string_view kEnd = "-----BEGIN PGP SIGNATURE-----";
  if (!text.starts_with(kBegin)) return std::string(text);
  // The armour's own header ("Hash: SHA256") ends at the first blank line.
  const auto header_end = text.find("\n\n");
  if (header_end == std::string_view::npos) return {};
  text.remove_prefix(header_end + 2);
  if (const auto end = text.find(kEnd); end != std::string_view::npos) text = text.substr(0, end);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto line_end = text.find('\n');
    auto line = text.substr(0, line_end);
    text.remove_prefix(line_end == std::string_view::npos ? text.size() : line_end + 1);
    if (line.starts_with("- ")) line.remove_prefix(2);  // dash escaping, RFC 4880 7.1
    (out += line) += '\n';
  }
  return out;
}

}  // namespace sluice::archive
