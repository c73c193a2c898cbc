#include "migrate/testers.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;

// migration 5.2, 5.3
TEST_CASE("testers: one for each architecture, of what the target has there") {
  const auto snapshot = support::archive()
                            .testing()
                            .source("foo", "1")
                            .binary("foo", "amd64", "1", {.depends = "nothing"})
                            .unstable()
                            .source("foo", "2")
                            .binary("foo", "amd64", "2")
                            .build();
  const auto testers = migrate::make_testers(*snapshot, {});
  REQUIRE(testers.universes.size() == snapshot->archs.size());
  REQUIRE(testers.installability.size() == snapshot->archs.size());
  const auto name = snapshot->symbols.find_name("foo");
  const auto old = snapshot->suites[deb::kTarget].binary(0, name);
  const auto fresh = snapshot->suites[1].binary(0, name);
  CHECK(testers.installability[0]->present(old));
  CHECK_FALSE(testers.installability[0]->present(fresh));
  CHECK(testers.installability[0]->uninstallable() == std::vector{old});
}
