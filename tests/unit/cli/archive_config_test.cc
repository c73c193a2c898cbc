#include "cli/archive_config.h"

#include <doctest/doctest.h>

#include "britney/config.h"

using namespace sluice;
using namespace sluice::cli;

namespace {

britney::Config parsed_layout(const ArchiveRunLayout& layout) {
  const auto config = britney::parse_config(archive_run_config(layout), "britney.conf", {});
  REQUIRE(config);
  return config->value;
}

}  // namespace

TEST_CASE("archive config: it is a complete configuration with Debian's rules") {
  const auto config =
      parsed_layout({"/d", "/d/suites/testing", "/d/suites/unstable", {"armhf", "amd64"}});

  CHECK(config.settings.rules == migrate::RuleSet::debian);
  CHECK(config.settings.architectures == std::vector<std::string>{"armhf", "amd64"});
  CHECK(config.settings.nobreakall == migrate::ArchNames{"amd64"});
  CHECK(config.paths.testing == "/d/suites/testing");
  CHECK(config.paths.heidi_output == "/d/output/HeidiResult");
  CHECK(config.paths.state_dir == "/d/state");
}

// migration 0.1
TEST_CASE("archive config: Ubuntu's rules are selected by the file itself") {
  const auto config = parsed_layout({"/d", "/t", "/u", {"riscv64"}, migrate::RuleSet::ubuntu});

  CHECK(config.settings.rules == migrate::RuleSet::ubuntu);
  CHECK(config.settings.nobreakall == migrate::ArchNames{"riscv64"});
}
