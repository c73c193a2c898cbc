// apt's sources in both syntaxes: what is accepted has a URI, and what we write for apt reads back.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "archive/apt_sources.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  for (const auto& sources :
       {archive::parse_one_line_sources(text), archive::parse_deb822_sources(text)})
    for (const auto& each : sources.archives) {
      base::check(each.uri.find(':') != std::string::npos, "an archive has a URI");
      const auto written = archive::to_deb822(each, {"deb", {"sid"}, {"main"}, {}});
      const auto again = archive::parse_deb822_sources(written);
      base::check(again.archives.size() == 1 && again.archives[0].uri == each.uri,
                  "what is written for apt names the same archive");
    }
  return 0;
}
