#include "archive/apt_sources.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "deb/deb822.h"

namespace sluice::archive {
namespace {

struct OptionName {
  std::string_view one_line, deb822;
};

// Options about trust and transport. Those about what is fetched (architectures, languages,
// targets) are not the machine's to say here.
constexpr std::array<OptionName, 12> kOptions{{
    {"signed-by", "Signed-By"},
    {"trusted", "Trusted"},
    {"allow-insecure", "Allow-Insecure"},
    {"allow-weak", "Allow-Weak"},
    {"allow-downgrade-to-insecure", "Allow-Downgrade-To-Insecure"},
    {"check-valid-until", "Check-Valid-Until"},
    {"valid-until-min", "Valid-Until-Min"},
    {"valid-until-max", "Valid-Until-Max"},
    {"check-date", "Check-Date"},
    {"date-max-future", "Date-Max-Future"},
    {"pdiffs", "PDiffs"},
    {"by-hash", "By-Hash"},
}};

bool is_package_type(std::string_view type) { return type == "deb" || type == "deb-src"; }

// Media that have to be inserted are no archive that can be asked for other suites.
bool is_usable_uri(std::string_view uri) {
  const auto colon = uri.find(':');
  return colon != std::string_view::npos && colon > 0 && !uri.starts_with("cdrom:");
}

std::string without_final_slash(std::string_view uri) {
  while (uri.ends_with('/')) uri.remove_suffix(1);
  return std::string(uri);
}

void add(AptSources& out, AptArchive archive) {
  if (std::ranges::find(out.archives, archive) == out.archives.end())
    out.archives.push_back(std::move(archive));
}

// "signed-by=/a.gpg" -> its deb822 form; nothing for an option that is not ours to keep.
std::optional<std::pair<std::string, std::string>> option_of(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  for (const auto& option : kOptions)
    if (base::equals_ignoring_case(word.substr(0, equals), option.one_line))
      return std::pair(std::string(option.deb822),
                       base::replace_all(word.substr(equals + 1), ",", " "));
  return std::nullopt;
}

void parse_line(std::string_view line, AptSources& out) {
  const auto ignore = [&](std::string_view why) {
    out.ignored.push_back("'" + std::string(line) + "': " + std::string(why));
  };
  auto rest = line;
  const auto type = base::split_words(rest).front();
  if (!is_package_type(type)) return ignore("deb or deb-src expected");
  rest = base::trim(rest.substr(type.size()));
  AptArchive archive;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return ignore("']' after the options expected");
    for (const auto word : base::split_words(rest.substr(1, end - 1)))
      if (auto option = option_of(word)) archive.options.push_back(std::move(*option));
    rest = base::trim(rest.substr(end + 1));
  }
  const auto words = base::split_words(rest);
  if (words.size() < 2) return ignore("URI and suite expected");
  if (!is_usable_uri(words[0])) return ignore("a URI of an archive on disk or network expected");
  archive.uri = without_final_slash(words[0]);
  add(out, std::move(archive));
}

// apt drops comment lines before it looks at anything else, also inside of a value.
std::string without_comment_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const auto line : base::split(text, '\n')) {
    if (line.starts_with('#')) continue;
    (out += line) += '\n';
  }
  return out;
}

bool is_switched_off(std::string_view value) {
  for (const auto* word : {"no", "false", "without", "off", "disable"})
    if (base::equals_ignoring_case(value, word)) return true;
  return value == "0";
}

struct Paragraph {
  std::vector<std::string> uris;
  AptArchive archive;
  bool packages = false, enabled = true, suites = false;
};

void read_sources_field(const deb::Field& field, Paragraph& paragraph) {
  const auto is = [&](std::string_view name) {
    return base::equals_ignoring_case(field.name, name);
  };
  if (is("Types"))
    paragraph.packages = std::ranges::any_of(base::split_words(field.value), is_package_type);
  if (is("URIs") || is("URI"))
    for (const auto uri : base::split_words(field.value)) paragraph.uris.emplace_back(uri);
  if (is("Suites") || is("Suite")) paragraph.suites = !field.value.empty();
  if (is("Enabled")) paragraph.enabled = !is_switched_off(field.value);
  for (const auto& option : kOptions)
    if (is(option.deb822)) paragraph.archive.options.emplace_back(option.deb822, field.value);
}

}  // namespace

AptSources parse_one_line_sources(std::string_view text) {
  AptSources out;
  for (auto line : base::split(text, '\n')) {
    line = base::trim(line.substr(0, line.find('#')));
    if (!line.empty()) parse_line(line, out);
  }
  return out;
}

AptSources parse_deb822_sources(std::string_view text) {
  AptSources out;
  const auto clean = without_comment_lines(text);
  deb::StanzaReader stanzas(clean);
  while (const auto stanza = stanzas.next()) {
    Paragraph paragraph;
    deb::FieldReader fields(*stanza);
    while (const auto field = fields.next()) read_sources_field(*field, paragraph);
    if (!paragraph.enabled) continue;
    if (!paragraph.packages || paragraph.uris.empty() || !paragraph.suites) {
      out.ignored.push_back("paragraph '" + std::string(stanza->substr(0, stanza->find('\n'))) +
                            "': Types, URIs and Suites expected");
      continue;
    }
    for (const auto& uri : paragraph.uris) {
      if (!is_usable_uri(uri)) continue;
      auto archive = paragraph.archive;
      archive.uri = without_final_slash(uri);
      add(out, std::move(archive));
    }
  }
  return out;
}

std::string to_deb822(const AptArchive& archive, const AptParagraph& paragraph) {
  std::string out = "Types: " + paragraph.type + "\nURIs: " + archive.uri + "/\n";
  out += "Suites: " + base::join(paragraph.suites, " ") + "\n";
  out += "Components: " + base::join(paragraph.components, " ") + "\n";
  if (!paragraph.architectures.empty())
    out += "Architectures: " + base::join(paragraph.architectures, " ") + "\n";
  out += std::string("Targets: ") + (paragraph.type == "deb" ? "Packages" : "Sources") + "\n";
  for (const auto& [name, value] : archive.options) out += name + ": " + value + "\n";
  return out + "\n";
}

}  // namespace sluice::archive
