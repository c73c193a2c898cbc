#include "migrate/finder_rules.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;
using namespace sluice::migrate;

// migration 4.3 C (3)
TEST_CASE("finder rules: binaries are walked by name, not in the order of the index") {
  const auto snapshot = support::archive()
                            .testing()
                            .source("foo", "1")
                            .binary("zeta", "amd64", "1")
                            .binary("alpha", "amd64", "1")
                            .build();
  const auto& source = snapshot->suites[deb::kTarget].sources[0];

  const auto sorted = sorted_by_name(*snapshot, source.binaries);

  REQUIRE(sorted.size() == 2);
  CHECK(snapshot->text(snapshot->record(sorted[0]).name) == "alpha");
}

TEST_CASE("finder rules: a source's binaries of one architecture are one stretch") {
  const auto snapshot = support::archive({"amd64", "arm64", "riscv64"})
                            .testing()
                            .source("foo", "1")
                            .binary("foo", "amd64", "1")
                            .binary("foo-doc", "all", "1")
                            .build();
  const auto& source = snapshot->suites[deb::kTarget].sources[0];
  CHECK(binaries_on(source, 0).size() == 2);
  CHECK(binaries_on(source, 1).size() == 1);
  CHECK(binaries_on(source, 2).size() == 1);
}

// migration 1.3, 4.3 C (3)
TEST_CASE("finder rules: Ubuntu's follow HAS_ARCH_ALL_BUILDDS and the distribution") {
  Settings settings;
  CHECK(ubuntu_finder(settings).arch_all_apart);
  CHECK_FALSE(ubuntu_finder(settings).lists_missing_builds);
  settings.has_arch_all_buildds = false;
  settings.distribution = "ubuntu";
  CHECK_FALSE(ubuntu_finder(settings).arch_all_apart);
  CHECK(ubuntu_finder(settings).lists_missing_builds);
}
