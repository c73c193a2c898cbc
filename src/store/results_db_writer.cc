#include "store/results_db_writer.h"

#include <optional>

#include "adt/run_uuid.h"

namespace sluice::store {
namespace {

using base::Result;

// As the peers declare them, with text instead of their lengths, which SQLite does not look at.
constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS test ("
    " id INTEGER PRIMARY KEY, release TEXT, arch TEXT, package TEXT,"
    " UNIQUE (package, release, arch));"
    "CREATE TABLE IF NOT EXISTS result ("
    " test_id INTEGER, run_id TEXT, version TEXT, triggers TEXT, duration INTEGER,"
    " exitcode INTEGER, requester TEXT, env TEXT, uuid TEXT,"
    " PRIMARY KEY (test_id, run_id), FOREIGN KEY (test_id) REFERENCES test (id));"
    "CREATE INDEX IF NOT EXISTS result_run_ix ON result (run_id DESC);"
    "CREATE INDEX IF NOT EXISTS result_requester_ix ON result (requester);"
    "CREATE INDEX IF NOT EXISTS result_test_ix ON result (test_id);"
    "CREATE UNIQUE INDEX IF NOT EXISTS result_uuid_ix ON result (uuid);"
    "CREATE TABLE IF NOT EXISTS current_version ("
    " release TEXT, pocket TEXT, component TEXT, package TEXT, version TEXT,"
    " PRIMARY KEY (release, package));"
    "CREATE TABLE IF NOT EXISTS url_last_checked (url TEXT PRIMARY KEY, timestamp INTEGER);";

constexpr std::string_view kAddTest =
    "INSERT OR IGNORE INTO test (release, arch, package) VALUES (?, ?, ?)";
// A name is one run's. Of several runs of a request, or of strangers who took the same, the first
// has it and the others get one of their own; no run is left out for its name.
constexpr std::string_view kAddResult =
    "INSERT INTO result"
    " (test_id, run_id, version, triggers, duration, exitcode, requester, env, uuid)"
    " SELECT id, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
    " CASE WHEN ?11 <> '' AND NOT EXISTS (SELECT 1 FROM result WHERE uuid = ?11) THEN ?11"
    " WHEN NOT EXISTS (SELECT 1 FROM result WHERE uuid = ?12) THEN ?12 END FROM test"
    " WHERE release = ?1 AND arch = ?2 AND package = ?3"
    " ON CONFLICT (test_id, run_id) DO UPDATE SET uuid = excluded.uuid WHERE result.uuid IS NULL";
constexpr std::string_view kNameless = "SELECT 1 FROM result WHERE uuid IS NULL LIMIT 1";
constexpr const char* kForgetVersions = "DELETE FROM current_version; DELETE FROM url_last_checked";
constexpr std::string_view kAddVersion =
    "INSERT OR REPLACE INTO current_version (release, pocket, component, package, version)"
    " VALUES (?, ?, ?, ?, ?)";
constexpr std::string_view kAddUrl =
    "INSERT OR REPLACE INTO url_last_checked (url, timestamp) VALUES (?, ?)";
constexpr std::string_view kCopy = "VACUUM INTO ?";

// Absent texts are NULL, as the peers write them.
void bind_optional(Statement& statement, int parameter, const std::string& text) {
  if (text.empty())
    statement.bind(parameter, std::nullopt);
  else
    statement.bind(parameter, text);
}

Result<void> run(Statement& statement) {
  const auto done = statement.step();
  statement.reset();
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<void> add_test(Statement& test, const RunRow& row) {
  test.bind(1, row.release);
  test.bind(2, row.arch);
  test.bind(3, row.package);
  return run(test);
}

Result<void> add_result(Statement& result, const RunRow& row) {
  result.bind(1, row.release);
  result.bind(2, row.arch);
  result.bind(3, row.package);
  result.bind(4, row.run_id);
  result.bind(5, row.version);
  result.bind(6, row.triggers);
  result.bind(7, std::int64_t{row.duration.count()});
  result.bind(8, row.exit_code);
  bind_optional(result, 9, row.requester);
  bind_optional(result, 10, row.env);
  result.bind(11, row.uuid);
  result.bind(12, adt::run_uuid(row.place));
  return run(result);
}

}  // namespace

bool is_published(const RunRow& run) {
  const auto kind = adt::class_of(run.outcome);
  const bool counts = kind == adt::OutcomeClass::ran || kind == adt::OutcomeClass::untestable;
  // Source: autopkgtest 1.3, the peers' rules of the writer.
  return counts && !run.triggers.empty() && run.place.container == "autopkgtest-" + run.release;
}

Result<ResultsDbWriter> ResultsDbWriter::open(const std::string& path) {
  auto database = Database::open_read_write(path);
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto made = database->execute(kTables); !made)
    return base::fail_with(std::move(made.error()), path);
  ResultsDbWriter writer(std::move(*database));
  if (auto known = writer.forget_cursor_without_names(); !known)
    return base::fail_with(std::move(known.error()), path);
  return writer;
}

template <class Change>
auto ResultsDbWriter::all_or_nothing(Change change) -> decltype(change()) {
  if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun)
    return std::unexpected(std::move(begun.error()));
  auto changed = change();
  auto ended = changed ? database_.execute("COMMIT") : Result<void>{};
  if (changed && ended) return changed;
  // The failure may have ended the transaction already; then this fails, and nothing is lost.
  (void)database_.execute("ROLLBACK");
  return changed ? std::unexpected(std::move(ended.error()))
                 : std::unexpected(std::move(changed.error()));
}

Result<std::size_t> ResultsDbWriter::add(std::span<const RunRow> runs, std::int64_t cursor) {
  auto test = database_.prepare(kAddTest);
  if (!test) return std::unexpected(std::move(test.error()));
  auto result = database_.prepare(kAddResult);
  if (!result) return std::unexpected(std::move(result.error()));
  return all_or_nothing([&]() -> Result<std::size_t> {
    std::size_t added = 0;
    for (const auto& row : runs) {
      if (!is_published(row)) continue;
      if (auto known = add_test(*test, row); !known) return std::unexpected(known.error());
      if (auto entered = add_result(*result, row); !entered)
        return std::unexpected(entered.error());
      added += static_cast<std::size_t>(database_.changes());
    }
    // The number that SQLite keeps for applications: no table that the peers do not have.
    const auto note = "PRAGMA user_version = " + std::to_string(cursor);
    if (auto noted = database_.execute(note); !noted) return std::unexpected(noted.error());
    return added;
  });
}

Result<void> ResultsDbWriter::forget_cursor_without_names() {
  auto nameless = database_.prepare(kNameless);
  if (!nameless) return std::unexpected(std::move(nameless.error()));
  const auto row = nameless->step();
  nameless->reset();
  if (!row) return std::unexpected(row.error());
  if (!*row) return {};
  return database_.execute("PRAGMA user_version = 0");
}

Result<std::int64_t> ResultsDbWriter::cursor() {
  auto ask = database_.prepare("PRAGMA user_version");
  if (!ask) return std::unexpected(std::move(ask.error()));
  const auto row = ask->step();
  if (!row) return std::unexpected(row.error());
  return ask->number(0).value_or(0);
}

Result<void> ResultsDbWriter::set_current_versions(std::span<const CurrentVersion> versions,
                                                   std::span<const CheckedUrl> urls) {
  auto add_version = database_.prepare(kAddVersion);
  if (!add_version) return std::unexpected(std::move(add_version.error()));
  auto add_url = database_.prepare(kAddUrl);
  if (!add_url) return std::unexpected(std::move(add_url.error()));
  return all_or_nothing([&]() -> Result<void> {
    if (auto forgotten = database_.execute(kForgetVersions); !forgotten) return forgotten;
    for (const auto& [release, pocket, component, package, version] : versions) {
      int parameter = 0;
      for (const auto* text : {&release, &pocket, &component, &package, &version})
        add_version->bind(++parameter, *text);
      if (auto added = run(*add_version); !added) return added;
    }
    for (const auto& [url, timestamp] : urls) {
      add_url->bind(1, url);
      add_url->bind(2, timestamp);
      if (auto added = run(*add_url); !added) return added;
    }
    return {};
  });
}

Result<void> ResultsDbWriter::copy_to(const std::string& path) {
  auto copy = database_.prepare(kCopy);
  if (!copy) return std::unexpected(std::move(copy.error()));
  copy->bind(1, path);
  return base::with_context(run(*copy), path);
}

}  // namespace sluice::store
