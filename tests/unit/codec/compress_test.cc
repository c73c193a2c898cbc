#include "codec/compress.h"

#include <doctest/doctest.h>

#include <random>

using namespace sluice::codec;
using namespace std::string_view_literals;
using sluice::base::ErrorKind;

namespace {

constexpr std::uint64_t kPlenty = 1ULL << 30U;

// "sluice\n" twelve times, as `zstd -c` and `lz4 -c` pack it.
constexpr auto kZstd =
    "\x28\xb5\x2f\xfd\x04\x58\x75\x00\x00\x38\x73\x6c\x75\x69\x63\x65\x0a\x01\x00\x2a"
    "\xb4\x18\x01\xb2\x1e\xe7\x95"sv;
constexpr auto kLz4 =
    "\x04\x22\x4d\x18\x64\x40\xa7\x11\x00\x00\x00\x7f\x73\x6c\x75\x69\x63\x65\x0a\x07"
    "\x00\x35\x50\x75\x69\x63\x65\x0a\x00\x00\x00\x00\x2e\xb5\x47\x64"sv;

std::string repeated(std::string_view text, int times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

// Hardly compressible, so that containers have several blocks.
std::string noise(std::size_t bytes) {
  std::mt19937 random(7);
  std::string out;
  while (out.size() < bytes) out += static_cast<char>(random());
  return out;
}

ErrorKind kind_of_failure(std::string_view bytes, std::uint64_t bytes_max) {
  const auto result = decompress(bytes, bytes_max);
  REQUIRE_FALSE(result);
  return result.error().kind;
}

}  // namespace

TEST_CASE("compress: the suffix of a file name chooses the container") {
  CHECK(compression_of_name("excuses.yaml.xz") == Compression::xz);
  CHECK(compression_of_name("a/Packages.gz") == Compression::gzip);
  CHECK(compression_of_name("excuses.yaml") == Compression::none);
}

TEST_CASE("compress: what is packed is unpacked equal, whatever its size") {
  for (const auto how : {Compression::none, Compression::gzip, Compression::xz})
    for (const auto& text : {std::string(), std::string("x"), noise(3000000)})
      CHECK(decompress(compress(text, how), kPlenty) == text);
}

TEST_CASE("compress: zstd and lz4 are unpacked") {
  CHECK(decompress(kZstd, kPlenty) == repeated("sluice\n", 12));
  CHECK(decompress(kLz4, kPlenty) == repeated("sluice\n", 12));
}

TEST_CASE("compress: several members one after the other are one text") {
  for (const auto how : {Compression::gzip, Compression::xz})
    CHECK(decompress(compress("ab", how) + compress("cd", how), kPlenty) == "abcd");
}

TEST_CASE("compress: text in no container is returned as it is") {
  CHECK(decompress("Package: a\n", kPlenty) == "Package: a\n");
  CHECK(decompress("", kPlenty) == "");
}

TEST_CASE("compress: cut and damaged data is corrupt") {
  for (const auto how : {Compression::gzip, Compression::xz}) {
    auto packed = compress(noise(100000), how);
    for (const std::size_t size : {std::size_t{6}, packed.size() / 2, packed.size() - 1})
      CHECK(kind_of_failure(packed.substr(0, size), kPlenty) == ErrorKind::corrupt);
    packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
    CHECK(kind_of_failure(packed, kPlenty) == ErrorKind::corrupt);
  }
  for (const auto packed : {kZstd, kLz4})
    CHECK(kind_of_failure(packed.substr(0, packed.size() - 4), kPlenty) == ErrorKind::corrupt);
  CHECK(kind_of_failure("\x1f\x8b"sv, kPlenty) == ErrorKind::corrupt);
}

TEST_CASE("compress: bytes that are not what the name of the file says are corrupt") {
  const auto gzip = compress("ab", Compression::gzip), xz = compress("ab", Compression::xz);
  CHECK(decompress_as(Compression::gzip, gzip, kPlenty) == "ab");
  CHECK(decompress_as(Compression::xz, xz, kPlenty) == "ab");
  CHECK(decompress_as(Compression::none, "ab", kPlenty) == "ab");
  CHECK(decompress_as(Compression::gzip, xz, kPlenty).error().kind == ErrorKind::corrupt);
  CHECK(decompress_as(Compression::xz, gzip, kPlenty).error().kind == ErrorKind::corrupt);
  for (const auto how : {Compression::gzip, Compression::xz})
    CHECK(decompress_as(how, "", kPlenty).error().kind == ErrorKind::corrupt);
}

TEST_CASE("compress: rubbish after a gzip member is corrupt") {
  CHECK(kind_of_failure(compress("ab", Compression::gzip) + "rubbish", kPlenty) ==
        ErrorKind::corrupt);
}

TEST_CASE(
    "compress: more than the limit is refused before it is unpacked, the limit itself is not") {
  const auto text = repeated("sluice\n", 12);
  const auto check = [&](std::string_view packed) {
    CHECK(decompress(packed, text.size()) == text);
    CHECK(kind_of_failure(packed, text.size() - 1) == ErrorKind::invalid);
  };
  check(text);
  check(kZstd);
  check(kLz4);
  check(compress(text, Compression::gzip));
  check(compress(text, Compression::xz));
}
