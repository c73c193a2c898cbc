#include "migrate/trial.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;
using migrate::Item;
using migrate::ItemKind;
using support::TestWorld;

namespace {

std::shared_ptr<const deb::Snapshot> user_on_two_archs() {
  return support::archive({"amd64", "arm64"})
      .testing()
      .package("p", "1")
      .source("user", "1")
      .binary("user", "arm64", "1", {.depends = "p (<< 2)"})
      .unstable()
      .package("p", "2")
      .source("user", "1")
      .binary("user", "arm64", "1", {.depends = "p (<< 2)"})
      .build();
}

struct TrialScene {
  TrialScene() : test(user_on_two_archs()) {}
  migrate::Attempt attempt(migrate::Judging judging) {
    world.emplace(test.world());
    target.emplace(test.snapshot(), test.settings, world->installability);
    world->now = &*target;
    tolerance = migrate::tolerance_of(*world, {});
    const auto before = target->nuninst();
    const auto p = test.snapshot().symbols.find_name("p");
    const std::vector<Item> items = {
        {ItemKind::source, p, world->suite(1).source(p)->version, 1, 0}};
    return migrate::Trial(*world, *target, tolerance)
        .attempt(items, before, judging, test.settings.break_archs);
  }
  TestWorld test;
  std::optional<migrate::World> world;
  std::optional<migrate::TargetState> target;
  migrate::Tolerance tolerance;
};

}  // namespace

// migration 5.5
TEST_CASE(
    "trial: a source item is refused on the first architecture that gets worse, with the names") {
  TrialScene scene;
  const auto attempt = scene.attempt(migrate::Judging::stop_at_first_regression);
  CHECK(!attempt.accepted);
  REQUIRE(attempt.regression);
  CHECK(attempt.regression->arch == 1);
  CHECK(attempt.regression->broken.size() == 1);
}

// migration 5.5
TEST_CASE("trial: a break architecture does not refuse a source item") {
  TrialScene scene;
  scene.test.settings.break_archs = {"arm64"};
  CHECK(scene.attempt(migrate::Judging::stop_at_first_regression).accepted);
}

// migration 5.5, 6.2
TEST_CASE("trial: allow-uninst takes a name out of the count, on one architecture or all") {
  for (const auto* hint : {"allow-uninst user", "allow-uninst user/arm64"}) {
    TrialScene scene;
    scene.test.hint(hint);
    CHECK(scene.attempt(migrate::Judging::stop_at_first_regression).accepted);
  }
  TrialScene other;
  other.test.hint("allow-uninst user/amd64");
  CHECK(!other.attempt(migrate::Judging::stop_at_first_regression).accepted);
}

// migration 5.5
TEST_CASE("trial: the whole-run rule counts over all architectures but break ones") {
  TrialScene scene;
  CHECK(scene.attempt(migrate::Judging::later).accepted);
  const std::vector<migrate::Nuninst> clean(2);
  migrate::Trial trial(*scene.world, *scene.target, scene.tolerance);
  CHECK(!trial.as_good_generous(clean, {}));
  CHECK(trial.as_good_generous(clean, {"arm64"}));
}
