#include "flow/results_feed.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "flow/commit.h"
#include "store/run_rows.h"

namespace sluice::flow {
namespace {

constexpr std::size_t kFeedPage = 1'000;

using Runs = std::vector<store::EnteredRun>;

// What came after that number. Waits for the commit: what the keeper reads may be of a transaction
// that comes to nothing. A state that was made anew counts anew.
base::Result<Runs> runs_after(Keeper& keeper, std::int64_t cursor) {
  return ask_keeper<Runs>(keeper, [&](JobDesk& desk, base::Instant) -> base::Result<Runs> {
    const auto last = store::last_entered(desk.db());
    if (!last) return std::unexpected(last.error());
    return store::runs_entered_after(desk.db(), *last < cursor ? 0 : cursor, kFeedPage);
  });
}

}  // namespace

// Their list stands beside the database, which may have no table that the peers do not have.
base::Result<void> match_releases(const std::string& directory,
                                  const std::set<std::string>& releases, sys::FileSystem& files) {
  const auto path = directory + "/results.releases";
  const auto wanted = base::join(std::vector<std::string>(releases.begin(), releases.end()), " ");
  const auto before = files.read(path);
  if (before && *before == wanted) return {};
  if (!before && before.error().kind != base::ErrorKind::not_found)
    return std::unexpected(before.error());
  for (const auto* name : {"/results.db", "/results.db-wal", "/results.db-shm"}) {
    const auto removed = files.remove(directory + name);
    if (!removed && removed.error().kind != base::ErrorKind::not_found) return removed;
  }
  return files.replace(path, wanted);
}

base::Result<ResultsFeed> ResultsFeed::open(const std::string& directory,
                                            std::set<std::string> releases) {
  auto db = store::ResultsDbWriter::open(directory + "/results.db");
  if (!db) return std::unexpected(db.error());
  return ResultsFeed(std::move(*db), directory + "/public/autopkgtest.db", std::move(releases));
}

base::Result<PublishedDb> ResultsFeed::turn(Keeper& keeper, sys::FileSystem& files) {
  auto cursor = db_.cursor();
  if (!cursor) return std::unexpected(cursor.error());
  while (true) {
    const auto page = runs_after(keeper, *cursor);
    if (!page) return std::unexpected(page.error());
    if (page->empty()) break;
    std::vector<store::RunRow> runs;
    for (const auto& [entered, run] : *page)
      if (releases_.empty() || releases_.contains(run.release)) runs.push_back(run);
    cursor = page->back().entered;
    const auto added = db_.add(runs, *cursor);
    if (!added) return std::unexpected(added.error());
    is_changed_ = is_changed_ || *added > 0;
  }
  if (!is_changed_ && files.exists(path_)) return PublishedDb::unchanged;
  const auto directory = path_.substr(0, path_.rfind('/'));
  if (auto made = files.create_directories(directory); !made) return std::unexpected(made.error());
  auto published = publish_results_db(files, db_, path_);
  if (published) is_changed_ = false;
  return published;
}

base::Result<void> ResultsFeed::set_current(std::span<const store::CurrentVersion> versions) {
  if (auto set = db_.set_current_versions(versions, {}); !set) return set;
  is_changed_ = true;
  return {};
}

// Our suites have the updates merged in: there is one pocket.
std::vector<store::CurrentVersion> current_versions(const deb::Snapshot& snapshot,
                                                    const std::string& release) {
  std::vector<store::CurrentVersion> versions;
  for (const auto& source : snapshot.suites[deb::kTarget].sources) {
    if (source.fake) continue;
    const auto section = snapshot.text(source.section);
    const auto slash = section.find('/');
    versions.push_back(
        {release, "", slash == section.npos ? "main" : std::string(section.substr(0, slash)),
         std::string(snapshot.text(source.name)), std::string(snapshot.text(source.version))});
  }
  return versions;
}

}  // namespace sluice::flow
