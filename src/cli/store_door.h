// StoreDoor: the result store that a place names, with everything that it needs. Of one thread at a
// time. Source: autopkgtest 2.1, 3.
#pragma once

#include <memory>

#include "cli/worker_doors.h"
#include "results/result_store.h"
#include "results/swift_account.h"
#include "sys/files.h"

namespace sluice::cli {

inline bool is_swift(const StorePlace& place) { return !place.access.auth_url.empty(); }

class StoreDoor {
 public:
  // Speaks to nobody yet. Borrows `files`.
  StoreDoor(const StorePlace& place, sys::FileSystem& files, results::SwiftPatience patience);
  results::ResultStore& store() { return *store_; }

 private:
  std::unique_ptr<sys::Waiter> waiter_;
  std::unique_ptr<sys::HttpClient> http_;
  std::unique_ptr<results::SwiftAccount> account_;  // null for a directory
  std::unique_ptr<results::ResultStore> store_;
};

// Where a server has its results: as store_place(), but for its own directory where nothing is said
// and the environment names no store. Errors: invalid.
base::Result<StorePlace> served_place(const std::string& results, const std::string& state);

}  // namespace sluice::cli
