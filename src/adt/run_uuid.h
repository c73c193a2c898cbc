// The name of a run whose submitter gave it none. Source: autopkgtest 1.6, 4.
#pragma once

#include <string>

#include "adt/run_path.h"

namespace sluice::adt {

// Made of the place alone, so whoever makes a database of runs anew gives each the same again: a
// UUID of version 8 (RFC 9562) of the SHA-256 over "CONTAINER/DIRECTORY".
std::string run_uuid(const RunPlace& place);

}  // namespace sluice::adt
