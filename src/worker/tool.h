// What the installed autopkgtest understands: Debian's and the Ubuntu team's differ. Source:
// autopkgtest 2.4.
#pragma once

#include <string>
#include <string_view>

namespace sluice::worker {

struct ToolOptions {
  bool architecture = false;  // -a ARCH
  bool ppa_sources = false;   // --add-apt-source=ppa:…
  bool pin_packages = false;  // --pin-packages
  bool apt_pocket = false;
  bool copy = false;
  std::string test_name;  // "--test-name", "--testname" of older ones, "" none

  friend bool operator==(const ToolOptions&, const ToolOptions&) = default;
};

// From the text of `--help`. Options are looked for as words that begin a line: their help speaks
// of others.
ToolOptions parse_tool_help(std::string_view help);

}  // namespace sluice::worker
