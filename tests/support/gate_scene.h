// GateScene: the files of a small migration run on a disk in memory: foo is new in unstable, bar 2
// breaks its user.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "britney/config.h"
#include "support/memory_files.h"
#include "support/recording_log.h"
#include "sys/clock.h"

namespace sluice::support {

class FixedClock final : public sys::Clock {
 public:
  base::Instant now() override { return base::instant_of_seconds(1'700'864'000); }
};

inline std::string source(const std::string& name, const std::string& version) {
  return "Package: " + name + "\nVersion: " + version + "\nSection: misc\n\n";
}
inline std::string binary(const std::string& name, const std::string& version,
                          const std::string& more = "") {
  return "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\nSection: misc\n" +
         more + "\n";
}

inline constexpr std::string_view kConfig =
    "TESTING = t\nUNSTABLE = u\nNONINST_STATUS = o/noninst\nEXCUSES_OUTPUT = o/excuses.html\n"
    "EXCUSES_YAML_OUTPUT = o/excuses.yaml\nUPGRADE_OUTPUT = o/output.txt\nHEIDI_OUTPUT = o/Heidi\n"
    "STATE_DIR = s\nARCHITECTURES = amd64\nNOBREAKALL_ARCHES = amd64\nOUTOFSYNC_ARCHES "
    "=\nBREAK_ARCHES =\n"
    "NEW_ARCHES =\nMINDAYS_MEDIUM = 0\nDEFAULT_URGENCY = medium\nSMOOTH_UPDATES = "
    "libs\nPIUPARTS_ENABLE = no\n"
    "HINTSDIR = h\nHINTS_ADA = STANDARD\nADT_ENABLE = no\n";

struct GateScene {
  GateScene() {
    files.put("c", kConfig);
    files.put("h/ada", "# none\n");
    files.put("t/Sources", source("foo", "1") + source("bar", "1") + source("user", "1"));
    files.put("u/Sources", source("foo", "2") + source("bar", "2") + source("user", "1"));
    const auto user = binary("user", "1", "Depends: bar (<< 2)\n");
    files.put("t/Packages_amd64", binary("foo", "1") + binary("bar", "1") + user);
    files.put("u/Packages_amd64", binary("foo", "2") + binary("bar", "2") + user);
    files.put("u/SourcePPA", R"({"foo": {"2": ""}, "bar": {"2": ""}})");
  }

  britney::Config config() {
    auto read = britney::read_config(files, "c", {.rules = rules});
    base::check(read.has_value(), "the scene's configuration is right");
    return std::move(read->value);
  }

  std::optional<migrate::RuleSet> rules;  // nothing: as the configuration says
  test::MemoryFileSystem files;
  test::RecordingLog log;
  FixedClock clock;
};

}  // namespace sluice::support
