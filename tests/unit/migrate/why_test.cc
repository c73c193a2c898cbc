// covers: why_nodes.cc
#include "migrate/why.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "migrate/engine.h"
#include "migrate/why_text.h"
#include "support/random_gate.h"
#include "support/rounds.h"
#include "support/test_run.h"

using namespace sluice;
using migrate::Cost;
using migrate::Standing;
using migrate::Turn;
using support::archive;

namespace {

constexpr std::int64_t kAskedAt = 1'700'000'000;

// A decided archive, and what is asked of it.
struct Asked {
  explicit Asked(std::shared_ptr<const deb::Snapshot> snapshot, const std::string& hint = "",
                 migrate::RuleSet rule_set = migrate::RuleSet::ubuntu)
      : world(std::move(snapshot), rule_set) {
    world.facts.now = world.facts.age_now = base::instant_of_seconds(kAskedAt);
    if (!hint.empty()) world.hint(hint);
  }
  migrate::Explanation ask(std::string_view name) { return ask_all(name).front(); }
  std::vector<migrate::Explanation> ask_all(std::string_view name) {
    if (!run) {
      run = std::make_unique<support::TestRun>(world);
      rules = std::make_unique<migrate::World>(world.world());
      rules->now = run->target.get();
      why = std::make_unique<migrate::Why>(migrate::WhyInput{
          *rules, *run->target, run->judgement, run->result, world.facts.now, {}});
    }
    return why->of_package(name);
  }

  support::TestWorld world;
  std::unique_ptr<support::TestRun> run;
  std::unique_ptr<migrate::World> rules;
  std::unique_ptr<migrate::Why> why;
};

std::vector<std::string> keys(const std::vector<migrate::Leaf>& leaves) {
  std::vector<std::string> all;
  for (const auto& leaf : leaves) all.push_back(leaf.item + ":" + leaf.key);
  return all;
}
using Keys = std::vector<std::string>;

}  // namespace

// testgrid 5.4
TEST_CASE(
    "why: an item that the run accepted migrates, and one without item is where it should be") {
  Asked asked(archive()
                  .testing()
                  .package("foo", "1")
                  .package("same", "1")
                  .package("old", "1")
                  .unstable()
                  .package("foo", "2")
                  .package("same", "1")
                  .package("old", "1")
                  .build());
  CHECK(asked.ask("foo").standing == Standing::migrates);
  CHECK(asked.ask("same").standing == Standing::in_target);
  CHECK(asked.ask("nosuch").standing == Standing::unknown);
  CHECK(asked.ask("nosuch").new_version == "-");
}

// testgrid 5.4; migration 4.5.6
TEST_CASE("why: a block hint is a leaf of the release team") {
  Asked asked(archive().testing().package("foo", "1").unstable().package("foo", "2").build(),
              "block foo");
  const auto answer = asked.ask("foo");
  CHECK(answer.standing == Standing::held);
  REQUIRE(keys(answer.leaves) == Keys{"foo:block"});
  CHECK(answer.leaves.front().turn == Turn::release_team);
  CHECK(answer.leaves.front().who == "ada");
  CHECK(answer.leaves.front().cost == Cost::hint);
  CHECK(!answer.leaves.front().action.empty());
}

// testgrid 5.4; migration 4.3
TEST_CASE("why: an item that waits for another is never a leaf; the other's leaf is") {
  Asked asked(archive()
                  .testing()
                  .package("a", "1")
                  .package("b", "1")
                  .package("c", "1")
                  .unstable()
                  .package("a", "2", {.depends = "b (>= 2)"})
                  .package("b", "2", {.depends = "c (>= 2)"})
                  .package("c", "2")
                  .build(),
              "block c");
  const auto answer = asked.ask("a");
  CHECK(answer.standing == Standing::waits);
  CHECK(keys(answer.leaves) == Keys{"c:block"});
  REQUIRE(answer.waits.size() == 2);
  CHECK(answer.waits.front().because == "else a 2 becomes uninstallable on amd64");
  CHECK(answer.waits.back().on == "c");
  CHECK(answer.together == std::vector<std::string>{"b", "c"});
}

// testgrid 5.4
TEST_CASE("why: of several ways the cheapest is shown and the other is an alternative") {
  Asked asked(archive()
                  .testing()
                  .package("a", "1")
                  .package("b", "1")
                  .package("c", "1")
                  .unstable()
                  .package("a", "2", {.depends = "b (>= 2) | c (>= 2)"})
                  .package("b", "2")
                  .package("c", "2")
                  .build(),
              "block b");
  asked.world.settings.age.days_of_urgency = {{"medium", 5}};
  asked.world.settings.age.default_urgency = "medium";
  asked.world.facts.age.first_seen = {
      {"a", {"2", 0}}, {"b", {"2", 0}}, {"c", {"2", kAskedAt - 86400}}};
  const auto answer = asked.ask("a");
  CHECK(keys(answer.leaves) == Keys{"c:age"});
  REQUIRE(answer.alternatives.size() == 1);
  CHECK(keys(answer.alternatives.front()) == Keys{"b:block"});
  REQUIRE(answer.leaves.front().until);
  CHECK(*answer.leaves.front().until == base::instant_of_seconds(kAskedAt + 4 * 86400));
}

// testgrid 5.4; migration 4.5.1
TEST_CASE("why: items that need each other in a circle wait for the leaf of any of them") {
  Asked asked(archive()
                  .testing()
                  .package("a", "1")
                  .package("b", "1")
                  .unstable()
                  .package("a", "2", {.depends = "b (>= 2)"})
                  .package("b", "2", {.depends = "a (>= 2)"})
                  .build(),
              "block b");
  CHECK(keys(asked.ask("a").leaves) == Keys{"b:block"});
  CHECK(keys(asked.ask("b").leaves) == Keys{"b:block"});
}

// migration 9; testgrid 5.4
TEST_CASE(
    "why: a candidate that would break another package says which and follows its new version") {
  Asked asked(archive()
                  .testing()
                  .package("lib", "1", {.provides = "lib-abi-1"})
                  .package("user", "1", {.depends = "lib-abi-1"})
                  .unstable()
                  .package("lib", "2", {.provides = "lib-abi-2"})
                  .package("user", "2", {.depends = "lib-abi-2"})
                  .build(),
              "block user");
  asked.world.settings.implicit_deps = false;
  const auto answer = asked.ask("lib");
  CHECK(answer.standing == Standing::unplaced);
  CHECK(keys(answer.leaves) == Keys{"user:block"});
  REQUIRE(answer.chains.size() == 1);
  CHECK(answer.chains.front().binary == "user 1");
  CHECK(migrate::sentences_of(answer.chains.front(), "testing") ==
        std::vector<std::string>{"user 1 needs lib-abi-1 (Depends): nothing in testing satisfies "
                                 "that; lib 1 leaves testing"});
}

// migration 9: the source of what a suite keeps too long does not bring it
TEST_CASE("why: a package that leaves is not said to come with the item that takes it out") {
  Asked asked(archive()
                  .testing()
                  .source("lib", "1")
                  .binary("lib", "amd64", "1")
                  .binary("lib-doc", "amd64", "1")
                  .package("user", "1", {.depends = "lib-doc"})
                  .unstable()
                  .source("lib", "2")
                  .binary("lib", "amd64", "2")
                  .binary("lib-doc", "amd64", "1", {.source = "lib (1)"})
                  .package("user", "1", {.depends = "lib-doc"})
                  .build());
  asked.world.settings.ignore_cruft = true;
  asked.world.settings.implicit_deps = false;
  const auto answer = asked.ask("lib");
  REQUIRE(answer.chains.size() == 1);
  CHECK(migrate::sentences_of(answer.chains.front(), "testing") ==
        std::vector<std::string>{"user 1 needs lib-doc (Depends): nothing in testing satisfies "
                                 "that; lib-doc 1 leaves testing"});
}

// migration 9
TEST_CASE("why: where no item helps, somebody has to fix the package that breaks") {
  Asked asked(archive()
                  .testing()
                  .package("lib", "1", {.provides = "lib-abi-1"})
                  .package("user", "1", {.depends = "lib-abi-1"})
                  .unstable()
                  .package("lib", "2")
                  .package("user", "1", {.depends = "lib-abi-1"})
                  .build());
  asked.world.settings.implicit_deps = false;
  const auto answer = asked.ask("lib");
  CHECK(keys(answer.leaves) == Keys{"lib:uninstallable"});
  CHECK(answer.leaves.front().turn == Turn::maintainer);
  REQUIRE(!answer.alternatives.empty());
  CHECK(keys(answer.alternatives.front()) == Keys{"lib:force-hint"});
}

// migration 5.2, 9: what b 1 needs and what b 2 breaks read alike, and b 2 is the way out all the
// same.
TEST_CASE("why: a new version that breaks what the old one needs is no cause to blame it") {
  for (const auto rule_set : {migrate::RuleSet::ubuntu, migrate::RuleSet::debian}) {
    Asked asked(archive()
                    .testing()
                    .package("b", "1", {.depends = "c (<< 2)"})
                    .package("c", "1")
                    .unstable()
                    .package("b", "2", {.breaks = "c (<< 2)"})
                    .package("c", "2")
                    .build(),
                "block b", rule_set);
    asked.world.settings.implicit_deps = false;
    const auto answer = asked.ask("c");
    CHECK(keys(answer.leaves) == Keys{"b:block"});
    CHECK(answer.together == std::vector<std::string>{"b"});
  }
}

// testgrid 5.4: what one upload ends is one leaf, so it is cheaper than a hint by force.
TEST_CASE("why: what breaks on several architectures and in several binaries is one thing to fix") {
  auto builder = archive({"amd64", "arm64", "riscv64"});
  for (const bool target : {true, false}) {
    target ? builder.testing() : builder.unstable();
    builder.source("p", "1");
    for (const auto* arch : {"amd64", "arm64", "riscv64"})
      for (const auto* name : {"p1", "p2", "p3", "p4"})
        builder.binary(name, arch, "1", {.depends = "x (= 1)"});
    const auto* version = target ? "1" : "2";
    builder.source("x", version);
    for (const auto* arch : {"amd64", "arm64", "riscv64"}) builder.binary("x", arch, version);
  }
  Asked asked(builder.build());
  asked.world.settings.implicit_deps = false;
  const auto answer = asked.ask("x");
  REQUIRE(keys(answer.leaves) == Keys{"x:uninstallable"});
  const auto& leaf = answer.leaves.front();
  CHECK(leaf.action.starts_with("upload p "));
  CHECK(leaf.archs == std::vector<std::string>{"amd64", "arm64", "riscv64"});
  CHECK(leaf.what.contains("on amd64, arm64, riscv64, p1 1 needs x (= 1)"));
  CHECK(leaf.what.ends_with(" (the same for p2 1, p3 1, p4 1)"));
  REQUIRE(answer.alternatives.size() == 1);
  CHECK(keys(answer.alternatives.front()) == Keys{"x:force-hint"});
}

// migration 4.8, 9
TEST_CASE("why: under Debian's rules a dependency that nothing satisfies stops a valid item") {
  Asked asked(archive()
                  .testing()
                  .package("foo", "1")
                  .unstable()
                  .package("foo", "2", {.depends = "ghost"})
                  .build(),
              "", migrate::RuleSet::debian);
  const auto answer = asked.ask("foo");
  CHECK(answer.standing == Standing::unplaced);
  REQUIRE(answer.chains.size() == 1);
  CHECK(answer.chains.front().steps.back().relation == "ghost");
}

// migration 4.8, 9; testgrid 5.4: no policy there judges what would break, so a hold must not hide
// it.
TEST_CASE("why: under Debian's rules an item that is held shows what would break, too") {
  Asked asked(archive()
                  .testing()
                  .package("foo", "1")
                  .package("user", "1", {.depends = "foo (<< 2)"})
                  .unstable()
                  .package("foo", "2", {.depends = "ghost"})
                  .package("user", "1", {.depends = "foo (<< 2)"})
                  .build(),
              "", migrate::RuleSet::debian);
  asked.world.settings.age.days_of_urgency = {{"medium", 5}};
  asked.world.settings.age.default_urgency = "medium";
  asked.world.facts.age.first_seen = {{"foo", {"2", kAskedAt - 86400}}};
  const auto answer = asked.ask("foo");
  CHECK(answer.standing == Standing::held);
  CHECK(keys(answer.leaves) == Keys{"foo:age", "foo:uninstallable", "foo:uninstallable"});
  CHECK(answer.chains.size() == 2);
  CHECK(migrate::text_of(answer, {}).contains("There is no date"));
}

// migration 4.8, 9
TEST_CASE("why: what an unbuilt version would break is not known, so the answer is not exact") {
  Asked asked(archive({"amd64", "arm64"})
                  .testing()
                  .package("foo", "1")
                  .package("user", "1", {.depends = "foo"})
                  .unstable()
                  .source("foo", "2")
                  .binary("foo", "amd64", "2")
                  .binary("foo", "arm64", "1", {.source = "foo (1)"})
                  .package("user", "1", {.depends = "foo"})
                  .build(),
              "", migrate::RuleSet::debian);
  const auto answer = asked.ask("foo");
  CHECK(keys(answer.leaves) == Keys{"foo:missingbuild"});
  CHECK(!answer.exact);
}

// migration 4.1
TEST_CASE("why: a binary's name means its source, an item's name that item alone") {
  Asked asked(archive({"amd64", "arm64"})
                  .testing()
                  .source("foo", "1")
                  .binary("libfoo1", "amd64", "1")
                  .binary("libfoo1", "arm64", "1")
                  .unstable()
                  .source("foo", "2")
                  .binary("libfoo1", "amd64", "2")
                  .binary("libfoo1", "arm64", "2")
                  .build());
  CHECK(asked.ask("libfoo1").item == "foo");
  CHECK(asked.ask("foo/2").item == "foo");
  CHECK(asked.ask("foo/3").standing == Standing::unknown);
}

// migration 3.7, 4.1: a removal of an old library is an item of the run.
TEST_CASE("why: an old library says who still needs it") {
  Asked asked(archive()
                  .testing()
                  .source("shade", "1")
                  .binary("libshade1", "amd64", "1", {.section = "libs"})
                  .package("paint", "1", {.depends = "libshade1"})
                  .unstable()
                  .source("shade", "2")
                  .binary("libshade2", "amd64", "2", {.section = "libs"})
                  .package("paint", "1", {.depends = "libshade1"})
                  .build());
  asked.world.settings.smooth_updates = {"libs"};
  CHECK(asked.ask("shade").standing == Standing::migrates);
  for (const auto* name : {"-libshade1/amd64", "-libshade1"}) {
    CAPTURE(std::string(name));
    const auto answer = asked.ask(name);
    CHECK(answer.item == "-libshade1/amd64");
    CHECK(answer.old_version == "1");
    CHECK(answer.standing == Standing::unplaced);
    REQUIRE(!answer.leaves.empty());
    CHECK(answer.leaves.front().action.starts_with("upload paint "));
    REQUIRE(answer.chains.size() == 1);
    CHECK(answer.chains.front().binary == "paint 1");
  }
  CHECK(asked.ask_all("libshade1").size() == 2);  // the source, and its own removal
  CHECK(asked.why->size() == asked.run->judgement.excuses.size() + 1);
}

// testgrid 5.4
TEST_CASE("why: a binary that is installable has no chain, one that is not has one") {
  Asked asked(archive()
                  .testing()
                  .package("a", "1", {.depends = "ghost"})
                  .package("b", "1")
                  .unstable()
                  .package("a", "1", {.depends = "ghost"})
                  .package("b", "1")
                  .build());
  (void)asked.ask("a");
  CHECK(asked.why->of_binary(deb::kTarget, 0, "b")->chains.empty());
  CHECK(asked.why->of_binary(deb::kTarget, 0, "a")->chains.size() == 1);
  CHECK(!asked.why->of_binary(deb::kTarget, 0, "c"));
}

// testgrid 5.4: every item has an answer, and asking changes nothing.
TEST_CASE("why: on random archives every blocked item has leaves that one can act on") {
  int blocked = 0;
  for (unsigned seed = 1; seed <= test::rounds(60U); ++seed) {
    INFO("seed " << seed);
    const auto rule_set = seed % 2 == 0 ? migrate::RuleSet::ubuntu : migrate::RuleSet::debian;
    support::RandomGate gate(seed, 9);
    Asked asked(gate.build(), "", rule_set);
    (void)asked.ask("nosuch");
    const auto before = asked.run->target->nuninst().front().all;
    for (std::size_t i = 0; i < asked.run->judgement.excuses.size(); ++i) {
      const auto answer = asked.why->of_excuse(i);
      INFO(answer.item);
      if (answer.standing == Standing::migrates) continue;
      ++blocked;
      CHECK(!answer.leaves.empty());
      for (const auto& leaf : answer.leaves) {
        CHECK(!leaf.action.empty());
        CHECK(!leaf.what.empty());
      }
      CHECK(!migrate::text_of(answer, {}).empty());
    }
    CHECK(asked.run->target->nuninst().front().all == before);
  }
  CHECK(blocked > test::rounds(100));
}

// testgrid 5.4; migration 4.3
TEST_CASE("why: what several binaries of an item need and no item brings is one thing") {
  Asked asked(archive()
                  .testing()
                  .source("img", "2")
                  .binary("libimg3", "amd64", "2")
                  .unstable()
                  .source("img", "2")
                  .binary("libimg3", "amd64", "2")
                  .binary("libimg2", "amd64", "1", {.source = "img (1)"})
                  .source("viewer", "1")
                  .binary("viewer", "amd64", "1", {.depends = "libimg2 (>= 1)"})
                  .binary("viewer-tools", "amd64", "1", {.depends = "libimg2 (>= 1)"})
                  .build());
  const auto answer = asked.ask("viewer");
  REQUIRE(keys(answer.leaves) == Keys{"viewer:depends"});
  CHECK(answer.leaves.front().what.find("no item brings what viewer needs") == 0);
}
