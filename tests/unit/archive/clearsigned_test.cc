#include "archive/clearsigned.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::archive {
namespace {

const std::string kSignedHead = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n";
const std::string kTail = "-----BEGIN PGP SIGNATURE-----\n\nabc=\n-----END PGP SIGNATURE-----\n";

std::string wrong_with_signed(const std::string& text) {
  const auto checked = check_clearsigned(text);
  if (checked) return "nothing";
  CHECK(checked.error().kind == base::ErrorKind::corrupt);
  return checked.error().what;
}

}  // namespace

// testgrid A40
TEST_CASE("clearsigned: one message with its signature") {
  CHECK(wrong_with_signed(kSignedHead + "Suite: x\n" + kTail) == "nothing");
  CHECK(wrong_with_signed(kSignedHead + kTail + "\n\n") == "nothing");
  CHECK(wrong_with_signed(kSignedHead + "- - dash\n- -----BEGIN PGP SIGNATURE-----\n" + kTail) ==
        "nothing");
}

// testgrid A40
TEST_CASE("clearsigned: text that nobody signed is refused wherever it stands") {
  CHECK(
      wrong_with_signed("Suite: y\n" + kSignedHead + "Suite: x\n" + kTail).contains("begins with"));
  CHECK(wrong_with_signed(kSignedHead + "Suite: x\n" + kTail + "Suite: y\n")
            .contains("after the signature"));
  CHECK(wrong_with_signed(kSignedHead + "x\n" + kTail + kSignedHead + "y\n" + kTail)
            .contains("after the sig"));
  CHECK(wrong_with_signed("-----BEGIN PGP SIGNED MESSAGE-----\nSuite: y\n\nx\n" + kTail)
            .contains("no header but Hash"));
  CHECK(wrong_with_signed("").contains("begins with"));
  CHECK(wrong_with_signed("Suite: x\n").contains("begins with"));
}

TEST_CASE("clearsigned: a text that is cut off, at any byte, is refused") {
  const auto whole = kSignedHead + "Suite: x\n" + kTail;

  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    CHECK_FALSE(check_clearsigned(whole.substr(0, size)));
}

TEST_CASE("clearsigned: dashes that are not escaped, and NUL, are refused") {
  CHECK(wrong_with_signed(kSignedHead + "-----BEGIN PGP SIGNED MESSAGE-----\n" + kTail)
            .contains("dash"));
  CHECK(wrong_with_signed(kSignedHead + "-x\n" + kTail).contains("dash"));
  CHECK(wrong_with_signed(kSignedHead + std::string("a\0b\n", 4) + kTail).contains("NUL"));
  CHECK(wrong_with_signed(kSignedHead + "x\n-----BEGIN PGP SIGNATURE-----\n" + kTail)
            .contains("ends"));
}

}  // namespace sluice::archive
