// covers: witness.cc
#include "solve/search.h"

#include <doctest/doctest.h>

#include "deb/snapshot_builder.h"
#include "solve/witness.h"

using namespace sluice;
using deb::PackageIndex;

namespace {

std::string stanza(std::string_view name, std::string_view more = "") {
  return "Package: " + std::string(name) + "\nVersion: 1\nArchitecture: amd64\n" +
         std::string(more) + "\n";
}

struct SearchScene {
  explicit SearchScene(std::string_view packages) {
    deb::SnapshotBuilder builder({{"amd64"}, deb::BuildRelations::skip});
    (void)builder.add_suite("testing", "", deb::SuiteClass::target);
    builder.add_packages(0, 0, packages, "Packages");
    snapshot = builder.finish();
    universe = std::make_unique<solve::Universe>(*snapshot, 0);
    present.assign(universe->size(), 1);
  }
  PackageIndex find(std::string_view name) const {
    return snapshot->packages_named(0, snapshot->symbols.find_name(name)).front();
  }
  std::shared_ptr<const deb::Snapshot> snapshot;
  std::unique_ptr<solve::Universe> universe;
  std::vector<std::uint8_t> present;
};

}  // namespace

// migration 5.1
TEST_CASE("search: goes back on a choice that leads into a conflict") {
  // The first alternative of `a` excludes what `c` needs.
  const SearchScene scene(stanza("a", "Depends: x | y\n") + stanza("x", "Conflicts: z\n") +
                          stanza("y") + stanza("z") + stanza("c", "Depends: a, z\n"));
  solve::Search search(*scene.universe, scene.present);
  const auto goal = scene.find("c");
  const auto found = search.solve({&goal, 1});
  REQUIRE(found);
  CHECK(std::ranges::find(*found, scene.find("y")) != found->end());
  CHECK(std::ranges::find(*found, scene.find("x")) == found->end());
}

// migration 5.1
TEST_CASE("search: says no with the sets that it looked at, and yes once one gains a member") {
  SearchScene scene(stanza("a", "Depends: x | y\n") + stanza("x", "Conflicts: a\n") + stanza("y"));
  scene.present[scene.find("y").value] = 0;
  solve::Search search(*scene.universe, scene.present);
  const auto goal = scene.find("a");
  CHECK(!search.solve({&goal, 1}));
  CHECK(search.examined().size() == 1);
  scene.present[scene.find("y").value] = 1;
  CHECK(search.solve({&goal, 1}));
}

// migration 5.1
TEST_CASE("search: goals that exclude each other, absent goals and no goals at all") {
  SearchScene scene(stanza("a", "Conflicts: b\n") + stanza("b"));
  solve::Search search(*scene.universe, scene.present);
  const std::vector<PackageIndex> both = {scene.find("a"), scene.find("b")};
  CHECK(!search.solve(both));
  scene.present[scene.find("a").value] = 0;
  CHECK(!search.solve(std::span(both).first(1)));
  CHECK(search.solve({})->empty());
}

// migration 5.3
TEST_CASE("witness: extend adds a package with what it needs, or nothing") {
  const SearchScene scene(stanza("a", "Depends: b\n") + stanza("b") +
                          stanza("c", "Conflicts: b\n"));
  solve::Witness witness(scene.universe->size());
  CHECK(solve::extend(*scene.universe, scene.present, witness, scene.find("a"), 100).size() == 2);
  CHECK(witness.has(scene.find("b")));
  CHECK(solve::extend(*scene.universe, scene.present, witness, scene.find("c"), 100).empty());
  CHECK(!witness.has(scene.find("c")));
  CHECK(witness.members().size() == 2);
  solve::Witness fresh(scene.universe->size());
  CHECK(solve::extend(*scene.universe, scene.present, fresh, scene.find("a"), 1)
            .empty());  // too few steps
  CHECK(fresh.members().empty());
}
