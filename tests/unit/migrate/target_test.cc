#include "migrate/target.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;
using support::TestWorld;

// migration 5.4, 7.2
TEST_CASE("target: binaries, sources and counters change together and go back together") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("lib", "1")
                     .package("app", "1", {.depends = "lib"})
                     .unstable()
                     .package("lib", "1")
                     .build());
  const auto world = test.world();
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  const auto lib = test.snapshot().symbols.find_name("lib");
  const auto app = test.snapshot().symbols.find_name("app");
  const auto mark = target.mark();
  const auto stamp = target.nuninst_stamp(0);
  target.remove_binary(test.ref("lib", "1"));
  target.remove_source(lib);
  CHECK(target.nuninst_stamp(0) == stamp);
  target.refresh(0);
  const auto broken = target.nuninst_stamp(0);
  CHECK(broken != stamp);
  CHECK(target.source(lib) == nullptr);
  CHECK(!target.has(test.ref("lib", "1")));
  CHECK(target.nuninst(0).counted == std::set{app});
  target.rollback(mark);
  CHECK(target.nuninst_stamp(0) != broken);
  CHECK(target.source(lib) != nullptr);
  CHECK(target.has(test.ref("lib", "1")));
  CHECK(target.nuninst(0).counted.empty());
}

// migration 9 (d)
TEST_CASE("target: the tables can be changed as an attempt changed them") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("lib", "1")
                     .package("app", "1", {.depends = "lib"})
                     .build());
  const auto world = test.world();
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  target.keep_history();
  const auto lib = test.snapshot().symbols.find_name("lib");
  const auto app = test.snapshot().symbols.find_name("app");
  const auto start = target.mark();
  CHECK(target.has_binary_of(lib));
  target.remove_binary(test.ref("lib", "1"));
  target.remove_source(lib);
  target.refresh(0);
  const auto changes = target.changes_since(start);
  target.rewind(start);
  CHECK(target.nuninst(0).counted.empty());
  CHECK(target.has_binary_of(lib));

  target.repeat(changes);

  CHECK(target.source(lib) == nullptr);
  CHECK(!target.has(test.ref("lib", "1")));
  CHECK(!target.has_binary_of(lib));
  CHECK(target.nuninst(0).counted == std::set{app});
  CHECK(world.installability[0]->uninstallable().empty());  // it stayed behind
  target.rewind(start);
  CHECK(target.has(test.ref("lib", "1")));
  CHECK(target.nuninst(0).counted.empty());
}

// An engine makes one run after the other on one target. migration 7.2
TEST_CASE("target: records of sources that were made for a run go with it") {
  TestWorld test(support::archive({"amd64"}).testing().package("lib", "1").build());
  const auto world = test.world();
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  target.keep_history();
  const auto* before = target.source(test.snapshot().symbols.find_name("lib"));
  REQUIRE(before != nullptr);
  for (int run = 0; run < 3; ++run) {
    const auto start = target.mark();
    target.set_source(*before);
    target.keep();
    target.set_source(*before);
    CHECK(target.own_source_count() == 2);
    target.rollback(start);
    CHECK(target.own_source_count() == 0);
    CHECK(target.source(before->name) == before);
  }
}

// migration 5.4
TEST_CASE("target: arch:all packages count only on NOBREAKALL architectures") {
  const auto snapshot = support::archive({"amd64", "arm64"})
                            .testing()
                            .source("doc", "1")
                            .binary("doc", "all", "1", {.depends = "nosuch"})
                            .build();
  TestWorld test(snapshot);
  test.settings.nobreakall = {"amd64"};
  const auto world = test.world();
  const migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  CHECK(target.nuninst(0).counted.size() == 1);
  CHECK(target.nuninst(1).counted.empty());
  CHECK(target.nuninst(1).all.size() == 1);
}

// migration 7.2
TEST_CASE("target: a binary that is removed and added again in one attempt changes nothing") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("lib", "1")
                     .package("app", "1", {.depends = "lib"})
                     .build());
  const auto world = test.world();
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  target.remove_binary(test.ref("lib", "1"));
  target.add_binary(test.ref("lib", "1"));
  target.refresh(0);
  CHECK(target.nuninst(0).counted.empty());
  CHECK(target.binary_names(0).size() == 2);
}

// migration 1.1
TEST_CASE("target: counters can come from a cache") {
  TestWorld test(support::archive({"amd64"}).testing().package("lib", "1").build());
  const auto world = test.world();
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  target.set_nuninst(0, {"lib", "nosuch"}, {"lib"});
  CHECK(target.nuninst(0).all.size() == 1);
  CHECK(target.nuninst(0).counted.size() == 1);
}
