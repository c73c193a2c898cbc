// Whole-buffer compression. The container is chosen by the caller, decompression by magic bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::codec {

enum class Compression : std::uint8_t { none, gzip, xz };

// By file name suffix: .gz, .xz, else none.
Compression compression_of_name(std::string_view file_name);

std::string compress(std::string_view bytes, Compression how);

// gzip, xz, zstd or lz4 by magic; anything else is returned as it is. Errors: corrupt (also when
// truncated); invalid when the result would exceed `bytes_max`.
base::Result<std::string> decompress(std::string_view bytes, std::uint64_t bytes_max);

// The same for a file of which the name says how it is compressed: other bytes are corrupt.
base::Result<std::string> decompress_as(Compression expected, std::string_view bytes,
                                        std::uint64_t bytes_max);

}  // namespace sluice::codec
