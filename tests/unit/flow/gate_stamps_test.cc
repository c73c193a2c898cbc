#include "flow/gate_stamps.h"

#include <doctest/doctest.h>

#include "support/gate_scene.h"

using namespace sluice;

namespace {

// Which stamps differ, as letters: whole, archive, hints, facts.
std::string changed_by(const std::string& path) {
  support::GateScene scene;
  auto config = scene.config();
  config.settings.adt.shared_results = "r/cache";
  const auto stamps = [&] { return flow::stamps_of(scene.files, "c", &config); };
  const auto before = stamps();
  (void)scene.files.replace(path, "another text");
  const auto after = stamps();
  std::string letters;
  if (before.whole != after.whole) letters += 'w';
  if (before.archive != after.archive) letters += 'a';
  if (before.hints != after.hints) letters += 'h';
  if (before.facts != after.facts) letters += 'f';
  return letters;
}

}  // namespace

// migration 2.5
TEST_CASE("gate stamps: each file is of one kind, and what runs write is of none") {
  struct Row {
    const char* path;
    const char* kinds;
  };
  const Row rows[] = {
      {"c", "w"},
      {"r/cache", "w"},
      {"t/Packages_amd64", "a"},
      {"u/dists/x", "a"},
      {"h/ada", "h"},
      {"h/new", "h"},
      {"u/Blocks", "f"},
      {"u/BugsV", "f"},
      {"t/Urgency", "f"},
      {"s/rc-bugs-unstable", "f"},
      {"s/age-policy-urgencies", "f"},
      {"s/age-policy-dates", ""},
      {"s/autopkgtest-results.cache", ""},
      {"t/Dates", ""},
      {"u/SourcePPA", ""},
      {"o/Heidi", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CHECK(changed_by(row.path) == row.kinds);
  }
}

TEST_CASE("gate stamps: before a configuration was read only its file counts") {
  support::GateScene scene;
  const auto stamps = flow::stamps_of(scene.files, "c", nullptr);
  CHECK(stamps.whole.starts_with("c "));
  CHECK(stamps.archive.empty());
  CHECK(flow::stamps_of(scene.files, "missing", nullptr) == flow::GateStamps());
}
