#include "flow/results_feed.h"

#include <utility>
#include <vector>

#include "flow/commit.h"
#include "store/run_rows.h"

namespace sluice::flow {
namespace {

constexpr std::size_t kPage = 1'000;

using Runs = std::vector<store::RunRow>;

// Waits for the commit: what the keeper reads may be of a transaction that comes to nothing.
base::Result<Runs> page_of(Keeper& keeper, const store::RunFilter& filter) {
  return ask_keeper<Runs>(
      keeper, [&](JobDesk& desk, base::Instant) { return store::list_runs(desk.db(), filter); });
}

}  // namespace

base::Result<ResultsFeed> ResultsFeed::open(const std::string& directory,
                                            const std::string& release) {
  auto db = store::ResultsDbWriter::open(directory + "/results.db");
  if (!db) return std::unexpected(db.error());
  return ResultsFeed(std::move(*db), directory + "/public/autopkgtest.db", release);
}

// From the newest back to a page that is known already.
base::Result<PublishedDb> ResultsFeed::turn(Keeper& keeper, sys::FileSystem& files) {
  std::size_t entered = 0;
  store::RunFilter filter{.release = release_, .limit = kPage};
  while (true) {
    const auto runs = page_of(keeper, filter);
    if (!runs) return std::unexpected(runs.error());
    const auto added = db_.add(*runs);
    if (!added) return std::unexpected(added.error());
    entered += *added;
    if (*added == 0 || runs->size() < kPage) break;
    filter.before = runs->back().run_id;
  }
  if (entered == 0 && files.exists(path_)) return PublishedDb::unchanged;
  const auto directory = path_.substr(0, path_.rfind('/'));
  if (auto made = files.create_directories(directory); !made) return std::unexpected(made.error());
  return publish_results_db(files, db_, path_);
}

}  // namespace sluice::flow
