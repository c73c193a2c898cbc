// covers: mirror_threads.cc
#include "cli/cmd_mirror.h"

#include <doctest/doctest.h>

#include <memory>

#include "cli/mirror_threads.h"
#include "support/mirror_scene.h"

namespace sluice::cli {
namespace {

// What a run says, on both streams.
struct MirrorRun : test::MirrorScene {
  MirrorRun() {
    publish({});
    (void)files.replace("mirrors.yaml", std::string("debian:\n  url: ") + test::kAddress +
                                            "\n  suites: [testing]\n  keyrings: /k.gpg\n"
                                            "  directory: /m\n");
    arguments.serve.mirrors_file = "mirrors.yaml";
  }
  int run(const std::string& action) {
    arguments.action = action;
    char* bytes = nullptr;
    std::size_t size = 0;
    std::FILE* const stream = ::open_memstream(&bytes, &size);
    const int code = run_mirror(arguments, {http, files, gpgv, waiter, clock, stream, stream});
    (void)std::fclose(stream);
    said.assign(bytes, size);
    std::free(bytes);
    return code;
  }
  MirrorArguments arguments;
  std::string said;
};

}  // namespace

TEST_CASE("mirror command: fetches, and shows what is there") {
  MirrorRun scene;
  CHECK(scene.run("show") == 1);
  CHECK(scene.said.contains("nothing is there yet"));

  CHECK(scene.run("fetch") == 0);
  CHECK(scene.said.contains("testing of Sat, 21 Nov 2026 08:00:00 UTC, 4 h old"));
  CHECK(scene.seen("testing/main/binary-amd64/Packages") == "Package: a\n");

  CHECK(scene.run("show") == 0);
  CHECK(scene.said.contains("4 h old"));
}

TEST_CASE("mirror command: a mirror that is refused is told, and the exit code is 1") {
  MirrorRun scene;
  scene.publish({.how = "unknown"});

  CHECK(scene.run("fetch") == 1);

  CHECK(scene.said.contains("INFRA.MIRROR.SIGNATURE"));
  CHECK(scene.said.contains("is in no keyring"));
}

TEST_CASE("mirror command: one mirror by its name; none, or another, is an error") {
  MirrorRun scene;
  scene.arguments.names = {"debian"};
  CHECK(scene.run("fetch") == 0);
  scene.arguments.names = {"ubuntu"};
  CHECK(scene.run("fetch") == 1);
  CHECK(scene.said.contains("there is no mirror ubuntu"));
  scene.arguments = {};
  CHECK(scene.run("fetch") == 1);
  CHECK(scene.said.contains("--mirrors FILE"));
}

TEST_CASE(
    "mirror command: a server that has the directory is not disturbed, and can be looked at") {
  MirrorRun scene;
  REQUIRE(scene.run("fetch") == 0);
  const auto lock = scene.files.lock("/m/lock");

  CHECK(scene.run("fetch") == 1);
  CHECK(scene.said.contains("locked by another process"));
  CHECK(scene.run("show") == 0);
}

TEST_CASE("mirror threads: none is configured, or one cannot begin") {
  MirrorRun scene;
  const auto none = MirrorThreads::open({}, scene.files, scene.clock, scene.log);
  REQUIRE(none);
  CHECK((*none)->adopt());
  CHECK((*none)->lines().empty());

  const auto lock = scene.files.lock("/m/lock");
  const auto busy = MirrorThreads::open(scene.arguments.serve, scene.files, scene.clock, scene.log);

  CHECK(busy.error().text().starts_with("mirror debian: "));
}

}  // namespace sluice::cli
