// What names containers and objects may have, in every result store. Source: autopkgtest 3.
#pragma once

#include <string_view>

#include "base/result.h"

namespace sluice::results {

// At most 256 bytes of UTF-8 without "/" and control characters, and neither "." nor "..". Errors:
// invalid.
base::Result<void> check_container_name(std::string_view name);

// At most 1024 bytes of UTF-8 without control characters; no part between slashes is empty, "." or
// "..": such names are paths to many readers. Errors: invalid.
base::Result<void> check_object_name(std::string_view name);

}  // namespace sluice::results
