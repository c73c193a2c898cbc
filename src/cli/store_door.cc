#include "cli/store_door.h"

#include <cstdlib>

#include "results/dir_result_store.h"
#include "results/swift_result_store.h"
#include "sys/waiter.h"

namespace sluice::cli {

StoreDoor::StoreDoor(const StorePlace& place, sys::FileSystem& files,
                     results::SwiftPatience patience) {
  if (!is_swift(place)) {
    store_ = std::make_unique<results::DirResultStore>(files, place.directory);
    return;
  }
  waiter_ = sys::system_waiter();
  http_ = sys::curl_http_client();
  account_ = std::make_unique<results::SwiftAccount>(*http_, *waiter_, place.access, patience);
  store_ = std::make_unique<results::SwiftResultStore>(*account_);
}

base::Result<StorePlace> served_place(const std::string& results, const std::string& state) {
  const char* address = std::getenv("SWIFT_AUTH_URL");
  const bool says_nothing = results.empty() && (address == nullptr || *address == '\0');
  return store_place(says_nothing ? state + "/results" : results);
}

}  // namespace sluice::cli
