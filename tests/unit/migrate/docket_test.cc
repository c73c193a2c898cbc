#include "migrate/docket.h"

#include <doctest/doctest.h>

#include "migrate/fact_change.h"
#include "support/adt_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::AdtWorld;

namespace {

// foo has a test of its own and one of its user bar; baz stands apart, kernels do not.
std::shared_ptr<const deb::Snapshot> docket_archive() {
  auto made = support::archive({"amd64"}).testing();
  for (const auto* name : {"foo", "baz", "linux"}) made.package(name, "1");
  made.source("bar", "1", support::tested()).binary("bar", "amd64", "1", {.depends = "foo"});
  made.unstable().source("foo", "2", support::tested()).binary("foo", "amd64", "2");
  made.package("baz", "2").package("linux", "2");
  return made.build();
}

struct DocketScene {
  DocketScene() : world(docket_archive()), judgement(docket.judge(world.world(), world.facts)) {}

  bool change(const FactChange& change) {
    const auto touched = apply(change, world.facts);
    return docket.update(world.world(), world.facts, touched, judgement);
  }
  Verdict verdict(std::string_view name) { return support::excuse_of(judgement, name)->verdict; }

  AdtWorld world;
  Docket docket;
  Judgement judgement;
};

FactChange bug(const std::string& name) {
  return BugsChange{BugsChange::Suite::source, "src:" + name, {"1"}};
}

}  // namespace

// migration 9 (d)
TEST_CASE("docket: a bug judges one item again") {
  DocketScene scene;
  const auto before = scene.verdict("baz");
  REQUIRE(scene.change(bug("baz")));
  CHECK(scene.docket.judged() == 1);
  CHECK(before != Verdict::rejected_permanently);
  CHECK(scene.verdict("baz") == Verdict::rejected_permanently);
}

// migration 9 (d)
TEST_CASE("docket: a fact about nobody judges nothing") {
  DocketScene scene;
  REQUIRE(scene.change(bug("nobody")));
  CHECK(scene.docket.judged() == 0);
}

// migration 4.5.12
TEST_CASE("docket: a kernel takes judging all") {
  DocketScene scene;
  CHECK_FALSE(scene.change(bug("linux")));
}

// migration 4.6.7
TEST_CASE("docket: a test result judges the items that have tests of the source") {
  DocketScene scene;
  REQUIRE(scene.judgement.wanted.size() == 2);
  REQUIRE(scene.change(ResultChange{{"foo/2", "bar", "amd64"},
                                    adt::TestResult{adt::ResultCode::pass, "1", "run", 1}}));
  CHECK(scene.docket.judged() == 1);
  CHECK(support::requests_of(scene.judgement) == std::vector<std::string>{"foo/amd64: foo/2"});
}

// migration 4.6.6
TEST_CASE("docket: what is pending now is not wanted any more") {
  DocketScene scene;
  REQUIRE(scene.change(PendingChange{PendingChange::Now::pending, {"foo/2", "bar", "amd64"}}));
  CHECK(support::requests_of(scene.judgement) == std::vector<std::string>{"foo/amd64: foo/2"});
  REQUIRE(scene.change(PendingChange{PendingChange::Now::done, {"foo/2", "bar", "amd64"}}));
  CHECK(scene.judgement.wanted.size() == 2);
}
