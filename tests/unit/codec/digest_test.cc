#include "codec/digest.h"

#include <doctest/doctest.h>

namespace sluice::codec {

// The values are those of the published test vectors.
TEST_CASE("digest: SHA-256 of nothing and of a text") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("digest: SHA-512 of a text") {
  CHECK(
      sha512_hex("abc") ==
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fe"
      "ebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("digest: pieces give what the whole gives") {
  Sha256 pieces;
  pieces.add("a");
  pieces.add("");
  pieces.add("bc");

  CHECK(pieces.hex() == sha256_hex("abc"));
}

TEST_CASE("digest: MD5 of nothing and of a text") {
  CHECK(md5_hex("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(md5_hex("abc") == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("digest: HMAC of RFC 4231, test case 2") {
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("digest: CRC-32 of nothing and of a text") {
  CHECK(crc32_hex("") == "00000000");
  CHECK(crc32_hex("123456789") == "cbf43926");
}

}  // namespace sluice::codec
