#include "migrate/groups.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;
using migrate::Item;
using migrate::ItemKind;
using support::TestWorld;

namespace {

struct GroupsScene {
  explicit GroupsScene(std::shared_ptr<const deb::Snapshot> snapshot)
      : test(std::move(snapshot)),
        world(test.world()),
        target(test.snapshot(), test.settings, world.installability) {
    world.now = &target;
  }
  Item source(std::string_view name) {
    const auto id = test.snapshot().symbols.find_name(name);
    return {ItemKind::source, id, world.suite(1).source(id)->version, 1, 0};
  }
  auto group(const Item& item) {
    return migrate::group_of(world, item, migrate::SmoothUpdates::allow, {});
  }

  TestWorld test;
  migrate::World world;
  migrate::TargetState target;
};

}  // namespace

// migration 7.1
TEST_CASE(
    "groups: a source takes its own binaries out and the new ones in, on every architecture") {
  GroupsScene scene(support::archive({"amd64", "arm64"})
                        .testing()
                        .package("foo", "1")
                        .unstable()
                        .package("foo", "2")
                        .build());
  const auto group = scene.group(scene.source("foo"));
  REQUIRE(group);
  CHECK(group->adds.size() == 2);
  CHECK(group->removes.size() == 2);
}

// migration 7.1
TEST_CASE("groups: hijacked binaries and cruft stay out of a source's group") {
  GroupsScene scene(support::archive({"amd64"})
                        .testing()
                        .source("foo", "2")
                        .binary("foo", "amd64", "2")
                        .binary("foo-old", "amd64", "1", {.source = "foo (1)"})
                        .source("bar", "1")
                        .unstable()
                        .source("foo", "3")
                        .binary("foo", "amd64", "3")
                        .binary("foo-old", "amd64", "1", {.source = "foo (1)"})
                        .build());
  const auto group = scene.group(scene.source("foo"));
  REQUIRE(group);
  CHECK(group->adds == std::vector{scene.test.ref("foo", "3")});
  CHECK(group->removes == std::vector{scene.test.ref("foo", "2")});
}

// migration 7.1
TEST_CASE("groups: a higher version in the target is a constraint that says both versions") {
  GroupsScene scene(support::archive({"amd64"})
                        .testing()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1")
                        .source("tool", "1")
                        .binary("shared", "amd64", "9")
                        .unstable()
                        .source("foo", "2")
                        .binary("shared", "amd64", "2")
                        .build());
  const auto group = scene.group(scene.source("foo"));
  REQUIRE(!group);
  CHECK(group.error().text == "trying shared 2 from src:foo 2, while testing has 9");
}

// migration 7.1
TEST_CASE("groups: a cruft removal takes one binary, and fails when its version changed") {
  GroupsScene scene(support::archive({"amd64"})
                        .testing()
                        .package("foo", "1")
                        .unstable()
                        .package("foo", "1")
                        .build());
  const auto& symbols = scene.test.snapshot().symbols;
  Item item{ItemKind::cruft_removal, symbols.find_name("foo"), symbols.find_version("1"),
            deb::kTarget, 0};
  const auto group = scene.group(item);
  REQUIRE(group);
  CHECK(group->adds.empty());
  CHECK(group->removes == std::vector{scene.test.ref("foo", "1")});
  scene.target.remove_binary(scene.test.ref("foo", "1"));
  CHECK(!scene.group(item));
}

// migration 7.1
TEST_CASE("groups: a rebuild in an additional suite never takes arch:all packages out") {
  GroupsScene scene(support::archive({"amd64"})
                        .testing()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1")
                        .binary("foo-doc", "all", "1")
                        .unstable()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1")
                        .binary("foo-doc", "all", "1")
                        .tpu()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1+b1", {.source = "foo (1)"})
                        .build());
  const auto& symbols = scene.test.snapshot().symbols;
  const auto group =
      scene.group({ItemKind::binaries, symbols.find_name("foo"), symbols.find_version("1"), 2, 0});
  REQUIRE(group);
  CHECK(group->removes == std::vector{scene.test.ref("foo", "1")});
  CHECK(group->adds == std::vector{scene.test.ref("foo", "1+b1")});
}
