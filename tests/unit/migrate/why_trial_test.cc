// covers: why_chain.cc
#include "migrate/why_trial.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;
using support::archive;

namespace {

struct WhyTrialScene {
  explicit WhyTrialScene(std::shared_ptr<const deb::Snapshot> made) : snapshot(std::move(made)) {
    for (deb::ArchIndex arch = 0; arch < snapshot->archs.size(); ++arch) {
      universes.push_back(std::make_unique<const solve::Universe>(*snapshot, arch));
      std::vector<deb::PackageIndex> present;
      for (const auto package : snapshot->suites[0].binary_of_name[arch])
        if (package.valid()) present.push_back(package);
      testers.push_back(std::make_unique<solve::Installability>(*universes.back(), present));
    }
    settings.architectures = {"amd64"};
    settings.nobreakall = {"amd64"};
    target = std::make_unique<migrate::TargetState>(*snapshot, settings, testers);
    world = std::make_unique<migrate::World>(
        migrate::World{*snapshot, settings, hints, universes, testers});
    world->now = target.get();
    trial = std::make_unique<migrate::WhyTrial>(*world, *target, migrate::tolerance_of(*world, {}));
  }
  migrate::Item item(std::string_view name) const {
    const auto id = snapshot->symbols.find_name(name);
    return {migrate::ItemKind::source, id, snapshot->suites[1].source(id)->version, 1, 0};
  }
  migrate::Trouble move(std::vector<std::string> names) {
    std::vector<migrate::Item> items;
    for (const auto& name : names) items.push_back(item(name));
    return trial->try_items(items, [](deb::BinaryRef) { return "some-item"; });
  }
  std::vector<std::string> sentences(const migrate::Trouble& trouble) const {
    return migrate::sentences_of(trouble.breakages.at(0).chains.at(0), "testing");
  }

  std::shared_ptr<const deb::Snapshot> snapshot;
  migrate::Settings settings;
  migrate::HintSet hints;
  std::vector<std::unique_ptr<const solve::Universe>> universes;
  std::vector<std::unique_ptr<solve::Installability>> testers;
  std::unique_ptr<migrate::TargetState> target;
  std::unique_ptr<migrate::World> world;
  std::unique_ptr<migrate::WhyTrial> trial;
};

using Texts = std::vector<std::string>;

}  // namespace

// migration 5.5, 9
TEST_CASE("trial: says what would break and leaves the target as it was") {
  WhyTrialScene scene(archive()
                          .testing()
                          .package("lib", "1")
                          .package("user", "1", {.depends = "lib (<< 2)"})
                          .unstable()
                          .package("lib", "2")
                          .package("user", "2")
                          .build());
  const auto trouble = scene.move({"lib"});
  CHECK(!trouble.accepted);
  REQUIRE(trouble.breakages.size() == 1);
  CHECK(scene.sentences(trouble) ==
        Texts{"user 1 needs lib (<< 2) (Depends): testing has lib 2; lib 1 leaves testing"});
  CHECK(scene.target->nuninst(0).all.empty());
  CHECK(scene.move({"lib", "user"}).accepted);
  CHECK(scene.target->nuninst(0).all.empty());
}

// migration 9
TEST_CASE("trial: what an item brings is said to come with it") {
  WhyTrialScene scene(archive()
                          .testing()
                          .package("lib", "1")
                          .package("user", "1")
                          .unstable()
                          .package("lib", "2")
                          .package("user", "2", {.depends = "lib (>= 2)"})
                          .build());
  const auto trouble = scene.move({"user"});
  CHECK(!trouble.accepted);
  CHECK(scene.sentences(trouble) ==
        Texts{"user 2 needs lib (>= 2) (Depends): testing has lib 1; lib 2 comes with some-item"});
}

// testgrid 5.4
TEST_CASE("trial: what breaks because of another that breaks is counted, not explained") {
  WhyTrialScene scene(archive()
                          .testing()
                          .package("lib", "1")
                          .package("a", "1", {.depends = "b"})
                          .package("b", "1", {.depends = "lib (<< 2)"})
                          .unstable()
                          .package("lib", "2")
                          .package("a", "1")
                          .package("b", "1")
                          .build());
  const auto trouble = scene.move({"lib"});
  REQUIRE(trouble.breakages.size() == 1);
  CHECK(trouble.breakages.front().chains.front().binary == "b 1");
  CHECK(trouble.unexplained == 1);
  CHECK(!trouble.cut);
}

// migration 7.1
TEST_CASE("trial: an item that cannot be applied says why") {
  WhyTrialScene scene(
      archive().testing().package("lib", "2").unstable().package("lib", "1").build());
  const auto trouble = scene.move({"lib"});
  CHECK(!trouble.accepted);
  REQUIRE(trouble.constraint);
  CHECK(trouble.constraint->text.contains("while testing has 2"));
}

// testgrid 5.4
TEST_CASE("chain: conflicts, ways that are left, and packages that leave are said in words") {
  WhyTrialScene scene(archive()
                          .testing()
                          .package("x", "1")
                          .package("y", "1")
                          .package("user", "1", {.depends = "x, y"})
                          .unstable()
                          .package("x", "1")
                          .package("y", "2", {.breaks = "x (<< 2)"})
                          .package("user", "1")
                          .build());
  CHECK(scene.sentences(scene.move({"y"})) ==
        Texts{"user 1 needs x (Depends), which only x 1 satisfies",
              "user 1 needs y (Depends), which only y 2 satisfies",
              "y 2 cannot be there with x 1 (Breaks: x (<< 2))"});
}

// testgrid 5.4
TEST_CASE("chain: what is nowhere, or itself hopeless, is said so") {
  WhyTrialScene scene(archive()
                          .testing()
                          .package("a", "1", {.depends = "b"})
                          .package("b", "1", {.depends = "ghost (>= 1)"})
                          .package("c", "1", {.depends = "b | d"})
                          .package("e", "1", {.depends = "(("})
                          .unstable()
                          .package("a", "1")
                          .build());
  const auto ask = [&](std::string_view name) {
    const auto package =
        scene.snapshot->suites[0].binary(0, scene.snapshot->symbols.find_name(name));
    const auto answer = scene.trial->explain_in(0, {0, package}, [](deb::BinaryRef) { return ""; });
    return migrate::sentences_of(answer.chains.at(0), "testing");
  };
  CHECK(ask("b") == Texts{"b 1 needs ghost (>= 1) (Depends): nothing in testing satisfies that; no "
                          "suite has a package that does"});
  CHECK(ask("a").front() == "a 1 needs b (Depends), which only b 1 satisfies");
  CHECK(ask("e") == Texts{"e 1 has a relation that cannot be parsed"});
}
