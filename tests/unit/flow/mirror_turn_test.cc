#include "flow/mirror_turn.h"

#include <doctest/doctest.h>

#include "support/mirror_scene.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPackages = "testing/main/binary-amd64/Packages";
constexpr const char* kLater = "Sat, 21 Nov 2026 09:00:00 UTC";

struct MirrorTurnScene : test::MirrorScene {
  MirrorTurnScene() { publish({}); }
  void open() {
    mirror.reset();
    auto opened =
        MirrorTurn::open({"debian", request, "/m", 10min}, {http, files, gpgv, waiter, clock, log});
    REQUIRE(opened);
    mirror = std::move(*opened);
  }
  std::string line() const { return text_of(mirror->health(), clock.now_); }
  std::unique_ptr<MirrorTurn> mirror;
};

}  // namespace

// architecture 6
TEST_CASE("mirror turn: what was staged comes into use when the gate lets it") {
  MirrorTurnScene scene;
  scene.open();
  CHECK_FALSE(scene.mirror->is_settled());
  CHECK(scene.line() == "mirror debian (http://m.example/debian): nothing is there yet");

  scene.mirror->turn();
  CHECK(scene.seen(kPackages) == "(none)");
  CHECK(scene.mirror->turn() == 1s);  // nothing is fetched while something waits
  CHECK(scene.mirror->adopt());

  CHECK(scene.seen(kPackages) == "Package: a\n");
  CHECK_FALSE(scene.mirror->adopt());
  CHECK(scene.mirror->is_settled());
  CHECK(scene.line() ==
        "mirror debian (http://m.example/debian): testing of Sat, 21 Nov 2026 08:00:00 UTC, 4 h "
        "old; was so 0 min ago");
  CHECK(scene.mirror->turn() == 10min);
}

TEST_CASE("mirror turn: a mirror in trouble is asked sooner, and what is in use stays") {
  MirrorTurnScene scene;
  scene.open();
  scene.mirror->turn();
  scene.mirror->adopt();
  scene.http.down = true;
  scene.clock.now_ += 3h;

  CHECK(scene.mirror->turn() == 30s);
  CHECK(scene.mirror->turn() == 60s);
  CHECK(scene.mirror->turn() == 120s);
  CHECK_FALSE(scene.mirror->adopt());

  CHECK(scene.seen(kPackages) == "Package: a\n");
  CHECK(scene.line() ==
        "mirror debian (http://m.example/debian): testing of Sat, 21 Nov 2026 08:00:00 UTC, 7 h "
        "old; was so 3 h ago; INFRA.MIRROR.DOWN: testing: cannot get "
        "http://m.example/debian/dists/testing/InRelease: refused");
  CHECK(scene.log.has("W: " + scene.line()));
  for (int i = 0; i < 10; ++i) scene.mirror->turn();
  CHECK(scene.mirror->turn() == 10min);
  scene.http.down = false;
  CHECK(scene.mirror->turn() == 10min);
  CHECK(scene.mirror->health().trouble.empty());
}

// testgrid A40
TEST_CASE("mirror turn: what is wrong has its code") {
  const auto code = [](const test::Published& what) {
    MirrorTurnScene scene;
    scene.open();
    scene.mirror->turn();
    scene.mirror->adopt();
    scene.publish(what);
    scene.mirror->turn();
    const auto trouble = scene.mirror->health().trouble;
    return trouble.substr(0, trouble.find(':'));
  };

  CHECK(code({.date = kLater, .how = "expired"}) == "INFRA.MIRROR.SIGNATURE");
  CHECK(code({.date = "Sat, 21 Nov 2026 07:00:00 UTC"}) == "INFRA.MIRROR.STALE");
}

TEST_CASE("mirror turn: after a restart the gate has what was in use before") {
  MirrorTurnScene scene;
  scene.open();
  scene.mirror->turn();
  scene.mirror->adopt();
  scene.http.down = true;

  scene.open();

  CHECK(scene.mirror->is_settled());
  CHECK(scene.mirror->health().suites.at(0).first == "testing");
  CHECK_FALSE(scene.mirror->health().agreed);
}

TEST_CASE("mirror turn: a first look that fails does not hold the gate up") {
  MirrorTurnScene scene;
  scene.http.down = true;
  scene.open();

  scene.mirror->turn();

  CHECK(scene.mirror->is_settled());
}

TEST_CASE("mirror turn: what is old is removed when something else is in use") {
  MirrorTurnScene scene;
  scene.open();
  for (const auto* bytes : {"1", "2", "3"}) {
    scene.publish({.date = kLater, .packages = bytes});
    scene.mirror->turn();
    REQUIRE(scene.mirror->adopt());
  }
  const auto before = scene.files.list("/m/objects")->size();

  scene.mirror->turn();

  CHECK(scene.files.list("/m/objects")->size() < before);
  CHECK(scene.seen(kPackages) == "3");
}

TEST_CASE("mirror turn: a disk that is full at the switch is told, and tried again") {
  MirrorTurnScene scene;
  scene.open();
  scene.mirror->turn();
  scene.files.set_full(true);

  CHECK_FALSE(scene.mirror->adopt());
  CHECK(scene.mirror->health().trouble.starts_with("INFRA.DISK: "));
  scene.files.set_full(false);
  scene.mirror->turn();

  CHECK(scene.mirror->adopt());
  CHECK(scene.seen(kPackages) == "Package: a\n");
}

TEST_CASE("mirror turn: told to stop, it says nothing of the mirror") {
  MirrorTurnScene scene;
  scene.open();
  scene.http.down = true;
  scene.mirror->stop();

  scene.mirror->turn();

  CHECK(scene.mirror->health().trouble.empty());
  CHECK(scene.log.lines.empty());
}

TEST_CASE("mirror turn: what cannot begin") {
  MirrorTurnScene scene;
  const auto kind = [&](const archive::MirrorRequest& request, const std::string& directory) {
    auto opened = MirrorTurn::open(
        {"x", request, directory, 10min},
        {scene.http, scene.files, scene.gpgv, scene.waiter, scene.clock, scene.log});
    return opened ? std::string("begun") : std::string(base::text_of(opened.error().kind));
  };
  scene.open();

  CHECK(kind(scene.request, "/m") == "conflict");
  CHECK(kind(scene.request, "/n") == "begun");
  CHECK(kind({"ftp://x", {"testing"}, {}, {}, {"/k.gpg"}}, "/o") == "invalid");
  CHECK(kind({"/x", {}, {}, {}, {"/k.gpg"}}, "/p") == "invalid");
}

TEST_CASE("mirror health: ages as people say them") {
  MirrorHealth health{"a", "/x", {{"s", base::Instant()}}, {}, ""};
  const auto age = [&](std::chrono::minutes minutes) {
    const auto text = text_of(health, base::Instant(minutes));
    return text.substr(text.find("UTC, ") + 5);
  };

  CHECK(age(0min) == "0 min old");
  CHECK(age(119min) == "119 min old");
  CHECK(age(47h) == "47 h old");
  CHECK(age(49h) == "2 days old");
  CHECK(age(-5min) == "0 min old");
}

}  // namespace sluice::flow
