// Brings the published database of test results here: ADT_DB_URL and its .sha256. Source: migration
// 4.6.2 (item 2).
#pragma once

#include <string>

#include "base/result.h"
#include "sys/files.h"
#include "sys/http_client.h"

namespace sluice::results {

enum class Fetched : std::uint8_t { fresh, unchanged };

// Puts what `url` (http, https or file) names into the file `path`. Unless it is a file, its digest
// is compared with the published one before it takes the place of the old, which stays on any
// error: not_found, unavailable, corrupt (other digest), those of the file system.
base::Result<Fetched> fetch_database(sys::HttpClient& http, sys::FileSystem& files,
                                     const std::string& url, const std::string& path);

}  // namespace sluice::results
