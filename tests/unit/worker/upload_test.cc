#include "worker/upload.h"

#include <doctest/doctest.h>

#include <numeric>

#include "support/memory_result_store.h"
#include "support/patient_waiter.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

struct UploadScene {
  UploadScene() {
    results::RunFacts facts;
    facts.request.package = request.package = "gzip";
    bundle = results::make_bundle({{"log", "x"}}, facts);
  }
  base::Result<void> upload() {
    return worker::upload(store, waiter, request, place, bundle, [this] {
      ++asked;
      return wanted;
    });
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    const auto entries = store.list(place.container, {});
    for (const auto& entry : entries.value()) all.push_back(entry.name);
    return all;
  }

  test::MemoryResultStore store;
  test::PatientWaiter waiter;
  adt::RequestMessage request;
  adt::RunPlace place{"autopkgtest-noble", "noble/amd64/g/gzip/20260102_030405_abcde@"};
  results::Bundle bundle;
  bool wanted = true;
  int asked = 0;
};

}  // namespace

// autopkgtest 2.7
TEST_CASE("upload: every object below the run's directory, said twice it is the same") {
  UploadScene scene;

  CHECK(scene.upload());
  CHECK(scene.upload());

  CHECK(scene.names() == std::vector<std::string>{scene.place.directory + "/artifacts.tar.gz",
                                                  scene.place.directory + "/log.gz",
                                                  scene.place.directory + "/result.tar"});
  CHECK(scene.waiter.waited.empty());
}

// testgrid 1.4
TEST_CASE("upload: without its end there is no result.tar") {
  UploadScene scene;
  scene.store.be_down_at(6);  // container, log and its head, artifacts and its head, result.tar

  const auto done = scene.upload();
  scene.store.be_down_at(0);

  REQUIRE_FALSE(done);
  CHECK(done.error().kind == base::ErrorKind::unavailable);
  CHECK(scene.names().size() == 2);
}

// autopkgtest 2.7
TEST_CASE("upload: pauses grow and have an end") {
  CHECK(worker::pause_after(1) == 10s);
  CHECK(worker::pause_after(2) == 20s);
  CHECK(worker::pause_after(4) == 80s);
  CHECK(worker::pause_after(100) == 300s);

  UploadScene scene;
  scene.store.be_down_at(1);
  CHECK_FALSE(scene.upload());
  const auto& waited = scene.waiter.waited;
  CHECK(std::accumulate(waited.begin(), waited.end(), 0ms) ==
        10s + 20s + 40s + 80s + 160s + 300s + 300s);
}

// testgrid 1.4
TEST_CASE("upload: the lease is kept in the pauses, and without it nothing more is sent") {
  UploadScene scene;
  scene.store.be_down_at(1);
  CHECK_FALSE(scene.upload());
  CHECK(scene.asked > 90);  // 910 s in pieces of 10 s

  UploadScene lost;
  lost.wanted = false;
  CHECK(lost.upload().error().kind == base::ErrorKind::conflict);
  CHECK(lost.store.calls() == 0);
}

// testgrid 1.4
TEST_CASE("upload: what is being sent is broken off when the run counts no more") {
  UploadScene scene;
  int puts = 0;
  scene.store.on_put = [&](const results::GoOn& go_on) {
    if (++puts == 2) scene.wanted = false;
    return go_on();
  };

  const auto done = scene.upload();

  CHECK(done.error().kind == base::ErrorKind::conflict);
  CHECK(puts == 2);
  CHECK(scene.names().size() == 1);
  CHECK(scene.waiter.waited.empty());
  CHECK_FALSE(scene.store.asks_somebody());
}

// testgrid 1.4
TEST_CASE("upload: what the store lost or changed is sent again, and read back") {
  using Kept = test::MemoryResultStore::Kept;
  const struct {
    const char* name;
    const char* object;
    Kept first;
  } cases[] = {{"the log is lost", "log.gz", Kept::lost},
               {"the log is another", "log.gz", Kept::changed},
               {"the result is lost", "result.tar", Kept::lost},
               {"the result is another", "result.tar", Kept::changed}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    UploadScene scene;
    int puts = 0;
    scene.store.keeps = [&](const std::string& name) {
      return name.ends_with(c.object) && ++puts == 1 ? c.first : Kept::whole;
    };

    CHECK(scene.upload());

    CHECK(puts == 2);
    for (const auto& [name, object] : scene.bundle.objects)
      CHECK(scene.store.get(scene.place.container, scene.place.directory + "/" + name)->bytes ==
            object.bytes);
    CHECK(scene.waiter.waited == std::vector<std::chrono::milliseconds>{10s});
  }
}

// testgrid 1.4
TEST_CASE("upload: a store that never has what it took gets no result.tar, and is corrupt") {
  using Kept = test::MemoryResultStore::Kept;
  for (const auto bad : {Kept::lost, Kept::changed}) {
    UploadScene scene;
    int puts = 0;
    scene.store.keeps = [&](const std::string& name) {
      if (!name.ends_with("/artifacts.tar.gz")) return Kept::whole;
      ++puts;
      return bad;
    };

    const auto done = scene.upload();

    CHECK(done.error().kind == base::ErrorKind::corrupt);
    CHECK(done.error().text().contains("artifacts.tar.gz"));
    CHECK(puts == worker::kReadBackTries);
    CHECK(scene.names() == std::vector<std::string>{scene.place.directory + "/log.gz"});
  }
}

// autopkgtest 2.7
TEST_CASE("upload: a private run is readable by its user alone") {
  UploadScene scene;
  scene.request.readable_by = {"somebody"};
  scene.request.swiftuser = "user";
  REQUIRE(scene.request.is_private());

  REQUIRE(scene.upload());

  const auto readers = scene.store.readers_of(scene.place.container);
  CHECK_FALSE(readers->everybody);
  CHECK(readers->user == "user");
}

TEST_CASE("upload: other bytes at the same path are not tried again") {
  UploadScene scene;
  REQUIRE(scene.upload());
  scene.bundle.objects[0].object.bytes = "other";

  CHECK(scene.upload().error().kind == base::ErrorKind::conflict);
  CHECK(scene.waiter.waited.empty());
}
