#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/target_fixture.h"

using namespace sluice;
using namespace sluice::migrate;
using support::TargetFixture;

// migration 8.2
TEST_CASE("report heidi: binaries by architecture and name, then sources; arch:all once per arch") {
  auto builder = support::archive({"arm64", "amd64"});
  builder.source("foo", "1", {.section = "libs"})
      .binary("zed", "amd64", "1", {.section = "libs"})
      .binary("foo-data", "all", "1+b1", {.section = "doc"});
  TargetFixture fixture(builder.build());

  CHECK(heidi_result(fixture.target(), fixture.settings) ==
        "foo-data 1+b1 all doc\n"
        "zed 1 amd64 libs\n"
        "foo-data 1+b1 all doc\n"
        "foo 1 source libs\n");
  CHECK(
      heidi_result(fixture.target(), fixture.settings, heidi_names(fixture.target().snapshot())) ==
      heidi_result(fixture.target(), fixture.settings));
}

// migration 8.2
TEST_CASE("report heidi: what no archive has is left out, a source without section is unknown") {
  auto builder = support::archive();
  builder.source("foo", "1", {.section = ""})
      .binary("foo", "amd64", "1", {.section = "faux"})
      .binary("foo2", "amd64", "1", {.section = "contrib/faux"})
      .binary("foo3", "amd64", "1", {.section = ""})
      .source("made-up", "1", {.section = "non-free/faux"});
  TargetFixture fixture(builder.build());

  CHECK(heidi_result(fixture.target(), fixture.settings) == "foo 1 source unknown\n");
}

// migration 8.2
TEST_CASE("report heidi: arch:all of an old source is left out where it is not kept in sync") {
  auto builder = support::archive({"amd64", "s390x"});
  builder.source("foo", "2").binary("foo-data", "all", "1", {.source = "foo (1)"});
  TargetFixture fixture(builder.build());
  fixture.settings.outofsync = {"s390x"};

  CHECK(heidi_result(fixture.target(), fixture.settings) ==
        "foo-data 1 all misc\nfoo 2 source misc\n");
}

// migration 8.3
TEST_CASE("report heidi: the delta has one line per item in the order of acceptance") {
  auto builder = support::archive({"amd64"});
  builder.testing().package("old", "1").package("lib", "3");
  builder.unstable().package("foo", "2");
  const auto snapshot = builder.build();
  const auto item = [&](ItemKind kind, const char* name, const char* version) {
    Item made;
    made.kind = kind;
    made.package = snapshot->symbols.find_name(name);
    made.version = snapshot->symbols.find_version(version);
    return made;
  };

  CHECK(heidi_delta(std::vector{item(ItemKind::source, "foo", "2"),
                                item(ItemKind::source_removal, "old", "1"),
                                item(ItemKind::binaries, "foo", "2"),
                                item(ItemKind::cruft_removal, "lib", "3")},
                    *snapshot) == "#HeidiDelta\nfoo 2\n-old 1\nfoo 2 amd64\n-lib 3 amd64\n");
}
