// The peers' database of results (autopkgtest.db), written: tables test and result, and in it too
// what only the published copy of the peers has, current_version and url_last_checked. A public
// interface: names and types of columns stay. One writer, one thread. Source: autopkgtest 4,
// decision 14.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "store/database.h"
#include "store/run_rows.h"

namespace sluice::store {

struct CurrentVersion {
  std::string release, pocket, component, package, version;
};

// When an index of sources was last looked at.
struct CheckedUrl {
  std::string url;
  std::int64_t timestamp = 0;  // seconds since the epoch
};

// Whether stock readers may see the run: it ran or could not be tested, and lies in the container
// of its release. They would take an attempt that infrastructure ended for a failure.
bool is_published(const RunRow& run);

class ResultsDbWriter {
 public:
  // Makes the file and its tables if they are not there. Errors: those of Database.
  static base::Result<ResultsDbWriter> open(const std::string& path);

  // Enters what is_published() and not there yet, all or nothing; how many these were. `cursor` is
  // kept with them, for whoever comes back: 0 to 2^31 - 1, 0 in a new file. Each run gets the uuid
  // of its row, or run_uuid() where there is none or another run has it, and keeps it.
  base::Result<std::size_t> add(std::span<const RunRow> runs, std::int64_t cursor = 0);
  base::Result<std::int64_t> cursor();
  // Replaces all. Of two rows for one (release, package) the later one stays.
  base::Result<void> set_current_versions(std::span<const CurrentVersion> versions,
                                          std::span<const CheckedUrl> urls);

  // A copy in one file, as of now, without a log beside it. There must be no such file. It is not
  // synced.
  base::Result<void> copy_to(const std::string& path);

 private:
  explicit ResultsDbWriter(Database database) : database_(std::move(database)) {}

  // A file of a program that gave runs no uuid: whoever comes back shall begin anew.
  base::Result<void> forget_cursor_without_names();
  // Runs `change` in a transaction.
  template <class Change>
  auto all_or_nothing(Change change) -> decltype(change());

  Database database_;
};

}  // namespace sluice::store
