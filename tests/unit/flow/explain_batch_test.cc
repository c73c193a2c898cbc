#include "flow/explain_batch.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;

namespace {

class TickingClock final : public sys::Clock {
 public:
  base::Instant now() override { return now_ += std::chrono::microseconds(7); }

 private:
  base::Instant now_;
};

struct ExplainScene {
  ExplainScene() {
    auto made = support::archive();
    made.testing().package("foo", "1").package("bar", "1").package("bad", "1", {.depends = "gone"});
    made.unstable().package("foo", "2").package("bar", "2", {.depends = "gone"});
    migrate::Settings settings;
    settings.age.days_of_urgency = {{"medium", 0}};
    settings.age.default_urgency = "medium";
    settings.architectures = {"amd64"};
    engine = std::make_unique<migrate::Engine>(migrate::Engine::Archive{made.build(), settings, {}},
                                               migrate::HintSet(), migrate::Facts());
  }
  base::Result<void> ask(const flow::ExplainRequest& request) {
    TickingClock clock;
    return flow::explain_batch(
        request,
        {[&](const auto& explanation, const auto& names, std::int64_t took) {
           items.push_back(explanation.item + " " + std::string(text_of(explanation.standing)));
           target = names.target;
           microseconds = took;
         },
         [&](const auto& breakage, const std::string& binary, const std::string& suite) {
           binaries.push_back(binary + " in " + suite + (breakage.chains.empty() ? " +" : " -"));
         }},
        *engine, clock);
  }

  std::unique_ptr<migrate::Engine> engine;
  std::vector<std::string> items, binaries;
  std::string target;
  std::int64_t microseconds = 0;
};

using Texts = std::vector<std::string>;

}  // namespace

// migration 9; testgrid 5.4
TEST_CASE("explain: every item of a run, with the time that its answer took") {
  ExplainScene scene;
  REQUIRE(scene.ask({.all = true}));
  CHECK(scene.items.size() == 3);
  CHECK(scene.items[1] == "bar held");
  CHECK(scene.items[2] == "foo migrates");
  CHECK(scene.target == "testing");
  CHECK(scene.microseconds == 7);
}

// testgrid 5.4
TEST_CASE("explain: binaries of the target and of another suite") {
  ExplainScene scene;
  REQUIRE(scene.ask({.uninstallable = {"bad", "foo"}}));
  REQUIRE(scene.ask({.uninstallable = {"bar"}, .suite = "unstable"}));
  CHECK(scene.binaries == Texts{"bad 1 on amd64 in testing -", "foo 1 on amd64 in testing +",
                                "bar 2 on amd64 in unstable -"});
}

TEST_CASE("explain: what is nowhere is an error, after the other answers") {
  ExplainScene scene;
  const auto done = scene.ask({.packages = {"ghost", "foo"}});
  REQUIRE(!done);
  CHECK(done.error().kind == base::ErrorKind::not_found);
  CHECK(scene.items == Texts{"foo migrates"});
  CHECK(scene.ask({.packages = {"foo"}, .arch = "vax"}).error().kind == base::ErrorKind::invalid);
  CHECK(!scene.ask({.uninstallable = {"ghost"}}));
  CHECK(!scene.ask({.uninstallable = {"foo"}, .suite = "stable"}));
}
