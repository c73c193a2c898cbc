#include "codec/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <array>

#include "base/check.h"

namespace sluice::codec {
namespace {

using DigestBytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hex_of(const DigestBytes& digest, unsigned size) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(std::size_t{2} * size);
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 0xFU];
  }
  return text;
}

// Fetched once: EVP_sha256() has OpenSSL 3 look for its implementation, under locks, each time.
const EVP_MD* sha256() {
  static const auto* const fetched = EVP_MD_fetch(/*default context*/ nullptr, "SHA2-256", "");
  return fetched;
}

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  auto* const context = state_->context.get();
  base::check(context != nullptr && EVP_DigestInit_ex(context, sha256(), nullptr) == 1,
              "OpenSSL has SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  base::check(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1,
              "bytes are added before the end");
}

std::string Sha256::hex() {
  DigestBytes digest;
  unsigned size = 0;
  base::check(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) == 1,
              "a digest ends once");
  return hex_of(digest, size);
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.hex();
}

std::string sha512_hex(std::string_view bytes) {
  DigestBytes digest;
  unsigned size = 0;
  base::check(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha512(),
                         /*default implementation=*/nullptr) == 1,
              "OpenSSL has SHA-512");
  return hex_of(digest, size);
}

std::string md5_hex(std::string_view bytes) {
  DigestBytes digest;
  unsigned size = 0;
  base::check(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(),
                         /*default implementation=*/nullptr) == 1,
              "OpenSSL has MD5");
  return hex_of(digest, size);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  DigestBytes digest;
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                          digest.data(), &size);
  base::check(made != nullptr, "OpenSSL has HMAC");
  return hex_of(digest, size);
}

std::string crc32_hex(std::string_view bytes) {
  const auto* begin = reinterpret_cast<const Bytef*>(bytes.data());
  return fmt::format("{:08x}", crc32_z(0, begin, bytes.size()));
}

}  // namespace sluice::codec
