#include "britney/launchpad_files.h"

#include <fmt/format.h>

#include "base/text.h"
#include "britney/dates.h"
#include "britney/lines.h"
#include "codec/json.h"

namespace sluice::britney {
Read<LaunchpadBugs> parse_launchpad_bugs(std::string_view text, const std::string& file) {
  Read<LaunchpadBugs> read;
  LineNotes notes(file, base::Level::warning);
  each_line(text, [&](const Line& line) {
    const auto& [number, words] = line;
    const auto seconds = words.size() == 3 ? base::parse_int(words[2]) : std::nullopt;
    if (seconds && *seconds >= 0 && *seconds <= kStampMax)
      read.value[std::string(words[0])].push_back({std::string(words[1]), *seconds});
    else
      notes.add(number, "expected \"source bug seconds\"");
  });
  read.messages = notes.take();
  return read;
}

Read<SourcePpas> parse_source_ppas(std::string_view text, const std::string& file) {
  Read<SourcePpas> read;
  const auto complain = [&](std::string_view place, std::string_view expectation) {
    read.messages.push_back({base::Level::error, fmt::format("{}: {}: expected {}, ignored", file,
                                                             place, expectation)});
  };
  if (base::trim(text).empty()) return read;
  const auto json = codec::parse_json(text);
  if (!json) complain("text", "JSON (" + json.error().text() + ")");
  if (!json) return read;
  if (json->map() == nullptr) complain("text", "a map of sources");
  if (json->map() == nullptr) return read;
  for (const auto& [source, versions] : *json->map()) {
    if (versions.map() == nullptr) {
      complain(source, "a map of versions");
      continue;
    }
    migrate::ByName<std::string> known;
    for (const auto& [version, ppa] : *versions.map()) {
      if (ppa.string() != nullptr)
        known.emplace_hint(known.end(), version, *ppa.string());
      else
        complain(source + ", " + version, "a text");
    }
    if (!known.empty()) read.value.emplace_hint(read.value.end(), source, std::move(known));
  }
  return read;
}

std::string source_ppas_text(const SourcePpas& ppas) {
  codec::Map sources;
  for (const auto& [source, versions] : ppas) {
    codec::Map to;
    for (const auto& [version, ppa] : versions) to.emplace(version, ppa);
    sources.emplace(source, std::move(to));
  }
  return codec::to_json(sources, codec::JsonStyle::compact);
}

}  // namespace sluice::britney
