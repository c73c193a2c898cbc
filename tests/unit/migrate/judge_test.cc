#include "migrate/judge.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::candidate_names;
using support::excuse_of;
using support::TestWorld;

namespace {

using Names = std::vector<std::string>;

// zoo, app and lib are new and app needs lib; bar goes; libold was left behind by old, so its
// removal is both an item of old's binaries and cruft.
support::ArchiveBuilder mixed() {
  return support::archive()
      .testing()
      .package("bar", "1")
      .source("old", "2")
      .binary("libold", "amd64", "1", {.source = "old (1)"})
      .unstable()
      .package("zoo", "1")
      .package("app", "1", {.depends = "lib"})
      .package("lib", "1")
      .source("old", "2");
}

}  // namespace

// migration 4.3 H, I
TEST_CASE("judge: candidates are the valid excuses by name, cruft follows") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    TestWorld world(mixed().build(), rules);
    world.hint("block lib");
    const auto judgement = world.judge();

    CHECK(candidate_names(judgement, world.snapshot()) == Names{"-bar", "old/amd64", "zoo"});
    REQUIRE(judgement.cruft.size() == 1);
    CHECK(uvname(judgement.cruft[0], world.snapshot()) == "-libold/amd64");
    for (const auto& excuse : judgement.excuses)
      CHECK(excuse.valid == !is_rejected(excuse.verdict));
    CHECK(std::ranges::is_sorted(judgement.excuses, {}, &Excuse::uvname));
  }
}

// migration 4.3 G
TEST_CASE("judge: dependents of a blocked item are blocked by it") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    TestWorld world(mixed().build(), rules);
    world.hint("block lib");
    const auto judgement = world.judge();
    const auto* app = excuse_of(judgement, "app");
    REQUIRE(app != nullptr);
    CHECK(app->verdict == Verdict::rejected_blocked_by_another_item);
    CHECK(app->blocked_by == std::set<std::string, std::less<>>{"lib"});
  }
}

// migration 4.3 G
TEST_CASE("judge: without the block everything that is new may migrate") {
  TestWorld world(mixed().build());
  const auto judgement = world.judge();
  CHECK(candidate_names(judgement, world.snapshot()) ==
        Names{"-bar", "app", "lib", "old/amd64", "zoo"});
  CHECK(excuse_of(judgement, "app")->migrate_after == std::set<std::string, std::less<>>{"lib"});
}

// migration 4.3 C (7), G
TEST_CASE("judge: force beats a block and carries dependents") {
  TestWorld world(mixed().build());
  world.hint("block lib\nforce lib/1");
  const auto judgement = world.judge();
  CHECK(excuse_of(judgement, "lib")->verdict == Verdict::pass_hinted);
  CHECK(excuse_of(judgement, "app")->valid);
}

// migration 4.8
TEST_CASE("judge: Debian's rules have no policy depends, Ubuntu's have") {
  TestWorld ubuntu(mixed().build());
  TestWorld debian(mixed().build(), RuleSet::debian);
  CHECK(excuse_of(ubuntu.judge(), "zoo")->policy_verdicts.contains(PolicyId::depends));
  CHECK_FALSE(excuse_of(debian.judge(), "zoo")->policy_verdicts.contains(PolicyId::depends));
}

// migration 4.5.4
TEST_CASE("judge: tells the dates of the versions that it judged, and no others") {
  TestWorld world(mixed().build());
  world.facts.age.first_seen["ghost"] = {"1", 5};
  const auto judgement = world.judge();
  CHECK_FALSE(judgement.first_seen.contains("ghost"));
  CHECK(judgement.first_seen.contains("zoo"));
}

TEST_CASE("judge: an empty archive has no excuse") {
  TestWorld world(support::archive().build());
  CHECK(world.judge().excuses.empty());
}
