#include "migrate/order.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/ordered.h"
#include "support/test_run.h"

using namespace sluice;
using support::TestWorld;

namespace {

// The order of all source items of unstable.
std::string ordered(std::shared_ptr<const deb::Snapshot> snapshot) {
  TestWorld test(std::move(snapshot));
  auto world = test.world();
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  world.now = &target;
  const auto groups = support::groups_of(world);
  return support::components_text(migrate::order_of(world, groups), groups);
}

}  // namespace

// migration 7.5
TEST_CASE("order: unrelated items by length of name, then by name") {
  CHECK(ordered(support::archive({"amd64"})
                    .unstable()
                    .package("ccc", "1")
                    .package("b", "1")
                    .package("aa", "1")
                    .package("a", "1")
                    .build()) == "a|b|aa|ccc");
}

// migration 7.5
TEST_CASE("order: what an added package needs comes before it") {
  CHECK(ordered(support::archive({"amd64"})
                    .testing()
                    .package("lib", "1")
                    .unstable()
                    .package("lib", "2")
                    .package("a", "1", {.depends = "lib (>= 2)"})
                    .build()) == "lib|a");
}

// migration 7.5
TEST_CASE("order: a package whose dependency is only taken away by an item goes before that item") {
  CHECK(ordered(support::archive({"amd64"})
                    .testing()
                    .source("lib", "1")
                    .binary("lib1", "amd64", "1")
                    .unstable()
                    .source("lib", "2")
                    .binary("lib2", "amd64", "2")
                    .package("zz-app", "1", {.depends = "lib1"})
                    .build()) == "zz-app|lib");
}

// migration 7.5
TEST_CASE("order: who moves the last user of a removed package goes first") {
  CHECK(ordered(support::archive({"amd64"})
                    .testing()
                    .source("lib", "1")
                    .binary("lib1", "amd64", "1")
                    .package("zz-app", "1", {.depends = "lib1"})
                    .unstable()
                    .source("lib", "2")
                    .binary("lib2", "amd64", "2")
                    .package("zz-app", "2")
                    .build()) == "zz-app|lib");
}

// migration 7.5
TEST_CASE("order: who takes a conflict away goes before the package that it kept out") {
  CHECK(ordered(support::archive({"amd64"})
                    .testing()
                    .package("zz-guard", "1", {.conflicts = "a (>= 2)"})
                    .package("a", "1")
                    .unstable()
                    .package("zz-guard", "2")
                    .package("a", "2")
                    .build()) == "zz-guard|a");
}

// migration 7.5
TEST_CASE("order: items in a circle are one component, sorted by name") {
  CHECK(ordered(support::archive({"amd64"})
                    .testing()
                    .package("x", "1")
                    .package("b", "1")
                    .unstable()
                    .package("x", "2", {.depends = "b (>= 2)"})
                    .package("b", "2", {.depends = "x (>= 2)"})
                    .package("c", "1")
                    .build()) == "b x|c");
}
