#include "worker/tool.h"

#include "base/text.h"

namespace sluice::worker {
namespace {

struct Definition {
  std::string_view line;  // "-o OUTPUT_DIR, --output-dir OUTPUT_DIR"

  bool has(std::string_view option) const {
    for (auto word : base::split_words(line)) {
      word = word.substr(0, word.find_first_of("=,"));
      if (word == option) return true;
    }
    return false;
  }
};

}  // namespace

ToolOptions parse_tool_help(std::string_view help) {
  ToolOptions options;
  std::string_view inside;  // the option that a line of help belongs to
  for (const auto line : base::split(help, '\n')) {
    const auto text = base::trim(line);
    if (text.starts_with('-')) {
      const Definition definition{text};
      inside = definition.has("--add-apt-source") ? "--add-apt-source" : "";
      options.architecture = options.architecture || definition.has("-a");
      options.pin_packages = options.pin_packages || definition.has("--pin-packages");
      options.apt_pocket = options.apt_pocket || definition.has("--apt-pocket");
      options.copy = options.copy || definition.has("--copy");
      if (definition.has("--test-name"))
        options.test_name = "--test-name";
      else if (options.test_name.empty() && definition.has("--testname"))
        options.test_name = "--testname";
    }
    if (inside == "--add-apt-source" && text.contains("ppa:")) options.ppa_sources = true;
  }
  return options;
}

}  // namespace sluice::worker
