// covers: universe_builder.cc
#include "solve/universe.h"

#include <doctest/doctest.h>

#include "deb/snapshot_builder.h"

using namespace sluice;
using deb::PackageIndex;

namespace {

struct UniverseScene {
  explicit UniverseScene(std::string_view packages) {
    deb::SnapshotBuilder builder({{"amd64"}, deb::BuildRelations::skip});
    (void)builder.add_suite("testing", "", deb::SuiteClass::target);
    builder.add_packages(0, 0, packages, "Packages");
    snapshot = builder.finish();
    universe = std::make_unique<solve::Universe>(*snapshot, 0);
  }
  PackageIndex find(std::string_view name, std::string_view version) const {
    return snapshot->find_package(0, snapshot->symbols.find_name(name),
                                  snapshot->symbols.find_version(version));
  }
  // Members of each clause as "name/version ..." joined with "; ".
  std::string clauses(std::string_view name, std::string_view version) const {
    std::string text;
    for (const auto& clause : universe->depends(find(name, version))) {
      if (!text.empty()) text += "; ";
      for (const auto member : universe->members(clause.set)) {
        const auto& record = snapshot->record(0, member);
        text += std::string(snapshot->text(record.name)) + "/" +
                std::string(snapshot->text(record.version)) + " ";
      }
    }
    return text;
  }
  std::shared_ptr<const deb::Snapshot> snapshot;
  std::unique_ptr<solve::Universe> universe;
};

std::string universe_stanza(std::string_view name, std::string_view version,
                            std::string_view more = "") {
  return "Package: " + std::string(name) + "\nVersion: " + std::string(version) +
         "\nArchitecture: amd64\n" + std::string(more) + "\n";
}

}  // namespace

// migration 3.4
TEST_CASE("universe: unversioned Provides never satisfy a versioned relation, versioned ones may") {
  const UniverseScene scene(universe_stanza("plain", "5", "Provides: v\n") +
                            universe_stanza("exact", "5", "Provides: v (= 2)\n") +
                            universe_stanza("any", "1", "Depends: v\n") +
                            universe_stanza("two", "1", "Depends: v (>= 2)\n") +
                            universe_stanza("three", "1", "Depends: v (>= 3)\n"));
  CHECK(scene.clauses("any", "1") == "plain/5 exact/5 ");
  CHECK(scene.clauses("two", "1") == "exact/5 ");
  CHECK(scene.universe->broken(scene.find("three", "1")));
}

// migration 3.4
TEST_CASE(
    "universe: qualifiers: any needs Multi-Arch: allowed, others never match, providers never") {
  const UniverseScene scene(universe_stanza("lib", "1", "Multi-Arch: allowed\n") +
                            universe_stanza("other", "1") +
                            universe_stanza("prov", "1", "Provides: lib\n") +
                            universe_stanza("a", "1", "Depends: lib:any\n") +
                            universe_stanza("b", "1", "Depends: other:any\n") +
                            universe_stanza("c", "1", "Depends: lib:amd64\n") +
                            universe_stanza("d", "1", "Depends: lib:native\n"));
  CHECK(scene.clauses("a", "1") == "lib/1 ");
  for (const auto* name : {"b", "c", "d"}) CHECK(scene.universe->broken(scene.find(name, "1")));
  const auto atoms =
      deb::parse_clause("lib:native", const_cast<deb::Symbols&>(scene.snapshot->symbols));
  CHECK(scene.universe->satisfying(atoms->front(), solve::RelationKind::build_time).size() == 1);
}

// migration 5.2
TEST_CASE(
    "universe: single-alternative clauses on one name are one range, with every relation as "
    "reason") {
  const UniverseScene scene(
      universe_stanza("lib", "1") + universe_stanza("lib", "2") + universe_stanza("lib", "3") +
      universe_stanza("app", "1", "Pre-Depends: lib (>= 2)\nDepends: x | y, lib (<< 3)\n") +
      universe_stanza("x", "1"));
  CHECK(scene.clauses("app", "1") == "lib/2 ; x/1 ");
  const auto app = scene.find("app", "1");
  const auto& range = scene.universe->depends(app).front();
  CHECK(range.merged);
  const auto reasons = scene.universe->reasons(app, range);
  REQUIRE(reasons.size() == 2);
  CHECK(reasons[0].field == deb::RelationField::pre_depends);
  CHECK(scene.snapshot->relations.text(reasons[1].relation) == "lib (<< 3)");
}

// migration 5.2
TEST_CASE(
    "universe: broken packages take along who needs only them and leave everybody else's clauses") {
  const UniverseScene scene(universe_stanza("bad", "1", "Depends: nosuch\n") +
                            universe_stanza("worse", "1", "Depends: bad\n") +
                            universe_stanza("fine", "1") +
                            universe_stanza("saved", "1", "Depends: bad | fine\n") +
                            universe_stanza("garbled", "1", "Depends: a b c\n"));
  for (const auto* name : {"bad", "worse", "garbled"})
    CHECK(scene.universe->broken(scene.find(name, "1")));
  CHECK(scene.clauses("saved", "1") == "fine/1 ");
}

// migration 3.5, 5.2
TEST_CASE(
    "universe: conflicts are symmetric and never hit the package itself, but other versions of "
    "it") {
  const UniverseScene scene(universe_stanza("mta", "1", "Provides: mail\nConflicts: mail\n") +
                            universe_stanza("mta", "2", "Provides: mail\nConflicts: mail\n") +
                            universe_stanza("erlang", "1", "Provides: erl\nBreaks: erl (<< 2)\n"));
  CHECK(scene.universe->conflicts(scene.find("mta", "1")).size() == 1);
  CHECK(scene.universe->conflicts(scene.find("mta", "2")).front() == scene.find("mta", "1"));
  CHECK(scene.universe->conflicts(scene.find("erlang", "1")).empty());
}

// migration 5.2
TEST_CASE("universe: equivalent packages need, exclude and satisfy the same") {
  const UniverseScene scene(
      universe_stanza("a", "1", "Provides: v\nDepends: x\n") +
      universe_stanza("b", "1", "Provides: v\nDepends: x\n") + universe_stanza("x", "1") +
      universe_stanza("user", "1", "Depends: v\n") + universe_stanza("lone", "1", "Depends: x\n"));
  CHECK(scene.universe->equivalent(scene.find("a", "1"), scene.find("b", "1")));
  CHECK(!scene.universe->equivalent(scene.find("a", "1"), scene.find("lone", "1")));
  CHECK(scene.universe->reverse_dependencies(scene.find("a", "1")) ==
        std::vector{scene.find("user", "1")});
}
