// The peers' autopkgtest.db where others read it: whole or the one before. Source: autopkgtest 4.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "store/results_db_writer.h"
#include "sys/files.h"

namespace sluice::flow {

enum class PublishedDb : std::uint8_t { fresh, unchanged };

// Copies the database to `path` on the machine's disk (beside, synced, renamed) and its SHA-256 to
// `path`.sha256. A reader who comes in between finds a digest that does not fit and asks again.
base::Result<PublishedDb> publish_results_db(sys::FileSystem& files, store::ResultsDbWriter& db,
                                             const std::string& path);

}  // namespace sluice::flow
