#include "migrate/policy_queries.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using support::archive;
using support::TestWorld;

namespace {

migrate::Item world_item(const TestWorld& test, std::string_view name, std::string_view version) {
  return {migrate::ItemKind::source, test.snapshot().symbols.find_name(name),
          test.snapshot().symbols.find_version(version), migrate::kPrimary, 0};
}

}  // namespace

// migration 4.5.1: "each of the excuse's packages on the arch, sorted"
TEST_CASE("policy queries: packages of an architecture are sorted by text, each once") {
  TestWorld test(archive({"amd64", "arm64"})
                     .unstable()
                     .source("foo", "1")
                     .binary("zoo", "amd64", "1")
                     .binary("app", "amd64", "1")
                     .binary("mid", "arm64", "1")
                     .build());
  migrate::Excuse excuse;
  excuse.packages = {test.ref("zoo", "1"), test.ref("mid", "1", "arm64"), test.ref("app", "1"),
                     test.ref("zoo", "1")};

  CHECK(migrate::packages_on(test.world(), excuse, 0) ==
        std::vector{test.ref("app", "1"), test.ref("zoo", "1")});
  CHECK(migrate::packages_on(test.world(), excuse, 1) ==
        std::vector{test.ref("mid", "1", "arm64")});
}

// migration 3.1
TEST_CASE("policy queries: cruft is what another version of the source built") {
  TestWorld test(archive()
                     .unstable()
                     .source("foo", "2")
                     .binary("foo", "amd64", "2")
                     .binary("old", "amd64", "1", {.source = "foo (1)"})
                     .build());
  const auto& snapshot = test.snapshot();
  CHECK_FALSE(
      migrate::is_cruft(test.world(), migrate::kPrimary, snapshot.record(test.ref("foo", "2"))));
  CHECK(migrate::is_cruft(test.world(), migrate::kPrimary, snapshot.record(test.ref("old", "1"))));
}

// migration 6.2
TEST_CASE("policy queries: force and allow-uninst hints are for exactly what they name") {
  TestWorld test(archive({"amd64", "arm64"}).unstable().package("foo", "2").build());
  test.hint("force foo/2\nallow-uninst foo/arm64");
  migrate::Excuse excuse;
  excuse.item = world_item(test, "foo", "2");
  const auto& record = test.snapshot().record(test.ref("foo", "2"));

  CHECK(migrate::is_forced(test.world(), excuse));
  CHECK(migrate::uninst_allowed(test.world(), record, 1));
  CHECK_FALSE(migrate::uninst_allowed(test.world(), record, 0));

  TestWorld other(archive().unstable().package("foo", "2").build());
  other.hint("force foo/1");
  CHECK_FALSE(migrate::is_forced(other.world(), excuse));
}

TEST_CASE("policy queries: the item's source is asked in both suites") {
  TestWorld test(archive().testing().package("foo", "1").unstable().package("foo", "2").build());
  migrate::Excuse excuse;
  excuse.item = world_item(test, "foo", "2");
  const auto world = test.world();

  CHECK(migrate::package_of(world, excuse) == "foo");
  CHECK(migrate::version_of(world, excuse) == "2");
  CHECK(migrate::compare(world, migrate::target_source_of(world, excuse)->version,
                         migrate::source_of(world, excuse)->version) < 0);
}
