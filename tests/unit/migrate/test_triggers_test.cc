#include "migrate/test_triggers.h"

#include <doctest/doctest.h>

#include "support/adt_world.h"

using namespace sluice;
using migrate::RuleSet;
using support::AdtWorld;
using support::archive;
using support::ArchiveBuilder;
using support::tested;
using support::testsuite;
using Texts = std::vector<std::string>;

namespace {

Texts requests(ArchiveBuilder& builder, RuleSet rules = RuleSet::ubuntu) {
  AdtWorld world(builder.build(), rules);
  const auto judgement = world.judge();
  Texts own;
  for (const auto& line : support::requests_of(judgement))
    if (line.starts_with("green/")) own.push_back(line);
  return own;
}

// green 2 depends on what `depends` says.
ArchiveBuilder green_binary(const support::BinaryFields& fields) {
  auto builder = archive();
  builder.testing().source("green", "1").binary("green", "amd64", "1");
  builder.unstable().source("green", "2", tested()).binary("green", "amd64", "2", fields);
  return builder;
}

void binary_in_both(ArchiveBuilder& builder, const char* name, const char* old_version,
                    const char* new_version, const support::SourceFields& fields = {}) {
  builder.testing().source(name, old_version, fields).binary(name, "amd64", old_version);
  builder.unstable().source(name, new_version, fields).binary(name, "amd64", new_version);
}

}  // namespace

// migration 4.6.5
TEST_CASE("test triggers: the item first, then what the target lacks, sorted, over all steps") {
  auto builder = green_binary({.depends = "newdep (>= 1), zlib (>= 3), settled"});
  builder.unstable().source("newdep", "1").binary("newdep", "amd64", "1", {.depends = "deeper"});
  builder.unstable().source("deeper", "4").binary("deeper", "amd64", "4");
  binary_in_both(builder, "zlib", "2", "3");
  binary_in_both(builder, "settled", "1", "2");
  CHECK(requests(builder) == Texts{"green/amd64: green/2 deeper/4 newdep/1 zlib/3"});
}

// migration 4.6.5
TEST_CASE("test triggers: all alternatives of a clause that nothing in the target satisfies") {
  auto builder = green_binary({.depends = "one | two, three | settled"});
  builder.unstable().source("one", "1").binary("one", "amd64", "1");
  builder.unstable().source("two", "1").binary("two", "amd64", "1");
  builder.unstable().source("three", "1").binary("three", "amd64", "1");
  binary_in_both(builder, "settled", "1", "1");
  CHECK(requests(builder) == Texts{"green/amd64: green/2 one/1 two/1"});
}

// migration 4.6.5
TEST_CASE("test triggers: updates that no longer conflict come along") {
  auto builder = green_binary({.breaks = "rival (<< 2)"});
  binary_in_both(builder, "rival", "1", "2");
  CHECK(requests(builder) == Texts{"green/amd64: green/2 rival/2"});
  auto still = green_binary({.breaks = "rival (<< 3)"});
  binary_in_both(still, "rival", "1", "2");
  CHECK(requests(still) == Texts{"green/amd64: green/2"});
}

// migration 4.6.5, 4.8
TEST_CASE("test triggers: sources whose tests name a package that comes along") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    auto builder = green_binary({.depends = "newdep"});
    builder.unstable().source("newdep", "1").binary("newdep", "amd64", "1");
    binary_in_both(builder, "changed", "1", "2", testsuite("", "newdep"));
    binary_in_both(builder, "same", "1", "1", testsuite("", "newdep"));
    binary_in_both(builder, "own", "1", "2", testsuite("", "green"));
    builder.testing().source("gone", "1", testsuite("", "newdep"));
    CHECK(requests(builder, rules) ==
          Texts{rules == RuleSet::ubuntu ? "green/amd64: green/2 changed/2 newdep/1"
                                         : "green/amd64: green/2 changed/2 newdep/1 same/1"});
  }
}

// migration 4.6.5
TEST_CASE("test triggers: every test of the item has the same list, and its key is the item") {
  auto builder = green_binary({.depends = "newdep"});
  builder.unstable().source("newdep", "1").binary("newdep", "amd64", "1");
  builder.testing().source("user", "1", tested());
  builder.binary("user", "amd64", "1", {.depends = "green"});
  builder.unstable().source("user", "1", tested());
  builder.binary("user", "amd64", "1", {.depends = "green"});
  AdtWorld world(builder.build());
  const auto judgement = world.judge();
  CHECK(support::requests_of(judgement) ==
        Texts{"green/amd64: green/2 newdep/1", "user/amd64: green/2 newdep/1"});
  CHECK(judgement.pending.has("green/2", "user", "amd64"));
  CHECK_FALSE(judgement.pending.has("newdep/1", "user", "amd64"));
}
