// Digests of bytes, as lower-case hexadecimal text.
#pragma once

#include <string>
#include <string_view>

namespace sluice::codec {

// 64 digits. Against exchanged and damaged files.
std::string sha256_hex(std::string_view bytes);

// 8 digits. Against torn writes only: anybody can make a text of a given CRC.
std::string crc32_hex(std::string_view bytes);

}  // namespace sluice::codec
