#include "migrate/affected.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;
using migrate::Affected;
using support::TestWorld;

namespace {

TestWorld chain() {
  return TestWorld(support::archive({"amd64"})
                       .testing()
                       .package("base", "1", {.depends = "core", .essential = true})
                       .package("core", "1")
                       .package("lib", "1")
                       .package("app", "1", {.depends = "lib, tool | spare"})
                       .package("tool", "1")
                       .package("spare", "1")
                       .package("other", "1")
                       .unstable()
                       .package("lib", "2")
                       .build());
}

// An attempt that touches this package and nothing else.
migrate::Footprint attempt_on(TestWorld& test, const std::string& name,
                              const std::string& version) {
  migrate::Footprint all;
  all.packages = {test.ref(name, version)};
  return all;
}

}  // namespace

// docs/adr/0037-run-as-difference.md
TEST_CASE("affected: what hangs on a difference, and what that may need") {
  auto test = chain();
  Affected affected(test.world());
  const auto concerns = [&](const std::string& name) {
    return affected.concerns(attempt_on(test, name, "1"));
  };
  CHECK(!concerns("app"));
  CHECK(concerns("base"));  // whatever is different, all need it
  CHECK(concerns("core"));

  const auto lib = test.snapshot().symbols.find_name("lib");
  affected.add(0, lib, test.ref("lib", "1").package, test.ref("lib", "2").package);

  CHECK(concerns("lib"));
  CHECK(affected.concerns(attempt_on(test, "lib", "2")));
  CHECK(concerns("app"));
  CHECK(concerns("tool"));
  CHECK(concerns("spare"));
  CHECK(!concerns("other"));
  CHECK(!affected.is_everything());
  REQUIRE(affected.slots().size() == 1);
  CHECK(affected.slots()[0].name == lib);

  affected.clear();
  CHECK(!concerns("lib"));
  CHECK(affected.slots().empty());
}

// docs/adr/0037-run-as-difference.md
TEST_CASE("affected: names and sources count by themselves") {
  auto test = chain();
  Affected affected(test.world());
  const auto lib = test.snapshot().symbols.find_name("lib");
  const auto other = test.snapshot().symbols.find_name("other");
  migrate::Footprint slot, source;
  slot.slots = {{0, lib, {}}};
  source.sources = {other};

  affected.add(0, lib, {}, {});  // differs no more
  CHECK(affected.concerns(slot));
  CHECK(!affected.concerns(attempt_on(test, "lib", "1")));
  CHECK(!affected.concerns(source));
  affected.add(other);
  CHECK(affected.concerns(source));
}

// docs/adr/0037-run-as-difference.md
TEST_CASE("affected: what Essential packages need is needed by all") {
  auto test = chain();
  Affected affected(test.world());
  affected.add(0, test.snapshot().symbols.find_name("core"), test.ref("core", "1").package, {});
  CHECK(affected.is_everything());
  CHECK(affected.concerns({}));
}
