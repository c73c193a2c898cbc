#include "store/results_db_writer.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "adt/run_uuid.h"
#include "store/database.h"
#include "store/results_db.h"

namespace sluice::store {
namespace {

using Rows = std::vector<std::string>;

struct WriterPlace {
  WriterPlace() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  WriterPlace(const WriterPlace&) = delete;
  WriterPlace& operator=(const WriterPlace&) = delete;
  ~WriterPlace() { std::filesystem::remove_all(root); }

  ResultsDbWriter open() const { return ResultsDbWriter::open(root + "/writer.db").value(); }
  std::string copy(ResultsDbWriter& writer) const {
    const auto path = root + "/autopkgtest.db";
    std::filesystem::remove(path);
    REQUIRE(writer.copy_to(path));
    return path;
  }
  std::string root;
};

RunRow run(const std::string& run_id, adt::Outcome outcome = adt::Outcome::pass,
           std::int64_t exit_code = 0) {
  return {.place = {.container = "autopkgtest-noble", .directory = "noble/amd64/g/green/" + run_id},
          .release = "noble",
          .arch = "amd64",
          .package = "green",
          .run_id = run_id,
          .version = "2-1",
          .triggers = "green/2-1 blue/1",
          .env = "all-proposed=1",
          .requester = "jo",
          .exit_code = exit_code,
          .duration = std::chrono::seconds(61),
          .outcome = outcome};
}

// As a program of the peers reads: SQLite itself, no code of ours. Columns with "|" between.
Rows ask(const std::string& path, const std::string& sql, const Rows& words = {}) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  for (std::size_t i = 0; i < words.size(); ++i)
    sqlite3_bind_text(statement, static_cast<int>(i + 1), words[i].c_str(), -1, SQLITE_TRANSIENT);
  Rows rows;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::string row;
    for (int column = 0; column < sqlite3_column_count(statement); ++column) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      row += (column > 0 ? "|" : "") + std::string(text == nullptr ? "NULL" : text);
    }
    rows.push_back(row);
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return rows;
}

}  // namespace

// autopkgtest 4
TEST_CASE("results database: the peers' question finds what was entered") {
  const WriterPlace place;
  auto writer = place.open();
  const std::vector<RunRow> runs{run("20260101_000000_aaaaa@"),
                                 run("20260102_000000_bbbbb@", adt::Outcome::fail, 4)};

  CHECK(writer.add(runs).value() == 2);

  CHECK(ask(place.copy(writer),
            "SELECT exitcode, version, triggers, run_id FROM result"
            " LEFT JOIN test ON (result.test_id = test.id)"
            " WHERE release = ? AND arch = ? AND package = ? AND run_id > ? ORDER BY run_id",
            {"noble", "amd64", "green", "20260101_000000_aaaaa@"}) ==
        Rows{"4|2-1|green/2-1 blue/1|20260102_000000_bbbbb@"});
}

// autopkgtest 4, migration 4.6.2
TEST_CASE("results database: the gate's reader finds what was entered") {
  const WriterPlace place;
  auto writer = place.open();
  auto early = run("20260102_000000_bbbbb@", adt::Outcome::untestable_deps, 12);
  early.version = "unknown";
  REQUIRE(writer.add(std::vector{run("20260101_000000_aaaaa@"), early}));

  auto reader = ResultsDb::open(place.copy(writer), "noble").value();
  const auto news = reader.news_of("green", "amd64", "");

  REQUIRE(news);
  REQUIRE(news->size() == 2);
  CHECK(news->at(0).result.code == adt::ResultCode::pass);
  CHECK(news->at(1).result.version == "unknown");
}

// autopkgtest 4; decision 14
TEST_CASE("results database: columns are those of the peers") {
  const WriterPlace place;
  auto writer = place.open();
  const auto path = place.copy(writer);
  const auto columns = [&](const std::string& table) {
    return ask(path, "SELECT group_concat(name, ' ') FROM pragma_table_info('" + table + "')");
  };

  CHECK(columns("test") == Rows{"id release arch package"});
  CHECK(columns("result") ==
        Rows{"test_id run_id version triggers duration exitcode requester env uuid"});
  CHECK(columns("current_version") == Rows{"release pocket component package version"});
  CHECK(columns("url_last_checked") == Rows{"url timestamp"});
}

// testgrid 1.4; decision 14
TEST_CASE("results database: no attempt that infrastructure ended, and no other container") {
  const WriterPlace place;
  auto writer = place.open();
  auto ppa = run("20260103_000000_ccccc@");
  ppa.place.container = "autopkgtest-noble-jo-ppa";
  auto infra = run("20260104_000000_ddddd@", adt::Outcome::fail, 4);
  infra.place.container = "autopkgtest-noble-infra";
  auto nobody = run("20260105_000000_fffff@");  // autopkgtest 1.3: without triggers
  nobody.triggers.clear();
  const std::vector<RunRow> runs{run("20260101_000000_aaaaa@", adt::Outcome::infra_mirror_skew, 16),
                                 run("20260102_000000_bbbbb@", adt::Outcome::cancelled, 99), ppa,
                                 infra, nobody};

  CHECK(writer.add(runs).value() == 0);

  CHECK(ask(place.copy(writer), "SELECT * FROM result").empty());
  CHECK(is_published(run("20260105_000000_eeeee@", adt::Outcome::untestable_build, 12)));
}

// autopkgtest 4
TEST_CASE("results database: a run is entered once, and what is absent is NULL") {
  const WriterPlace place;
  auto first = run("20260101_000000_aaaaa@");
  first.env = first.requester = "";
  {
    auto writer = place.open();
    CHECK(writer.add(std::vector{first, first}).value() == 1);
  }
  auto writer = place.open();

  CHECK(writer.add(std::vector{run("20260101_000000_aaaaa@", adt::Outcome::fail, 4)}).value() == 0);

  CHECK(ask(place.copy(writer), "SELECT duration, exitcode, requester, env, uuid FROM result") ==
        Rows{"61|0|NULL|NULL|" + adt::run_uuid(first.place)});
}

// autopkgtest 1.6, 4
TEST_CASE("results database: a run has the uuid of its submitter, and no two have the same") {
  const WriterPlace place;
  auto named = run("20260101_000000_aaaaa@");
  named.uuid = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
  auto retried = run("20260102_000000_bbbbb@");
  retried.uuid = named.uuid;
  auto writer = place.open();

  CHECK(writer.add(std::vector{named, retried}).value() == 2);

  CHECK(ask(place.copy(writer), "SELECT run_id, uuid FROM result ORDER BY run_id") ==
        Rows{"20260101_000000_aaaaa@|" + named.uuid,
             "20260102_000000_bbbbb@|" + adt::run_uuid(retried.place)});
}

// autopkgtest 4
TEST_CASE("results database: a uuid that a stranger took before its run leaves no run out") {
  const WriterPlace place;
  const auto honest = run("20260102_000000_bbbbb@");
  auto stranger = run("20260101_000000_aaaaa@");
  stranger.uuid = adt::run_uuid(honest.place);
  auto writer = place.open();

  CHECK(writer.add(std::vector{stranger, honest}).value() == 2);

  CHECK(ask(place.copy(writer), "SELECT count(*), count(uuid) FROM result") == Rows{"2|1"});
}

// autopkgtest 4
TEST_CASE("results database: entered again, and in a database made anew, a run keeps its uuid") {
  const WriterPlace place;
  auto named = run("20260101_000000_aaaaa@");
  named.uuid = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
  const std::vector<RunRow> runs{named, run("20260102_000000_bbbbb@")};
  constexpr auto kUuids = "SELECT run_id, uuid FROM result ORDER BY run_id";
  auto writer = place.open();
  REQUIRE(writer.add(runs));
  const auto before = ask(place.copy(writer), kUuids);

  SUBCASE("entered again") { CHECK(writer.add(runs).value() == 0); }
  SUBCASE("with another name") {
    auto renamed = runs;
    for (auto& each : renamed) each.uuid = "2b4e28ba-2fa1-41d2-883f-0016d3cca427";
    CHECK(writer.add(renamed).value() == 0);
  }
  SUBCASE("made anew") {
    writer = ResultsDbWriter::open(place.root + "/anew.db").value();
    CHECK(writer.add(runs).value() == 2);
  }

  CHECK(ask(place.copy(writer), kUuids) == before);
}

// autopkgtest 4
TEST_CASE("results database: runs of a file that had no uuids get them when it is filled again") {
  const WriterPlace place;
  const auto old = run("20260101_000000_aaaaa@");
  {
    auto writer = place.open();
    REQUIRE(writer.add(std::vector{old}, 7));
    auto file = Database::open_read_write(place.root + "/writer.db").value();
    REQUIRE(file.execute("UPDATE result SET uuid = NULL"));
  }

  auto writer = place.open();
  CHECK(writer.cursor().value() == 0);
  CHECK(writer.add(std::vector{old}, 7).value() == 1);

  CHECK(ask(place.copy(writer), "SELECT uuid FROM result") == Rows{adt::run_uuid(old.place)});
  CHECK(place.open().cursor().value() == 7);
}

// autopkgtest 4
TEST_CASE("results database: current versions are replaced as a whole") {
  const WriterPlace place;
  auto writer = place.open();
  const std::vector<CurrentVersion> old{{"noble", "release", "main", "gone", "1"}};
  const std::vector<CurrentVersion> fresh{{"noble", "release", "main", "green", "1"},
                                          {"noble", "updates", "main", "green", "2"}};
  const std::vector<CheckedUrl> urls{{"http://archive.example/Sources.gz", 7}};

  REQUIRE(writer.set_current_versions(old, {}));
  REQUIRE(writer.set_current_versions(fresh, urls));

  const auto path = place.copy(writer);
  CHECK(ask(path, "SELECT * FROM current_version") == Rows{"noble|updates|main|green|2"});
  CHECK(ask(path, "SELECT * FROM url_last_checked") == Rows{"http://archive.example/Sources.gz|7"});
}

// autopkgtest 4
TEST_CASE("results database: the copy is one file that needs no log") {
  const WriterPlace place;
  auto writer = place.open();
  REQUIRE(writer.add(std::vector{run("20260101_000000_aaaaa@")}));

  const auto path = place.copy(writer);

  std::ifstream file(path, std::ios::binary);
  std::string head(20, '\0');
  file.read(head.data(), 20);
  CHECK(head[18] == 1);  // of the file format: 2 is a log beside it
  CHECK(writer.copy_to(path).error().text().contains(path));  // there is such a file
}

}  // namespace sluice::store
