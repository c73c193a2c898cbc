#include "migrate/hint.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::TestWorld;

namespace {

TestWorld hinted() { return TestWorld(support::archive().package("foo", "1").build()); }

}  // namespace

// migration 6.2
TEST_CASE("hints: found by type in file order") {
  auto world = hinted();
  world.hint("block foo\nurgent foo/1\nblock bar");
  const auto blocks = world.hints.of_type(HintType::block);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0]->items.front().package == "foo");
  CHECK(blocks[1]->items.front().package == "bar");
}

// migration 6.2
TEST_CASE("hints: found by package in any version, by version only in exactly that text") {
  auto world = hinted();
  world.hint("remove foo/1.0");
  CHECK(world.hints.of_package(HintType::remove, "foo").size() == 1);
  CHECK(world.hints.of_package(HintType::remove, "bar").empty());
  CHECK(world.hints.of_package(HintType::force, "foo").empty());
  CHECK(world.hints.of_version(HintType::remove, "foo", "1.0").size() == 1);
  CHECK(world.hints.of_version(HintType::remove, "foo", "1.0-0").empty());
}

// migration 6.3
TEST_CASE("duplicates: two users block one package, the later one stays") {
  auto world = hinted();
  world.hint("block foo", "ada").hint("block foo", "bob");
  const auto warnings = world.hints.settle_duplicates();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] == "Overriding block[foo] = ('ada', 'block foo') with ('bob', 'block foo')");
  const auto left = world.hints.of_package(HintType::block, "foo");
  REQUIRE(left.size() == 1);
  CHECK(left[0]->user == "bob");
}

// migration 6.3
TEST_CASE("duplicates: the same request by the same user is no conflict") {
  auto world = hinted();
  world.hint("block foo\nblock foo");
  CHECK(world.hints.settle_duplicates().empty());
  CHECK(world.hints.of_type(HintType::block).size() == 2);
}

// migration 6.3
TEST_CASE("duplicates: another number of days is another request, also by the same user") {
  auto world = hinted();
  world.hint("age-days 5 foo/1\nage-days 3 foo/1");
  CHECK(world.hints.settle_duplicates().size() == 1);
  REQUIRE(world.hints.of_type(HintType::age_days).size() == 1);
  CHECK(world.hints.of_type(HintType::age_days)[0]->days == 3);
}

// migration 6.3
TEST_CASE("duplicates: of unblocks the higher version stays, whichever comes first") {
  auto world = hinted();
  world.hint("unblock foo/2", "ada").hint("unblock foo/1.9", "bob").hint("unblock foo/10", "cy");
  const auto warnings = world.hints.settle_duplicates();
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0] ==
        "Ignoring unblock[foo] = ('1.9', 'source', 'bob'), ('2', 'source', 'ada') is higher or "
        "equal");
  CHECK(warnings[1] ==
        "Overriding unblock[foo] = ('2', 'source', 'ada') with ('10', 'source', 'cy')");
  REQUIRE(world.hints.of_type(HintType::unblock).size() == 1);
  CHECK(world.hints.of_type(HintType::unblock)[0]->user == "cy");
}

// migration 6.3
TEST_CASE("duplicates: an equal unblock of another user is ignored") {
  auto world = hinted();
  world.hint("unblock foo/1", "ada").hint("unblock foo/1", "bob");
  CHECK(world.hints.settle_duplicates().size() == 1);
  CHECK(world.hints.of_type(HintType::unblock)[0]->user == "ada");
}

// migration 6.3
TEST_CASE("duplicates: an ignored unblock does not let a middle version through") {
  auto world = hinted();
  world.hint("unblock foo/3", "ada").hint("unblock foo/1", "bob").hint("unblock foo/2", "cy");
  CHECK(world.hints.settle_duplicates().size() == 2);
  CHECK(world.hints.of_type(HintType::unblock).size() == 1);
}

// migration 6.3
TEST_CASE("duplicates: each architecture counts by itself") {
  auto world = hinted();
  world.hint("urgent foo/1", "ada").hint("urgent foo/amd64/1", "bob");
  CHECK(world.hints.settle_duplicates().empty());
}

// migration 6.3
TEST_CASE("duplicates: block and unblock of one package contradict and both stay") {
  auto world = hinted();
  world.hint("block foo\nunblock foo/1\nforce foo/1\nremove foo/1");
  CHECK(world.hints.settle_duplicates().empty());
  CHECK(world.hints.all().size() == 4);
}

// migration 6.3
TEST_CASE("duplicates: removal and upgrade of a package share one block") {
  auto world = hinted();
  world.hint("block -foo", "ada").hint("block foo", "bob");
  const auto warnings = world.hints.settle_duplicates();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] == "Overriding block[foo] = ('ada', 'block -foo') with ('bob', 'block foo')");
}

// migration 6.3
TEST_CASE("duplicates: easy hints may name a package as often as people like") {
  auto world = hinted();
  world.hint("easy foo/1 bar/1", "ada").hint("easy bar/1 foo/1", "bob");
  CHECK(world.hints.settle_duplicates().empty());
  CHECK(world.hints.of_type(HintType::easy).size() == 2);
}
