#include "codec/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <array>

#include "base/check.h"

namespace sluice::codec {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const int made =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  base::check(made == 1, "OpenSSL has SHA-256");
  std::string text;
  for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(text), "{:02x}", digest[i]);
  return text;
}

std::string crc32_hex(std::string_view bytes) {
  const auto* begin = reinterpret_cast<const Bytef*>(bytes.data());
  return fmt::format("{:08x}", crc32_z(0, begin, bytes.size()));
}

}  // namespace sluice::codec
