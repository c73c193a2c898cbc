#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/target_fixture.h"

using namespace sluice;
using namespace sluice::migrate;
using support::TargetFixture;

namespace {
std::shared_ptr<const deb::Snapshot> with_broken_packages() {
  auto builder = support::archive({"amd64", "arm64"});
  builder.source("foo", "1")
      .binary("foo-z", "amd64", "1", {.depends = "missing"})
      .binary("foo-a", "amd64", "1", {.depends = "missing"})
      .binary("foo-data", "all", "1", {.depends = "missing"})
      .source("bar", "2")
      .binary("bar", "amd64", "2", {.depends = "missing"})
      .binary("fine", "arm64", "2");
  return builder.build();
}
}  // namespace

// migration 8.4
TEST_CASE("report noninst: both sets of every architecture, names sorted") {
  TargetFixture fixture(with_broken_packages());
  fixture.settings.nobreakall = {"amd64"};

  CHECK(noninst_status(fixture.target(), base::instant_of_seconds(0)) ==
        "Built on: 1970.01.01 00:00:00 +0000\nLast update: 1970.01.01 00:00:00 +0000\n\n"
        "amd64: bar foo-a foo-data foo-z\namd64+all: bar foo-a foo-data foo-z\n"
        "arm64: \narm64+all: foo-data\n");
}

// migration 8.5
TEST_CASE("report noninst: the report groups by source and ends with a summary") {
  TargetFixture fixture(with_broken_packages());

  CHECK(uninst_report(fixture.target()) ==
        "* amd64\n  bar (2): bar\n  foo (1): foo-a foo-z\n\n* arm64\n\n"
        "* summary\n   3 amd64\n   0 arm64\n");
}
