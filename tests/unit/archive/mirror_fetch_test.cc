#include "archive/mirror_fetch.h"

#include <doctest/doctest.h>

#include "archive/reader.h"
#include "support/mirror_scene.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;
using test::MirrorScene;

constexpr const char* kLater = "Sat, 21 Nov 2026 09:00:00 UTC";
constexpr const char* kPackages = "testing/main/binary-amd64/Packages";

// Publishes and fetches once.
struct FetchScene : MirrorScene {
  explicit FetchScene(const test::Published& first = {}) {
    publish(first);
    first_news = fetch();
  }
  std::string kind_of(const base::Result<MirrorNews>& news) {
    return news ? "fetched" : std::string(base::text_of(news.error().kind));
  }
  int asked_for(const std::string& part) {
    return static_cast<int>(
        std::ranges::count_if(http.asked, [&](const auto& url) { return url.contains(part); }));
  }
  base::Result<MirrorNews> first_news = MirrorNews();
};

}  // namespace

// migration 2.1
TEST_CASE("mirror fetch: what was fetched is what our reader takes") {
  MirrorScene scene;
  scene.request.suites = {"testing", "unstable"};
  scene.publish_both("Package: a\nVersion: 1\nArchitecture: amd64\n", kLater);

  const auto news = scene.fetch();

  REQUIRE(news);
  CHECK(news->set.suites.at(0).signed_by == "PRIMARY");
  CHECK(scene.seen("testing/Release") ==
        "Origin: Played\nSuite: testing\nDate: Sat, 21 Nov 2026 09:00:00 UTC\n"
        "Architectures: amd64\nComponents: main\n");
  ReadRequest request;
  request.suites = {{"/m/dists/testing", "testing", "", deb::SuiteClass::target},
                    {"/m/dists/unstable", "unstable", "", deb::SuiteClass::primary}};
  const auto snapshot = read_archive(request, scene.files, scene.log);
  REQUIRE(snapshot);
  CHECK((*snapshot)->suites[deb::kTarget].name == "testing");
}

TEST_CASE("mirror fetch: by digest where the archive has that") {
  FetchScene scene;

  REQUIRE(scene.first_news);
  CHECK(scene.asked_for("/by-hash/SHA256/") == 2);  // an empty index is known without asking
  CHECK(scene.asked_for("Packages.xz") == 0);
  CHECK(scene.first_news->fetched_files == 3);
}

TEST_CASE("mirror fetch: by name where it has not, or a mirror does not copy those") {
  const FetchScene without({.more = "", .by_hash = false});
  const FetchScene not_copied({.by_hash = false});

  for (const auto* scene : {&without, &not_copied}) {
    CHECK(scene->first_news);
    CHECK(const_cast<FetchScene*>(scene)->seen(kPackages) == "Package: a\n");
  }
}

TEST_CASE("mirror fetch: the smallest form that is listed and served") {
  for (const auto& served :
       std::vector<std::vector<std::string>>{{".gz"}, {""}, {".xz", ".gz", ""}, {".gz", ""}}) {
    FetchScene scene({.suffixes = served});
    REQUIRE(scene.first_news);
    CHECK(scene.seen(kPackages) == "Package: a\n");
    CHECK(scene.asked_for("Packages" + served.front()) + scene.asked_for("by-hash") > 0);
  }
}

TEST_CASE("mirror fetch: SHA512 alone is enough") {
  FetchScene scene({.digests = "SHA512"});

  CHECK(scene.seen(kPackages) == "Package: a\n");
}

TEST_CASE("mirror fetch: an answer that nothing has changed costs one question") {
  FetchScene scene;

  const auto again = scene.fetch();

  REQUIRE(again);
  CHECK_FALSE(again->staged);
  CHECK(scene.http.asked == std::vector<std::string>{scene.url("dists/testing/InRelease")});
  CHECK(scene.gpgv.commands.size() == 1);
}

TEST_CASE("mirror fetch: a server without conditions, and the same bytes") {
  FetchScene scene;
  scene.http.conditional = false;

  CHECK_FALSE(scene.fetch()->staged);
}

TEST_CASE("mirror fetch: of a new Release only the indexes that changed are fetched") {
  FetchScene scene;
  scene.publish({.date = kLater, .packages = "Package: b\n"});

  const auto news = scene.fetch();

  REQUIRE(news);
  CHECK(news->fetched_files == 1);
  CHECK(scene.seen(kPackages) == "Package: b\n");
}

// testgrid A40
TEST_CASE("mirror fetch: signatures that do not count leave what is in use") {
  for (const auto* how : {"expired", "revoked", "unknown", "bad", "none", "good bad"}) {
    FetchScene scene;
    scene.publish({.date = kLater, .packages = "Package: evil\n", .how = how});

    const auto news = scene.fetch();

    CHECK(news.error().kind == ErrorKind::denied);
    CHECK(code_of(news.error().kind) == "INFRA.MIRROR.SIGNATURE");
    CHECK(scene.seen(kPackages) == "Package: a\n");
  }
}

// testgrid A40
TEST_CASE("mirror fetch: text around the signed part is refused") {
  FetchScene scene;
  const test::Published evil{.date = kLater, .packages = "Package: evil\n"};
  scene.publish_indexes(evil);
  auto& served = scene.http.files[scene.url("dists/testing/InRelease")];
  served = MirrorScene::release_of(evil) + "\n" + served;

  CHECK(scene.fetch().error().kind == ErrorKind::corrupt);
  CHECK(scene.seen(kPackages) == "Package: a\n");
}

// testgrid A40
TEST_CASE(
    "mirror fetch: an older Release, one that has expired, one of the future, another suite") {
  const auto refused = [](const test::Published& what, const std::string& place = "testing") {
    FetchScene scene;
    scene.http.files[MirrorScene::url("dists/" + place + "/InRelease")] =
        test::clearsigned(MirrorScene::release_of(what));
    const auto kind = scene.kind_of(scene.fetch());
    CHECK(scene.seen(kPackages) == "Package: a\n");
    return kind;
  };

  CHECK(refused({.date = "Sat, 21 Nov 2026 07:59:59 UTC"}) == "conflict");
  CHECK(refused({.date = kLater, .more = "Valid-Until: Sat, 21 Nov 2026 11:00:00 UTC\n"}) ==
        "conflict");
  CHECK(refused({.date = "Sun, 22 Nov 2026 08:00:00 UTC"}) == "conflict");
  CHECK(refused({.suite = "unstable", .date = kLater}) == "invalid");
}

TEST_CASE("mirror fetch: going back is refused for another request too") {
  FetchScene scene;
  scene.publish({.date = "Sat, 21 Nov 2026 07:00:00 UTC"});
  scene.request.architectures = {"amd64"};

  CHECK(scene.fetch().error().kind == ErrorKind::conflict);
}

TEST_CASE("mirror fetch: a Release that does not change any more expires") {
  FetchScene scene({.more = "Valid-Until: Sat, 21 Nov 2026 13:00:00 UTC\n"});
  scene.clock.now_ += std::chrono::hours(2);

  const auto news = scene.fetch();

  CHECK(news.error().kind == ErrorKind::conflict);
  CHECK(code_of(news.error().kind) == "INFRA.MIRROR.STALE");
  scene.request.valid_until = ValidUntil::ignore;
  CHECK(scene.fetch());
}

TEST_CASE("mirror fetch: keys that changed make what is in use be checked again") {
  FetchScene scene;
  REQUIRE(scene.files.replace("/k.gpg", "other keys"));

  CHECK(scene.fetch());

  CHECK(scene.gpgv.commands.size() == 2);
}

TEST_CASE("mirror fetch: in the middle of an update the old set stays, and the end is waited for") {
  FetchScene scene({.more = "", .by_hash = false});
  const test::Published next{
      .date = kLater, .more = "", .packages = "Package: b\n", .by_hash = false};
  scene.http.files[scene.url("dists/testing/InRelease")] =
      test::clearsigned(MirrorScene::release_of(next));

  const auto news = scene.fetch();

  CHECK(news.error().kind == ErrorKind::corrupt);
  CHECK(news.error().what.contains("in the middle of an update"));
  CHECK(scene.waiter.waited.size() == 2);
  CHECK(scene.seen(kPackages) == "Package: a\n");
  // The mirror finishes while we wait for it.
  int asked = 0;
  scene.http.on_served = [&](const std::string& url) {
    if (url.contains("binary-amd64") && ++asked == 1) scene.publish_indexes(next);
  };
  CHECK(scene.fetch());
  CHECK(scene.seen(kPackages) == "Package: b\n");
}

TEST_CASE("mirror fetch: an index with other bytes of the same size is not taken") {
  FetchScene scene({.more = "", .suffixes = {""}, .by_hash = false});
  scene.publish(
      {.date = kLater, .more = "", .packages = "Package: b\n", .suffixes = {""}, .by_hash = false});
  scene.http.files[scene.url("dists/testing/main/binary-amd64/Packages")] = "Package: x\n";

  CHECK(scene.fetch().error().kind == ErrorKind::corrupt);
  CHECK(scene.seen(kPackages) == "Package: a\n");
}

TEST_CASE("mirror fetch: an index that unpacks to more, or not at all, is not taken") {
  for (const auto& bytes : {codec::compress(std::string(100'000, 'x'), codec::Compression::xz),
                            std::string("\x1f\x8b")}) {
    MirrorScene scene;
    auto release = MirrorScene::release_of({.more = ""});
    // What is listed as .xz is what is served, but it is not the plain file that is listed.
    const auto honest = codec::compress("Package: a\n", codec::Compression::xz);
    release =
        base::replace_all(release, codec::sha256_hex(honest) + " " + std::to_string(honest.size()),
                          codec::sha256_hex(bytes) + " " + std::to_string(bytes.size()));
    scene.publish_indexes({.more = "", .by_hash = false});
    scene.http.files[scene.url("dists/testing/main/binary-amd64/Packages.xz")] = bytes;
    scene.http.files[scene.url("dists/testing/InRelease")] = test::clearsigned(release);

    CHECK_FALSE(scene.fetch());
    CHECK_FALSE(scene.files.exists("/m/current"));
  }
}

TEST_CASE("mirror fetch: an index that is not listed, or not there, is no empty one") {
  MirrorScene scene;
  auto release = MirrorScene::release_of({});
  release = release.substr(0, release.find("SHA256:"));
  scene.http.files[scene.url("dists/testing/InRelease")] = test::clearsigned(release);
  CHECK(scene.fetch().error().text().contains("lists no main/source/Sources"));

  scene.http.files[scene.url("dists/testing/InRelease")] =
      test::clearsigned(MirrorScene::release_of({}));
  CHECK(scene.fetch().error().kind == ErrorKind::corrupt);
}

TEST_CASE("mirror fetch: an index that claims to be larger than the limit is not asked for") {
  MirrorScene scene;
  const auto sha = std::string(64, 'a');
  for (const auto* size : {"600000000", "9000000000"}) {
    scene.http.files[scene.url("dists/testing/InRelease")] = test::clearsigned(
        "Suite: testing\nDate: Sat, 21 Nov 2026 08:00:00 UTC\nArchitectures: amd64\n"
        "Components: main\nSHA256:\n " +
        sha + " " + size + " main/source/Sources\n");
    CHECK(scene.fetch().error().text().contains("too large"));
    CHECK(scene.http.asked.size() == 1);
  }
}

TEST_CASE("mirror fetch: Release with Release.gpg where there is no InRelease") {
  MirrorScene scene;
  const test::Published what;
  scene.publish_indexes(what);
  scene.http.files[scene.url("dists/testing/Release")] = MirrorScene::release_of(what);
  CHECK(scene.fetch().error().what.contains("not signed"));
  scene.http.files[scene.url("dists/testing/Release.gpg")] = "unknown";
  CHECK(scene.fetch().error().kind == ErrorKind::denied);

  scene.http.files[scene.url("dists/testing/Release.gpg")] = "good";
  REQUIRE(scene.fetch());
  const auto again = scene.fetch();

  CHECK(scene.seen(kPackages) == "Package: a\n");
  CHECK_FALSE(again->staged);
  CHECK(scene.http.asked.size() == 2);  // no InRelease yet, and the Release is as it was
}

TEST_CASE("mirror fetch: nothing there, nothing reachable, a full disk, told to stop") {
  FetchScene scene;
  scene.publish({.date = kLater, .packages = "Package: b\n"});
  scene.http.down = true;
  CHECK(scene.kind_of(scene.fetch()) == "unavailable");
  scene.http.down = false;
  scene.files.set_full(true);
  CHECK(scene.kind_of(scene.fetch()) == "unavailable");
  scene.files.set_full(false);
  scene.go_on = false;
  CHECK(scene.kind_of(scene.fetch()) == "unavailable");
  scene.go_on = true;
  scene.http.files.clear();
  CHECK(scene.kind_of(scene.fetch()) == "unavailable");
  CHECK(scene.seen(kPackages) == "Package: a\n");
}

TEST_CASE("mirror fetch: components and architectures that are not there") {
  MirrorScene scene;
  scene.publish({});
  scene.request.components = {"main", "contrib"};
  CHECK(scene.fetch().error().text().contains("main contrib expected, the archive has main"));
  scene.request.components = {"main"};
  scene.request.architectures = {"riscv64"};
  CHECK(scene.fetch().error().kind == ErrorKind::invalid);

  scene.request.architectures = {"riscv64", "amd64"};
  CHECK(scene.fetch());
  CHECK(scene.log.has("I: mirror: testing has no architecture riscv64"));
}

TEST_CASE("mirror fetch: one suite that is refused keeps all as they were together") {
  MirrorScene scene;
  scene.request.suites = {"testing", "unstable"};
  scene.publish_both("Package: a\n", "Sat, 21 Nov 2026 08:00:00 UTC");
  REQUIRE(scene.fetch());
  scene.publish({.date = kLater, .packages = "Package: b\n"});
  scene.publish({.suite = "unstable", .date = kLater, .how = "bad"});

  CHECK(scene.fetch().error().text().starts_with("unstable: dists/unstable/InRelease: "));

  CHECK(scene.seen(kPackages) == "Package: a\n");
}

// architecture 9
TEST_CASE("mirror fetch: killed at any step, a reader sees the old set or the new one") {
  const auto state = [](MirrorScene& scene) {
    return scene.seen(kPackages) + scene.seen("unstable/main/binary-amd64/Packages") +
           scene.seen("testing/Release");
  };
  const auto start = [](MirrorScene& scene) {
    scene.request.suites = {"testing", "unstable"};
    scene.publish_both("Package: z\n", "Sat, 21 Nov 2026 07:00:00 UTC");
    REQUIRE(scene.fetch());
    scene.publish_both("Package: a\n", "Sat, 21 Nov 2026 08:00:00 UTC");
    REQUIRE(scene.fetch());
    scene.publish_both("Package: b\n", kLater);
  };
  MirrorScene undisturbed;
  start(undisturbed);
  const auto old_state = state(undisturbed);
  REQUIRE(undisturbed.fetch());
  const auto new_state = state(undisturbed);
  REQUIRE(old_state != new_state);

  bool killed = true;
  int step = 1;
  int old_seen = 0, new_seen = 0;
  for (; killed; ++step) {
    MirrorScene scene;
    start(scene);
    scene.files.kill_at(step);
    killed = false;
    try {
      const auto news = scene.fetch();
      CHECK(news);
    } catch (const test::Killed&) {
      killed = true;
    }
    scene.files.let_live();
    const auto after = state(scene);
    CHECK((after == old_state || after == new_state));
    ++(after == old_state ? old_seen : new_seen);
    // The next process goes on, and leaves nothing behind.
    REQUIRE(scene.fetch());
    CHECK(state(scene) == new_state);
    CHECK(scene.files.list("/m/objects").value() == undisturbed.files.list("/m/objects").value());
  }
  CHECK(old_seen > 10);
  CHECK(new_seen > 2);
}

TEST_CASE("mirror fetch: a power cut after the switch keeps the new set") {
  FetchScene scene;
  scene.publish({.date = kLater, .packages = "Package: b\n"});
  REQUIRE(scene.fetch());

  scene.files.inner().crash();

  CHECK(scene.seen(kPackages) == "Package: b\n");
}

TEST_CASE("mirror request: what cannot be one") {
  const auto wrong = [](const MirrorRequest& request) { return !check_request(request); };
  const MirrorRequest good{"/x", {"testing"}, {"main"}, {"amd64"}, {"/k"}};
  CHECK_FALSE(wrong(good));
  CHECK(wrong({"/x", {}, {}, {}, {"/k"}}));
  CHECK(wrong({"/x", {"testing"}, {}, {}, {}}));
  CHECK(wrong({"/x", {"testing"}, {}, {}, {"k"}}));
  CHECK(wrong({"/x", {"../x"}, {}, {}, {"/k"}}));
  CHECK(wrong({"/x", {"x"}, {"a b"}, {}, {"/k"}}));
  CHECK(wrong({"/x", {"x"}, {}, {"/"}, {"/k"}}));
}

}  // namespace sluice::archive
