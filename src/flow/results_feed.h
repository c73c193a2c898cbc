// ResultsFeed: keeps the peers' autopkgtest.db beside the state: what is new among the
// grid's runs is entered, in the order in which they came, and the file is published anew. Source:
// autopkgtest 4, 5.2.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "deb/snapshot.h"
#include "flow/keeper.h"
#include "flow/publish_results_db.h"
#include "store/results_db_writer.h"
#include "sys/files.h"

namespace sluice::flow {

// The sources of the target suite, for the table of the same name.
std::vector<store::CurrentVersion> current_versions(const deb::Snapshot& snapshot,
                                                    const std::string& release);

// Before ResultsFeed::open() with other releases than the last time: removes results.db, which is
// made anew from the rows then. What was entered was of the releases of then, and the cursor is
// past the runs of the others. Errors: of the disk.
base::Result<void> match_releases(const std::string& directory,
                                  const std::set<std::string>& releases, sys::FileSystem& files);

class ResultsFeed {
 public:
  // `directory` gets results.db, ours, and public/autopkgtest.db with its .sha256. `releases`: only
  // these, all if empty. Errors: those of the database.
  static base::Result<ResultsFeed> open(const std::string& directory,
                                        std::set<std::string> releases);

  // Must not be called in the keeper's thread. Errors: of database and disk.
  base::Result<PublishedDb> turn(Keeper& keeper, sys::FileSystem& files);

  // What the release has now; published by the next turn. Errors: those of the database.
  base::Result<void> set_current(std::span<const store::CurrentVersion> versions);

  const std::string& path() const { return path_; }  // of the published file

 private:
  ResultsFeed(store::ResultsDbWriter db, std::string path, std::set<std::string> releases)
      : db_(std::move(db)), path_(std::move(path)), releases_(std::move(releases)) {}

  store::ResultsDbWriter db_;
  std::string path_;
  std::set<std::string> releases_;
  bool is_changed_ = false;  // since it was published
};

}  // namespace sluice::flow
