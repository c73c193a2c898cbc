// Reading small tar archives in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::codec {

using TarFiles = std::map<std::string, std::string, std::less<>>;

// The regular files of an uncompressed or compressed archive by name, "./" removed; of two with one
// name the last. Errors: corrupt (no archive, or cut off); invalid (more than `bytes_max` bytes or
// 1,000 files).
base::Result<TarFiles> read_tar(std::string_view bytes, std::uint64_t bytes_max);

}  // namespace sluice::codec
