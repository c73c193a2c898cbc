#include "archive/mirror_source.h"

#include <doctest/doctest.h>

#include "support/mirror_scene.h"

namespace sluice::archive {
namespace {

struct SourceScene {
  std::unique_ptr<MirrorSource> open(const std::string& address) {
    auto opened = open_mirror(address, {http, files, waiter, [this] { return go_on; }});
    return opened ? std::move(*opened) : nullptr;
  }
  test::PlayedMirror http;
  test::LinkedFiles files;
  test::PatientWaiter waiter;
  bool go_on = true;
};

}  // namespace

TEST_CASE("mirror source: bytes and what the server says of them") {
  SourceScene scene;
  scene.http.files["http://m.example/d/x"] = "bytes";

  const auto file = scene.open("http://m.example/d//")->get({"x", 5, {}});

  REQUIRE(file);
  CHECK(file->served == Served::bytes);
  CHECK(file->bytes == "bytes");
  CHECK(file->validators == Validators{"\"" + codec::md5_hex("bytes") + "\"", "then"});
}

TEST_CASE("mirror source: a condition is answered by unchanged") {
  SourceScene scene;
  scene.http.files["http://m.example/d/x"] = "bytes";
  const auto source = scene.open("http://m.example/d");
  const auto known = source->get({"x", 5, {}})->validators;

  const auto again = source->get({"x", 5, known});

  CHECK(again->served == Served::unchanged);
  CHECK(again->validators == known);
  scene.http.files["http://m.example/d/x"] = "other";
  CHECK(source->get({"x", 5, known})->bytes == "other");
}

TEST_CASE("mirror source: a file that has just changed is no condition by its time") {
  SourceScene scene;
  scene.http.files["http://m.example/d/x"] = "bytes";
  const auto kept = [&](const std::string& changed) {
    scene.http.headers = {{"Date", "Sat, 21 Nov 2026 08:00:02 GMT"}, {"Last-Modified", changed}};
    return scene.open("http://m.example/d")->get({"x", 5, {}})->validators.last_modified;
  };

  CHECK(kept("Sat, 21 Nov 2026 08:00:00 GMT") == "Sat, 21 Nov 2026 08:00:00 GMT");
  CHECK(kept("Sat, 21 Nov 2026 08:00:01 GMT").empty());
}

TEST_CASE("mirror source: missing is an answer, too long an error") {
  SourceScene scene;
  scene.http.files["http://m.example/d/x"] = "bytes";
  const auto source = scene.open("http://m.example/d");

  CHECK(source->get({"none", 5, {}})->served == Served::missing);
  CHECK(source->get({"x", 4, {}}).error().kind == base::ErrorKind::corrupt);
  CHECK(scene.waiter.waited.empty());
}

TEST_CASE("mirror source: what may pass is tried again, at most twice") {
  SourceScene scene;
  scene.http.files["http://m.example/d/x"] = "bytes";
  const auto source = scene.open("http://m.example/d");

  scene.http.failures = 2;
  CHECK(source->get({"x", 5, {}})->bytes == "bytes");
  scene.http.failures = 3;
  const auto failed = source->get({"x", 5, {}});

  CHECK(failed.error().kind == base::ErrorKind::unavailable);
  CHECK(failed.error().what == "http://m.example/d/x: the server answers 503");
  CHECK(scene.waiter.waited.size() == 4);
}

TEST_CASE("mirror source: whoever wants it to stop does not wait for another try") {
  SourceScene scene;
  scene.http.down = true;
  scene.go_on = false;

  CHECK_FALSE(scene.open("http://m.example/d")->get({"x", 5, {}}));

  CHECK(scene.waiter.waited.empty());
  CHECK(scene.http.asked.size() == 1);
}

TEST_CASE("mirror source: a directory, also as file URL") {
  SourceScene scene;
  (void)scene.files.replace("/srv/d/x", "bytes");

  for (const auto* address : {"/srv/d", "file:///srv/d/"}) {
    const auto source = scene.open(address);
    CHECK(source->get({"x", 5, {}})->bytes == "bytes");
    CHECK(source->get({"x", 4, {}}).error().kind == base::ErrorKind::corrupt);
    CHECK(source->get({"none", 4, {}})->served == Served::missing);
  }
}

TEST_CASE("mirror source: addresses of other forms are refused, and no password is shown") {
  SourceScene scene;

  for (const auto* address : {"", "ftp://m/d", "d", "http://m/d?x", "http://m/a b", "file://m/d"})
    CHECK(scene.open(address) == nullptr);
  CHECK(shown_address("https://me:secret@m.example/d") == "https://m.example/d");
  CHECK(shown_address("https://me:secret@m.example") == "https://m.example");
  CHECK(shown_address("/srv/x@y") == "/srv/x@y");
  CHECK(shown_address("http://m/a@b") == "http://m/a@b");
  scene.http.down = true;
  CHECK(scene.open("http://me:secret@m/d")->get({"x", 5, {}}).error().what ==
        "cannot get http://m/d/x: refused");
}

}  // namespace sluice::archive
