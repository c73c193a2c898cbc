// The state database holds what nobody but its server may read: tokens of private PPAs, and of whom
// a private run is. Source: autopkgtest 1.6, 2.8.
#pragma once

#include <string>

#include "base/result.h"
#include "sys/files.h"

namespace sluice::flow {

// Before `database` is opened: it and the files that SQLite keeps beside it are this user's alone.
// An empty file is made if there is none, so that nobody can open it before it is closed to others,
// and SQLite makes its other files with the same rights. Errors: denied (it is somebody else's).
base::Result<void> make_state_private(sys::FileSystem& files, const std::string& database);

}  // namespace sluice::flow
