// Any bytes as britney.conf: either a configuration that makes sense or an error that names the
// file. Source: migration 1.2, 1.3.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "britney/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = britney::parse_config(text, "FILE", {.series = "testing"});
  if (!read) {
    base::check(read.error().text().find("FILE") != std::string::npos, "an error names the file");
    return 0;
  }
  const auto& [settings, paths, users, components, fake_runtime, email] = read->value;
  base::check(!paths.testing.empty() && !paths.unstable.empty(), "both suites are named");
  base::check(settings.age.days_of_urgency.contains(settings.age.default_urgency),
              "the default urgency has days");
  return 0;
}
