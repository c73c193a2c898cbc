// Reading and writing tar archives in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::codec {

using TarFiles = std::map<std::string, std::string, std::less<>>;

// The regular files of an archive by name, "./" removed; of two with one name the last. It may be
// compressed (gzip, bzip2, xz, zstd). Errors: corrupt (no archive, or cut off); invalid (more than
// `bytes_max` bytes in all, or 1,000 entries; a link, a device, or a name that is absolute or has
// "..": testgrid 7.3).
base::Result<TarFiles> read_tar(std::string_view bytes, std::uint64_t bytes_max);

// An uncompressed archive of regular files, sorted by name; the same files give the same bytes.
// ustar as far as names and sizes allow, which every reader knows. `modified_seconds`: of all
// files.
std::string write_tar(const TarFiles& files, std::int64_t modified_seconds);

}  // namespace sluice::codec
