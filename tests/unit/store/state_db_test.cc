#include "store/state_db.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace sluice::store {
namespace {

// The tables as the sixth schema has them.
void without_uuids(StateDb& db) { REQUIRE(db.use("ALTER TABLE run DROP COLUMN uuid").run()); }

// The tables as the fourth schema has them.
void without_suspicions(StateDb& db) {
  without_uuids(db);
  for (const std::string_view drop :
       {"ALTER TABLE attempt DROP COLUMN run_again", "ALTER TABLE attempt DROP COLUMN suspicion",
        "ALTER TABLE job DROP COLUMN suspect_reruns", "ALTER TABLE run DROP COLUMN suspicion"})
    REQUIRE(db.use(drop).run());
}

}  // namespace

TEST_CASE("state: opened twice the schema is there once") {
  auto db = StateDb::open(":memory:");
  REQUIRE(db);
  auto version = db->use("PRAGMA user_version");
  REQUIRE(version.step().value());
  CHECK(version.number(0) == 7);
}

TEST_CASE("state: a file of the first schema gets what the second has") {
  const auto path = std::filesystem::temp_directory_path() / "sluice-state-db-test.db";
  std::filesystem::remove(path);
  {
    auto db = *StateDb::open(path);
    without_suspicions(db);
    REQUIRE(db.use("DROP INDEX run_entered").run());
    REQUIRE(db.use("ALTER TABLE run DROP COLUMN entered").run());
    REQUIRE(db.use("DROP TABLE cursor").run());
    REQUIRE(db.use("PRAGMA user_version = 1").run());
  }
  auto db = StateDb::open(path);
  REQUIRE(db);
  CHECK(db->use("INSERT INTO cursor VALUES ('x', 1)").run());
  std::filesystem::remove(path);
}

TEST_CASE("state: runs of the second schema are numbered in the order in which they were seen") {
  const auto path = std::filesystem::temp_directory_path() / "sluice-state-db-order-test.db";
  std::filesystem::remove(path);
  {
    auto db = *StateDb::open(path);
    without_suspicions(db);
    REQUIRE(db.use("DROP INDEX run_entered").run());
    REQUIRE(db.use("ALTER TABLE run DROP COLUMN entered").run());
    REQUIRE(db.use("INSERT INTO run VALUES ('c', 'late', 'n', 'a', 'p', '1', '', '', '', '', 0, 0, "
                   "'PASS', 0, 20), ('c', 'early', 'n', 'a', 'p', '2', '', '', '', '', 0, 0, "
                   "'PASS', 0, 10)")
                .run());
    REQUIRE(db.use("PRAGMA user_version = 2").run());
  }
  auto db = *StateDb::open(path);
  auto names = db.use("SELECT group_concat(directory) FROM (SELECT * FROM run ORDER BY entered)");
  REQUIRE(names.step().value());
  CHECK(names.text(0) == "early,late");
  std::filesystem::remove(path);
}

// testgrid 1.7
TEST_CASE("state: pauses of the fifth schema are kept, and may drain in the sixth") {
  const auto path = std::filesystem::temp_directory_path() / "sluice-state-db-drain-test.db";
  std::filesystem::remove(path);
  {
    auto db = *StateDb::open(path);
    without_uuids(db);
    REQUIRE(db.use("DROP TABLE pause").run());
    REQUIRE(db.use("CREATE TABLE pause (id INTEGER PRIMARY KEY, scope TEXT NOT NULL, mode TEXT NOT "
                   "NULL CHECK (mode IN ('soft', 'hard')), origin TEXT NOT NULL, reason TEXT NOT "
                   "NULL, created_by TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, lifted "
                   "INTEGER) STRICT")
                .run());
    REQUIRE(db.use("INSERT INTO pause VALUES (7, 'grid', 'hard', 'admin', 'r', 'j', 1, 2, NULL)")
                .run());
    REQUIRE(db.use("PRAGMA user_version = 5").run());
  }
  auto db = *StateDb::open(path);
  auto kept = db.use("SELECT id || scope || mode || origin || since || until FROM pause");
  REQUIRE(kept.step().value());
  CHECK(kept.text(0) == "7gridhardadmin12");
  CHECK(db.use("INSERT INTO pause VALUES (8, 'grid', 'drain', 'a', 'r', 'j', 1, 2, NULL)").run());
  CHECK_FALSE(db.use("INSERT INTO pause VALUES (9, 'grid', 'x', 'a', 'r', 'j', 1, 2, NULL)").run());
  std::filesystem::remove(path);
}

// autopkgtest 1.6, 4
TEST_CASE("state: runs of the sixth schema are called what their requests were") {
  const auto path = std::filesystem::temp_directory_path() / "sluice-state-db-uuid-test.db";
  std::filesystem::remove(path);
  {
    auto db = *StateDb::open(path);
    without_uuids(db);
    REQUIRE(db.use("INSERT INTO job VALUES (7, 'k', '', 'n', 'a', 'p', '', '{\"uuid\": \"0-1\"}',"
                   " 'manual', '', 0, 600, 'done', 1, 1, 0, '', 0, NULL, NULL, '', 'PASS', '', 0,"
                   " 0), (8, 'l', '', 'n', 'a', 'p', '', '{}', 'manual', '', 0, 600, 'done', 1, 1,"
                   " 0, '', 0, NULL, NULL, '', 'PASS', '', 0, 0)")
                .run());
    constexpr std::string_view kAdd =
        "INSERT INTO run VALUES ('c', ?1, 'n', 'a', 'p', '1', '', '', '', '', 0, 0, 'PASS', ?2, 20,"
        " ?2 + 1, '')";
    REQUIRE(db.use(kAdd).with("named", std::int64_t{7}).run());
    REQUIRE(db.use(kAdd).with("nameless", std::int64_t{8}).run());
    REQUIRE(db.use(kAdd).with("stranger", std::int64_t{0}).run());
    REQUIRE(db.use("PRAGMA user_version = 6").run());
  }
  auto db = *StateDb::open(path);
  auto names = db.use("SELECT group_concat(uuid, '/') FROM (SELECT * FROM run ORDER BY directory)");
  REQUIRE(names.step().value());
  CHECK(names.text(0) == "0-1//");  // named, nameless, stranger
  std::filesystem::remove(path);
}

// ADR 29
TEST_CASE("state: the tables that the fourth schema makes anew keep their rows and their rules") {
  const auto path = std::filesystem::temp_directory_path() / "sluice-state-db-tables-test.db";
  std::filesystem::remove(path);
  {
    auto db = *StateDb::open(path);
    without_suspicions(db);
    REQUIRE(
        db.use("INSERT INTO job VALUES (7, 'k', '', 'n', 'a', 'p', '', '{}', 'manual', '', 0, 600,"
               " 'held', 1, 1, 0, '', 0, NULL, 5, '', NULL, '', 0)")
            .run());
    REQUIRE(db.use("INSERT INTO hold VALUES (7, 'poison', '', 0, NULL, 'why')").run());
    REQUIRE(db.use("INSERT INTO attempt (job, epoch, worker, began) VALUES (7, 1, 'w', 3)").run());
    REQUIRE(db.use("PRAGMA user_version = 3").run());
  }
  auto db = *StateDb::open(path);
  auto row = db.use(
      "SELECT key, hold_deadline, began, text FROM job JOIN attempt ON attempt.job = id"
      " JOIN hold ON hold.job = id WHERE id = 7");
  REQUIRE(row.step().value());
  CHECK(row.text(0) == "k");
  CHECK(row.number(1) == 5);
  CHECK(row.number(2) == 3);
  CHECK(row.text(3) == "why");
  CHECK_FALSE(db.use("INSERT INTO hold VALUES (8, 'poison', '', 0, NULL, 'no such job')").run());
  CHECK_FALSE(db.use("INSERT INTO job SELECT 8, key, context, release, arch, package, '', '{}',"
                     " class, '', 0, 0, state, 1, 1, 0, '', 0, NULL, NULL, '', NULL, '', 0, 0 FROM"
                     " job")
                  .run());
  std::filesystem::remove(path);
}

// ADR 36
TEST_CASE("state: what the fourth schema has was never suspect") {
  const auto path = std::filesystem::temp_directory_path() / "sluice-state-db-suspicion-test.db";
  std::filesystem::remove(path);
  {
    auto db = *StateDb::open(path);
    without_suspicions(db);
    REQUIRE(
        db.use("INSERT INTO job VALUES (7, 'k', '', 'n', 'a', 'p', '', '{}', 'manual', '', 0, 600,"
               " 'done', 1, 1, 0, '', 0, NULL, NULL, '', 'FAIL', '', 0)")
            .run());
    REQUIRE(db.use("INSERT INTO attempt VALUES (7, 1, 'w', 0, 1, 'FAIL', '', '', 4, '', 0, 'c',"
                   " 'd', 'e')")
                .run());
    REQUIRE(db.use("PRAGMA user_version = 4").run());
  }
  auto db = *StateDb::open(path);
  auto row = db.use(
      "SELECT suspect_reruns, suspicion, run_again FROM job JOIN attempt ON attempt.job = id");
  REQUIRE(row.step().value());
  CHECK(row.number(0) == 0);
  CHECK(row.text(1).empty());
  CHECK(row.number(2) == 0);
  std::filesystem::remove(path);
}

// ADR 29
TEST_CASE("state: no rule of a table that a storm writes has a list") {
  auto db = *StateDb::open(":memory:");
  auto lists = db.use(
      "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '% IN (%'"
      " AND tbl_name IN ('job', 'attempt', 'hold', 'event', 'run')");
  REQUIRE(lists.step().value());
  CHECK(lists.number(0) == 0);
}

TEST_CASE("state: all of a transaction or nothing") {
  auto db = *StateDb::open(":memory:");
  constexpr std::string_view kAdd =
      "INSERT INTO outbox (kind, key, payload, made, tries, next, error)"
      " VALUES ('mail', ?, '', 0, 0, 0, '')";
  const auto add = [&](std::string digest) { return db.use(kAdd).with(digest).run(); };
  CHECK_FALSE(db.in_transaction([&]() -> base::Result<void> {
    REQUIRE(add("a"));
    return base::fail(base::ErrorKind::conflict, "changed my mind");
  }));
  REQUIRE(db.in_transaction([&] { return add("b"); }));
  const auto twice = db.in_transaction([&] { return add("b"); });
  REQUIRE_FALSE(twice);
  CHECK(twice.error().kind == base::ErrorKind::conflict);
  auto names = db.use("SELECT group_concat(key) FROM outbox");
  REQUIRE(names.step().value());
  CHECK(names.text(0) == "b");
}

// testgrid 0
TEST_CASE("state: the schema itself refuses a verdict of what did not run") {
  auto db = *StateDb::open(":memory:");
  const auto refused = [&](std::string_view sql) { return !db.use(sql).run().has_value(); };
  CHECK(
      refused("INSERT INTO job VALUES (1, 'k', '', 'n', 'a', 'p', '', '{}', 'manual', '', 0, 600,"
              " 'done', 1, 1, 0, '', 0, NULL, NULL, '', 'INFRA.BOOT', '', 0, 0)"));
  CHECK(
      refused("INSERT INTO job VALUES (1, 'k', '', 'n', 'a', 'p', '', '{}', 'manual', '', 0, 600,"
              " 'done', 1, 1, 0, '', 0, NULL, NULL, '', NULL, '', 0, 0)"));
  CHECK(
      refused("INSERT INTO job VALUES (1, 'k', '', 'n', 'a', 'p', '', '{}', 'manual', '', 0, 600,"
              " 'lost', 1, 1, 0, '', 0, NULL, NULL, '', NULL, '', 0, 0)"));
  REQUIRE(
      db.use("INSERT INTO job VALUES (1, 'k', '', 'n', 'a', 'p', '', '{}', 'manual', '', 0, 600,"
             " 'done', 1, 1, 0, '', 0, NULL, NULL, '', 'FAIL', '', 0, 0)")
          .run());
  CHECK(
      refused("INSERT INTO attempt VALUES (1, 1, 'w', 0, 1, 'FAIL', '', '', 4, '', 0, 'c', '',"
              " '', '', 0)"));
}

// architecture 9
TEST_CASE("state: what is done in vain leaves nothing, also in a transaction that is open") {
  auto db = *StateDb::open(":memory:");
  const auto add = [&] { (void)db.use("INSERT INTO cursor VALUES ('a', 1)").run(); };
  const auto count = [&] {
    auto rows = db.use("SELECT count(*) FROM cursor");
    REQUIRE(rows.step());
    return rows.number(0);
  };
  db.in_vain(add);
  CHECK(count() == 0);
  REQUIRE(db.use("BEGIN").run());
  CHECK(db.is_in_transaction());
  db.in_vain(add);
  CHECK_FALSE(db.is_in_transaction());
  CHECK(count() == 0);
}

}  // namespace sluice::store
