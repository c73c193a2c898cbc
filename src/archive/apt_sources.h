// The machine's apt sources, both syntaxes. Source: sources.list(5) of apt 2.6. Text in, values
// out; who reads the files is archive/apt_fetch.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::archive {

// One archive that a source names. Suites and components are left out: whoever asks wants others.
struct AptArchive {
  std::string uri;  // as written, without a final slash
  // Options that say how to trust and to fetch it, by their deb822 names ("Signed-By"), as written;
  // a key that stands in the source itself has several lines.
  std::vector<std::pair<std::string, std::string>> options;

  friend bool operator==(const AptArchive&, const AptArchive&) = default;
};

struct AptSources {
  std::vector<AptArchive> archives;  // in the order of the text
  std::vector<std::string> ignored;  // one message per line or paragraph that cannot be used
};

// sources.list: `deb [option=value ...] URI suite [component ...]`.
AptSources parse_one_line_sources(std::string_view text);

// *.sources: paragraphs with Types, URIs, Suites, Components. Disabled ones are left out.
AptSources parse_deb822_sources(std::string_view text);

// A paragraph of a *.sources file with the archive's own options.
struct AptParagraph {
  std::string type;  // "deb" or "deb-src"
  std::vector<std::string> suites, components, architectures;
};
std::string to_deb822(const AptArchive& archive, const AptParagraph& paragraph);

}  // namespace sluice::archive
