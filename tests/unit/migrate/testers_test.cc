#include "migrate/testers.h"

#include <doctest/doctest.h>

#include "solve/proof.h"
#include "support/archive_builder.h"
#include "support/random_shelf.h"
#include "support/rounds.h"

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

// migration 5.3, 9: what could be installed together before is where the next search begins.
TEST_CASE("testers: what is known of an earlier archive changes no answer") {
  for (unsigned seed = 1; seed <= test::rounds(20U); ++seed) {
    CAPTURE(seed);
    support::RandomShelf shelf(seed);
    auto snapshot = shelf.build("");
    const auto memory = shelf.remembered;
    auto known = migrate::make_testers(*snapshot, {}).clauses;
    for (int step = 0; step < 8; ++step) {
      shelf.change();
      snapshot = shelf.build(memory);
      const auto again = migrate::make_testers(*snapshot, known);
      const auto anew = migrate::make_testers(*snapshot, {});
      REQUIRE(again.installability[0]->uninstallable() == anew.installability[0]->uninstallable());
      std::vector<deb::PackageIndex> present;
      for (const auto package : snapshot->suites[deb::kTarget].binary_of_name[0])
        if (package.valid()) present.push_back(package);
      CHECK(solve::is_proved(*again.installability[0], *again.universes[0], present));
      known = again.clauses;
    }
  }
}

// migration 5.3, 9
TEST_CASE("testers: what can be installed together is handed on") {
  const auto snapshot =
      support::archive().testing().source("foo", "1").binary("foo", "amd64", "1").build();
  const auto testers = migrate::make_testers(*snapshot, {});
  const auto foo = snapshot->suites[deb::kTarget].binary(0, snapshot->symbols.find_name("foo"));
  CHECK(testers.clauses[0].witnesses == std::vector{foo});
}
