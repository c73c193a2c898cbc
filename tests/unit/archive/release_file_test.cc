#include "archive/release_file.h"

#include <doctest/doctest.h>

using sluice::archive::parse_release;
using sluice::archive::strip_signature;

// migration 2.1
TEST_CASE("release: suite name, components and architectures are read") {
  const auto release = parse_release(
      "Origin: Debian\nSuite: testing\nCodename: forky\nDate: Fri, 30 Oct 2026 08:08:01 UTC\n"
      "Architectures: all amd64 arm64\nComponents: main contrib updates/main\nMD5Sum:\n abc 1 x\n");

  REQUIRE(release);
  CHECK(release->name == "testing");
  CHECK(release->origin == "Debian");
  CHECK(release->date == "Fri, 30 Oct 2026 08:08:01 UTC");
  CHECK(release->components == std::vector<std::string>{"main", "contrib", "updates/main"});
  CHECK(release->architectures == std::vector<std::string>{"amd64", "arm64"});
}

// migration 2.1
TEST_CASE("release: without Suite the name is Codename") {
  const auto release = parse_release("codename: noble\n");

  REQUIRE(release);
  CHECK(release->name == "noble");
  CHECK(release->components.empty());
  CHECK(release->architectures.empty());
}

// migration 2.1
TEST_CASE("release: without Suite and Codename it is refused") {
  const auto release = parse_release("Origin: Debian\nSuite:\n");

  REQUIRE_FALSE(release);
  CHECK(release.error().kind == sluice::base::ErrorKind::invalid);
  CHECK(release.error().what == "field Suite or Codename expected");
}

// migration 2.1
TEST_CASE("release: exactly one paragraph is accepted") {
  CHECK_FALSE(parse_release(""));
  CHECK_FALSE(parse_release("\n\n"));
  CHECK_FALSE(parse_release("Suite: a\n\nSuite: b\n"));
  CHECK(parse_release("\nSuite: a\n\n\n"));
}

TEST_CASE("release: binary garbage is refused, not misread") {
  CHECK_FALSE(parse_release(std::string_view("\x1f\x8b\x00\xff\xfe garbage", 14)));
}

TEST_CASE("release: the armour of an inline signed file is taken off") {
  const auto text = strip_signature(
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSuite: testing\n- -dash\nComponents: "
      "main\n"
      "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n");

  CHECK(text == "Suite: testing\n-dash\nComponents: main\n");
  CHECK(strip_signature("Suite: a\n") == "Suite: a\n");
  CHECK(strip_signature("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n").empty());
}
