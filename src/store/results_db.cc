#include "store/results_db.h"

#include <fmt/format.h>

#include "adt/evidence.h"
#include "adt/names.h"
#include "adt/run.h"
#include "base/text.h"

namespace sluice::store {
namespace {

constexpr std::string_view kTests = "SELECT id, package, arch FROM test WHERE release = ?";
constexpr std::string_view kRuns =
    "SELECT run_id, version, triggers, exitcode FROM result"
    " WHERE test_id = ? AND run_id > ? ORDER BY run_id";

}  // namespace

ResultsDb::ResultsDb(Database database, Statement runs, Tests tests)
    : database_(std::move(database)), runs_(std::move(runs)), tests_(std::move(tests)) {}

base::Result<ResultsDb> ResultsDb::open(const std::string& path, std::string_view series) {
  auto database = Database::open_read_only(path);
  if (!database) return std::unexpected(std::move(database.error()));
  auto runs = database->prepare(kRuns);
  if (!runs) return base::fail_with(std::move(runs.error()), path);
  auto rows = database->prepare(kTests);
  if (!rows) return base::fail_with(std::move(rows.error()), path);
  rows->bind(1, series);
  Tests tests;
  for (;;) {
    const auto row = rows->step();
    if (!row) return base::fail_with(row.error(), path);
    if (!*row) break;
    const auto id = rows->number(0);
    const auto source = rows->text(1), arch = rows->text(2);
    if (id && source && arch) tests.emplace(std::pair(*source, *arch), *id);
  }
  return ResultsDb(std::move(*database), std::move(*runs), std::move(tests));
}

ResultsDb::Then ResultsDb::read_row(std::string_view source, std::string_view arch,
                                    std::vector<adt::TestNews>& news) {
  const auto run = runs_.text(0).value_or("");
  auto version = runs_.text(1).value_or("");
  // As text: SQLite would make a 0, a success, of a word.
  const auto exit_code = base::parse_int(runs_.text(3).value_or(""));
  const auto tell = [&](std::string_view why) {
    messages_.push_back(
        fmt::format("result {} of {} on {} {}, ignoring", adt::quoted(run), source, arch, why));
  };
  if (version.empty() && exit_code && adt::may_lack_version(*exit_code)) version = "unknown";
  if (version.empty()) {
    tell("is damaged");
    return Then::stop;
  }
  // The peer would end here, or keep nonsense. No later run is worse for such a row, which is there
  // for ever.
  const auto seen = adt::seen_of_run(run);
  if (!exit_code || !seen || !adt::check_version(version)) {
    tell("is damaged");
    return Then::go_on;
  }
  auto triggers = adt::sound_triggers(adt::triggers_of(runs_.text(2).value_or("")));
  if (triggers.empty())
    tell("has no triggers");
  else
    news.push_back({std::move(triggers),
                    std::string(source),
                    std::string(arch),
                    {adt::code_of_exit(*exit_code), version, run, *seen}});
  return Then::go_on;
}

base::Result<std::vector<adt::TestNews>> ResultsDb::news_of(std::string_view source,
                                                            std::string_view arch,
                                                            std::string_view latest_run) {
  std::vector<adt::TestNews> news;
  const auto test = tests_.find({std::string(source), std::string(arch)});
  if (test == tests_.end()) return news;
  runs_.bind(1, test->second);
  runs_.bind(2, latest_run);
  for (;;) {
    const auto row = runs_.step();
    if (!row) return std::unexpected(row.error());
    if (!*row || read_row(source, arch, news) == Then::stop) return news;
  }
}

}  // namespace sluice::store
