#include "flow/publish_results_db.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "codec/digest.h"
#include "results/fetch_database.h"
#include "store/results_db.h"
#include "support/scripted_http.h"
#include "support/temporary_directory.h"

namespace sluice::flow {
namespace {

struct Place : test::TemporaryDirectory {
  std::unique_ptr<sys::FileSystem> files = sys::posix_file_system();
};

std::vector<store::RunRow> one_run() {
  return {{.place = {.container = "autopkgtest-noble", .directory = ""},
           .release = "noble",
           .arch = "amd64",
           .package = "green",
           .run_id = "20260101_000000_aaaaa@",
           .version = "2",
           .triggers = "green/2",
           .env = "",
           .requester = ""}};
}

}  // namespace

// autopkgtest 4
TEST_CASE("results database: published with its digest, and again only when it changed") {
  const Place place;
  auto db = store::ResultsDbWriter::open(place.root + "/writer.db").value();
  const auto path = place.root + "/autopkgtest.db";

  CHECK(publish_results_db(*place.files, db, path).value() == PublishedDb::fresh);
  CHECK(publish_results_db(*place.files, db, path).value() == PublishedDb::unchanged);
  REQUIRE(db.add(one_run()));
  CHECK(publish_results_db(*place.files, db, path).value() == PublishedDb::fresh);

  CHECK(place.files->read(path + ".sha256").value() ==
        codec::sha256_hex(place.files->read(path).value()) + "  autopkgtest.db\n");
  CHECK_FALSE(place.files->exists(path + ".new"));
}

// autopkgtest 4, migration 4.6.2
TEST_CASE("results database: what was published is fetched and read by the gate") {
  const Place place;
  auto db = store::ResultsDbWriter::open(place.root + "/writer.db").value();
  const auto path = place.root + "/autopkgtest.db";
  place.files->append(path + ".new", "left by a crash").value();
  REQUIRE(db.add(one_run()));
  REQUIRE(publish_results_db(*place.files, db, path));
  test::ScriptedHttp http;
  const std::string url = "http://results.example/autopkgtest.db";
  http.answer(url, 200, place.files->read(path).value());
  http.answer(url + ".sha256", 200, place.files->read(path + ".sha256").value());

  REQUIRE(results::fetch_database(http, *place.files, url, place.root + "/here.db"));

  auto reader = store::ResultsDb::open(place.root + "/here.db", "noble").value();
  CHECK(reader.news_of("green", "amd64", "")->size() == 1);
}

TEST_CASE("results database: without a directory nothing is published") {
  const Place place;
  auto db = store::ResultsDbWriter::open(place.root + "/writer.db").value();

  CHECK_FALSE(publish_results_db(*place.files, db, place.root + "/none/autopkgtest.db"));
}

}  // namespace sluice::flow
