#include "migrate/old_libraries.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::TestWorld;

namespace {

std::vector<std::string> item_names(const std::vector<Item>& items, const deb::Snapshot& snapshot) {
  std::vector<std::string> all;
  for (const auto& item : items) all.push_back(name_of(item, snapshot));
  return all;
}

// libfoo1 was left behind by foo 2; unstable has it no more.
support::ArchiveBuilder left_behind(const std::string& source = "foo") {
  return support::archive({"amd64", "arm64"})
      .testing()
      .source(source, "2")
      .binary("libfoo2", "amd64", "2")
      .binary("libfoo2", "arm64", "2")
      .binary("libfoo1", "arm64", "1", {.source = source + " (1)"})
      .binary("libfoo1", "amd64", "1", {.source = source + " (1)"})
      .binary("abar1", "arm64", "1", {.source = source + " (1)"})
      .unstable()
      .source(source, "2")
      .binary("libfoo2", "amd64", "2")
      .binary("libfoo2", "arm64", "2");
}

}  // namespace

// migration 3.7, 4.3 I
TEST_CASE("old libraries: binaries of another version than their source, sorted by uvname") {
  TestWorld world(left_behind().build());
  CHECK(item_names(old_libraries(world.world()), world.snapshot()) ==
        std::vector<std::string>{"-abar1/arm64/1", "-libfoo1/amd64/1", "-libfoo1/arm64/1"});
}

// migration 3.7
TEST_CASE("old libraries: OUTOFSYNC keeps what unstable still has") {
  TestWorld world(left_behind()
                      .unstable()
                      .binary("libfoo1", "arm64", "1", {.source = "foo (1)"})
                      .binary("libfoo1", "amd64", "1", {.source = "foo (1)"})
                      .build());
  world.settings.outofsync = {"arm64"};
  CHECK(item_names(old_libraries(world.world()), world.snapshot()) ==
        std::vector<std::string>{"-abar1/arm64/1", "-libfoo1/amd64/1"});
}

// migration 3.7
TEST_CASE("old libraries: Ubuntu never lists kernels' meta packages, Debian does") {
  for (const auto* source : {"linux-meta-foo", "linux-restricted-modules"}) {
    CAPTURE(source);
    TestWorld ubuntu(left_behind(source).build());
    CHECK(old_libraries(ubuntu.world()).empty());
    TestWorld debian(left_behind(source).build(), RuleSet::debian);
    CHECK(old_libraries(debian.world()).size() == 3);
  }
}

// migration 3.7, 7.4
TEST_CASE("old libraries: of the target as it is now") {
  TestWorld world(support::archive()
                      .testing()
                      .source("foo", "1")
                      .binary("libfoo1", "amd64", "1")
                      .unstable()
                      .source("foo", "2")
                      .binary("libfoo2", "amd64", "2")
                      .build());
  const auto& unstable = world.snapshot().suites[1];

  const auto before = old_libraries_now(
      world.world(), [&](NameId name) { return world.snapshot().suites[0].source(name); });
  const auto after =
      old_libraries_now(world.world(), [&](NameId name) { return unstable.source(name); });

  CHECK(before.empty());
  CHECK(item_names(after, world.snapshot()) == std::vector<std::string>{"-libfoo1/amd64/1"});
}

// migration 3.7
TEST_CASE("old libraries: a binary whose source left the target is one") {
  TestWorld world(left_behind().build());
  const auto now = old_libraries_now(
      world.world(), [](NameId) { return static_cast<const deb::SourcePackage*>(nullptr); });
  CHECK(now.size() == 5);
}
