#include "migrate/nearness.h"

#include <doctest/doctest.h>

#include "migrate/target.h"
#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;
using support::TestWorld;

namespace {

struct Scene {
  TestWorld test{support::archive({"amd64"})
                     .testing()
                     .package("base", "1", {.depends = "libc", .essential = true})
                     .package("libc", "1")
                     .package("lib", "1")
                     .package("app", "1", {.depends = "lib"})
                     .package("tool", "1", {.depends = "lib | other"})
                     .package("other", "1")
                     .package("island", "1")
                     .unstable()
                     .build()};
  migrate::TargetState target{test.snapshot(), test.settings, test.world().installability};

  migrate::Footprint of(const std::string& name) {
    auto world = test.world();
    world.now = &target;
    const auto id = test.snapshot().symbols.find_name(name);
    const auto& source = *test.snapshot().suites[0].source(id);
    return footprint_of(
        world, std::vector<migrate::Item>{{migrate::ItemKind::source_removal, id, source.version}});
  }
  bool near(const std::string& changed, const std::string& asked) {
    auto world = test.world();
    world.now = &target;
    migrate::Nearness nearness;
    nearness.reset(world.universes);
    nearness.add(of(changed), world);
    return nearness.touches(of(asked));
  }
};

}  // namespace

// migration 5.1
TEST_CASE("nearness: changes meet in what reaches both") {
  Scene scene;
  CHECK(scene.near("app", "app"));
  CHECK(scene.near("app", "lib"));
  CHECK(scene.near("lib", "app"));
  CHECK(scene.near("other", "lib"));  // both by tool
  CHECK_FALSE(scene.near("app", "island"));
  CHECK_FALSE(scene.near("app", "other"));
}

// Every solution contains the Essential packages. migration 5.1
TEST_CASE("nearness: what Essential packages need is near to everything") {
  Scene scene;
  CHECK(scene.near("island", "libc"));
  CHECK(scene.near("libc", "island"));
  CHECK(scene.near("base", "app"));
}
