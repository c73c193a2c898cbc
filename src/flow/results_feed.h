// ResultsFeed: keeps the peers' autopkgtest.db of a release beside the state: what is new among the
// grid's runs is entered, in the order in which they came, and the file is published anew. Source:
// autopkgtest 4, 5.2.
#pragma once

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

class ResultsFeed {
 public:
  // `directory` gets results.db, ours, and public/autopkgtest.db with its .sha256. Errors: those of
  // the database.
  static base::Result<ResultsFeed> open(const std::string& directory, const std::string& release);

  // Must not be called in the keeper's thread. Errors: of database and disk.
  base::Result<PublishedDb> turn(Keeper& keeper, sys::FileSystem& files);

  // What the release has now; published by the next turn. Errors: those of the database.
  base::Result<void> set_current(std::span<const store::CurrentVersion> versions);

  const std::string& path() const { return path_; }  // of the published file

 private:
  ResultsFeed(store::ResultsDbWriter db, std::string path, std::string release)
      : db_(std::move(db)), path_(std::move(path)), release_(std::move(release)) {}

  store::ResultsDbWriter db_;
  std::string path_, release_;
  bool is_changed_ = false;  // since it was published
};

}  // namespace sluice::flow
