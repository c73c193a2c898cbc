#include "cli/archive_config.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::cli {
namespace {

// Architectures on which arch:all packages have to be installable, as Debian has it; on an archive
// without them the first one.
std::string nobreakall(const std::vector<std::string>& architectures) {
  std::vector<std::string> chosen;
  for (const auto& arch : architectures)
    if (arch == "amd64" || arch == "arm64") chosen.push_back(arch);
  if (chosen.empty()) chosen.push_back(architectures.front());
  return base::join(chosen, " ");
}

constexpr const char* kPolicies = R"(
# No indexes tell how old an upload is: nothing waits.
MINDAYS_LOW = 0
MINDAYS_MEDIUM = 0
MINDAYS_HIGH = 0
MINDAYS_CRITICAL = 0
MINDAYS_EMERGENCY = 0
DEFAULT_URGENCY = medium
NO_PENALTIES = high critical emergency
BOUNTY_MIN_AGE = 0

SMOOTH_UPDATES = libs oldlibs
IGNORE_CRUFT = 1
REMOVE_OBSOLETE = yes
ADT_ENABLE = no
)";

}  // namespace

std::string archive_run_config(const ArchiveRunLayout& layout) {
  std::string out = "# Written by sluice archive-run. To run it again without fetching:\n";
  out += "#   sluice migrate -v -c " + layout.directory + "/britney.conf\n\n";
  const auto set = [&](const std::string& key, const std::string& value) {
    out += key + " = " + value + "\n";
  };
  const auto file = [&](const std::string& key, const std::string& name) {
    set(key, layout.directory + "/output/" + name);
  };
  set("TESTING", layout.target_directory);
  set("UNSTABLE", layout.source_directory);
  set("ARCHITECTURES", base::join(layout.architectures, " "));
  set("NOBREAKALL_ARCHES", nobreakall(layout.architectures));
  for (const auto* key : {"OUTOFSYNC_ARCHES", "BREAK_ARCHES", "NEW_ARCHES"}) set(key, "");
  set("ALL_BUILDARCH", layout.architectures.front());
  out += "\n";
  file("NONINST_STATUS", "non-installable-status");
  file("EXCUSES_OUTPUT", "excuses.html");
  file("EXCUSES_YAML_OUTPUT", "excuses.yaml");
  file("UPGRADE_OUTPUT", "update_output.txt");
  file("HEIDI_OUTPUT", "HeidiResult");
  set("STATE_DIR", layout.directory + "/state");
  set("HINTSDIR", layout.directory + "/hints");
  out += kPolicies;
  // A key that only Ubuntu's version knows selects its rules (migration 0.1).
  if (layout.rules == migrate::RuleSet::ubuntu) out += "PIUPARTS_ENABLE = no\n";
  return out;
}

}  // namespace sluice::cli
