// covers: patient_get.cc
#include "results/fetch_database.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "codec/digest.h"
#include "support/memory_files.h"
#include "support/scripted_http.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using Words = std::vector<std::string>;

const std::string kUrl = "https://results.example/autopkgtest.db";
const std::string kDatabasePath = "state/autopkgtest.db";

struct DatabaseDesk {
  base::Result<Fetched> fetch() { return fetch_database(http, files, kUrl, kDatabasePath); }

  test::ScriptedHttp http;
  test::MemoryFileSystem files;
};

}  // namespace

// migration 4.6.2
TEST_CASE("fetching the database: verified, then put in place") {
  DatabaseDesk desk;
  desk.files.put(kDatabasePath, "old");
  desk.http.answer(kUrl + ".sha256", 200, codec::sha256_hex("new") + "  autopkgtest.db\n");
  desk.http.answer(kUrl, 200, "new");

  CHECK(desk.fetch().value() == Fetched::fresh);

  CHECK(desk.files.read(kDatabasePath).value() == "new");
  CHECK(desk.files.list("state").value() == Words{"autopkgtest.db"});
}

// migration 4.6.2
TEST_CASE("fetching the database: the one that we have is not fetched again") {
  DatabaseDesk desk;
  desk.files.put(kDatabasePath, "same");
  desk.http.answer(kUrl + ".sha256", 200, codec::sha256_hex("same"));

  CHECK(desk.fetch().value() == Fetched::unchanged);
  CHECK(desk.http.asked == Words{kUrl + ".sha256"});
}

// migration 4.6.2
TEST_CASE("fetching the database: with another digest the old one stays") {
  DatabaseDesk desk;
  desk.files.put(kDatabasePath, "old");
  desk.http.answer(kUrl + ".sha256", 200, codec::sha256_hex("new"));
  desk.http.answer(kUrl, 200, "new, but cut o");

  CHECK(desk.fetch().error().kind == ErrorKind::corrupt);
  CHECK(desk.files.read(kDatabasePath).value() == "old");
  CHECK(desk.files.list("state").value() == Words{"autopkgtest.db"});
}

TEST_CASE("fetching the database: servers that fail, full disks, digests that are none") {
  DatabaseDesk nothing;
  CHECK(nothing.fetch().error().kind == ErrorKind::not_found);

  DatabaseDesk refused;
  refused.http.fail(kUrl + ".sha256");
  CHECK(refused.fetch().error().kind == ErrorKind::unavailable);

  DatabaseDesk page;
  page.http.answer(kUrl + ".sha256", 200, "<html>");
  CHECK(page.fetch().error().kind == ErrorKind::corrupt);

  DatabaseDesk half;
  half.http.answer(kUrl + ".sha256", 200, codec::sha256_hex("new"));
  half.http.answer(kUrl, 500, "sorry");
  CHECK(half.fetch().error().kind == ErrorKind::unavailable);
  CHECK_FALSE(half.files.exists(kDatabasePath));

  DatabaseDesk full;
  full.http.answer(kUrl + ".sha256", 200, codec::sha256_hex("new"));
  full.http.answer(kUrl, 200, "new");
  full.files.fill_up_at(1);
  CHECK(full.fetch().error().what.contains("No space left"));
}

// migration 4.6.2
TEST_CASE("fetching the database: timeouts, 502 and 503 are tried five times, others once") {
  for (const int status : {sys::HttpResponse::kTimedOut, 502, 503}) {
    CAPTURE(status);
    DatabaseDesk busy;
    for (int i = 0; i < 4; ++i) busy.http.answer(kUrl + ".sha256", status);
    busy.http.answer(kUrl + ".sha256", 200, codec::sha256_hex("new"));
    for (int i = 0; i < 4; ++i) busy.http.answer(kUrl, status);
    busy.http.answer(kUrl, 200, "new");
    CHECK(busy.fetch().value() == Fetched::fresh);
    CHECK(busy.http.asked.size() == 10);

    DatabaseDesk down;
    down.http.answer(kUrl + ".sha256", status);
    CHECK(down.fetch().error().kind == ErrorKind::unavailable);
    CHECK(down.http.asked.size() == 5);
  }
  DatabaseDesk broken;
  broken.http.answer(kUrl + ".sha256", 500);
  CHECK_FALSE(broken.fetch());
  CHECK(broken.http.asked.size() == 1);
}

// migration 4.6.2
TEST_CASE("fetching the database: what a try left that came too slowly is not in the next") {
  // Sends a part, and then nothing: the time runs out.
  class Slow final : public test::GetOnlyHttp {
   public:
    base::Result<sys::HttpResponse> get(const sys::HttpRequest& request) override {
      if (!request.on_body) return sys::HttpResponse{200, codec::sha256_hex("all of it")};
      if (++tries == 3) {
        (void)request.on_body("all of it");
        return sys::HttpResponse{200, ""};
      }
      (void)request.on_body(std::string(std::size_t{9} << 20, 'x'));  // so much is written at once
      (void)request.on_body("and more");
      return sys::HttpResponse{sys::HttpResponse::kTimedOut, ""};
    }
    int tries = 0;
  };
  Slow http;
  test::MemoryFileSystem files;

  REQUIRE(fetch_database(http, files, kUrl, kDatabasePath));

  CHECK(http.tries == 3);
  CHECK(files.read(kDatabasePath).value() == "all of it");
}

// migration 4.6.2
TEST_CASE("fetching the database: a file is copied without a digest") {
  DatabaseDesk desk;
  desk.files.put("/srv/results.db", "new");

  REQUIRE(fetch_database(desk.http, desk.files, "file:///srv/results.db", kDatabasePath));

  CHECK(desk.files.read(kDatabasePath).value() == "new");
  CHECK(fetch_database(desk.http, desk.files, "file:///srv/none.db", kDatabasePath).error().kind ==
        ErrorKind::not_found);
  CHECK(desk.http.asked.empty());
}

}  // namespace sluice::results
