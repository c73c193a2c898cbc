#include "flow/rescan_results.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/memory_result_store.h"
#include "support/tar_text.h"

namespace sluice::flow {
namespace {

using Names = std::vector<std::string>;

const std::string kContainer = "autopkgtest-noble";
const std::string kGreen = "noble/amd64/g/green/";

struct RescanScene {
  RescanScene() { REQUIRE(store.ensure_container(kContainer, {})); }
  void put(const std::string& name, const std::string& bytes) {
    results::Object object;
    object.bytes = bytes;
    REQUIRE(store.put(kContainer, name, object));
  }
  void put_run(const std::string& directory, const std::string& exit_code = "0") {
    put(directory + "/log.gz", "log");
    put(directory + "/result.tar",
        test::tar_text(
            {{"exitcode", exit_code},
             {"testpkg-version", "green 2"},
             {"duration", "61"},
             {"testinfo.json",
              R"({"custom_environment": ["ADT_TEST_TRIGGERS=green/2 blue/1"], "all-proposed": "1",)"
              R"( "uuid": "0a-1"})"}}));
  }
  test::MemoryResultStore store;
};

Names run_ids(Rescan& scan) {
  Names ids;
  while (!scan.is_over()) {
    const auto rows = scan.next();
    REQUIRE(rows);
    for (const auto& row : *rows) ids.push_back(row.run_id);
  }
  return ids;
}

}  // namespace

// autopkgtest 5.5
TEST_CASE("re-scan: a run becomes the row that its message would have made") {
  RescanScene scene;
  scene.put_run(kGreen + "20260101_000000_aaaaa@", "4");
  Rescan scan(scene.store, {.container = kContainer});

  const auto rows = scan.next();

  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  CHECK(rows->at(0) == store::RunRow{.place = {kContainer, kGreen + "20260101_000000_aaaaa@"},
                                     .release = "noble",
                                     .arch = "amd64",
                                     .package = "green",
                                     .run_id = "20260101_000000_aaaaa@",
                                     .version = "2",
                                     .triggers = "green/2 blue/1",
                                     .env = "all-proposed=1",
                                     .requester = "",
                                     .exit_code = 4,
                                     .duration = std::chrono::seconds(61),
                                     .outcome = adt::Outcome::fail,
                                     .uuid = "0a-1"});
  CHECK(scan.is_over());
}

// autopkgtest 5.5
TEST_CASE("re-scan: page after page, each run once") {
  RescanScene scene;
  const Names ids{"20260101_000000_aaaaa@", "20260102_000000_bbbbb@", "20260103_000000_ccccc@"};
  for (const auto& id : ids) scene.put_run(kGreen + id);
  Rescan in_pages(scene.store, {.container = kContainer, .page = 2});
  Rescan exact(scene.store, {.container = kContainer, .page = 3});

  CHECK(run_ids(in_pages) == ids);
  CHECK(run_ids(exact) == ids);
}

// autopkgtest 5.5
TEST_CASE("re-scan: only what ended after the last one") {
  RescanScene scene;
  for (const auto* id : {"20260101_000000_aaaaa@", "20260102_000000_bbbbb@"})
    scene.put_run(kGreen + id);
  Rescan scan(scene.store, {.container = kContainer, .after = "20260101_000000"});

  CHECK(run_ids(scan) == Names{"20260102_000000_bbbbb@"});
  CHECK(scan.take_messages().empty());
}

// autopkgtest 3, 5.5
TEST_CASE("re-scan: what is damaged, missing or no run is passed over and told") {
  RescanScene scene;
  scene.put("noble/notes.txt", "of an operator");
  scene.put("elsewhere@/x", "");
  scene.put(kGreen + "20260101_000000_aaaaa@/log.gz", "log");
  scene.put(kGreen + "20260102_000000_bbbbb@/result.tar", "no archive");
  scene.put_run("noble/amd64/b/blue/20260103_000000_ccccc@");  // has a result of green
  scene.put_run(kGreen + "20260104_000000_ddddd@");
  Rescan scan(scene.store, {.container = kContainer});

  CHECK(run_ids(scan) == Names{"20260104_000000_ddddd@"});

  const auto messages = scan.take_messages();
  REQUIRE(messages.size() == 4);
  CHECK(messages[0].contains("is no directory of a run"));
  CHECK(messages[1].contains("blue/20260103_000000_ccccc@: result.tar is damaged: "));
  CHECK(messages[2].contains("20260101_000000_aaaaa@: result.tar is missing, ignoring"));
  CHECK(messages[3].contains("20260102_000000_bbbbb@: result.tar is damaged: "));
}

// autopkgtest 5.5
TEST_CASE("re-scan: a store that goes down loses nothing, the page is read again") {
  RescanScene scene;
  scene.put_run(kGreen + "20260101_000000_aaaaa@");
  Rescan scan(scene.store, {.container = kContainer});
  scene.store.be_down_at(2);

  const auto rows = scan.next();
  REQUIRE_FALSE(rows);
  CHECK(rows.error().kind == base::ErrorKind::unavailable);
  scene.store.be_down_at(0);

  CHECK(run_ids(scan) == Names{"20260101_000000_aaaaa@"});
}

// autopkgtest 2.7; testgrid 1.4
TEST_CASE("re-scan: the containers of results, without those of infrastructure") {
  RescanScene scene;
  for (const auto* name : {"autopkgtest-noble-infra", "autopkgtest-noble-jo-ppa", "db-backups",
                           "private-autopkgtest-noble-jo-ppa"})
    REQUIRE(scene.store.ensure_container(name, {}));

  CHECK(result_containers(scene.store).value() ==
        Names{"autopkgtest-noble", "autopkgtest-noble-jo-ppa", "private-autopkgtest-noble-jo-ppa"});
}

}  // namespace sluice::flow
