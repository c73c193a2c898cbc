#include "archive/signed_release.h"

#include <doctest/doctest.h>

#include "base/time.h"

namespace sluice::archive {
namespace {

const std::string kA(64, 'a'), kB(64, 'b'), kC(128, 'c');

base::Instant at(std::string_view text) { return parse_release_date(text).value(); }

const std::string kReleaseHead =
    "Suite: testing\nCodename: forky\nDate: Sat, 21 Nov 2026 08:08:08 UTC\n";

std::string wrong_with_release(const std::string& text) {
  const auto release = parse_signed_release(text);
  return release ? "nothing" : release.error().text();
}

}  // namespace

// migration 2.1
TEST_CASE("signed release: names, times and what is promised of indexes") {
  const auto release = parse_signed_release(
      kReleaseHead + "Origin: Debian\nLabel: L\nValid-Until: Sat, 28 Nov 2026 08:08:08 UTC\n" +
      "Acquire-By-Hash: yes\nArchitectures: all amd64 arm64\nComponents: main non-free/x main\n" +
      "MD5Sum:\n 00 1 main/source/Sources\nSHA256:\n " + kA + "   12 main/source/Sources\n " + kB +
      " 0 main/x\nSHA512:\n " + kC + " 12 main/source/Sources\n");

  REQUIRE(release);
  CHECK(release->suite == "testing");
  CHECK(release->codename == "forky");
  CHECK(release->origin == "Debian");
  CHECK(release->label == "L");
  CHECK(base::seconds_of(release->date) == 1'795'248'488);
  CHECK(release->valid_until == release->date + std::chrono::days(7));
  CHECK(release->by_hash == ByHash::yes);
  CHECK(release->components == std::vector<std::string>{"main", "non-free/x"});
  CHECK(release->architectures == std::vector<std::string>{"amd64", "arm64"});
  CHECK(release->indexes.at("main/source/Sources") == ListedIndex{12, kA, kC});
  CHECK(release->indexes.at("main/x") == ListedIndex{0, kB, ""});
}

TEST_CASE("signed release: a line that is no digest costs that line") {
  const auto release = parse_signed_release(kReleaseHead + "SHA256:\n x\n zz 1 a\n " + kA +
                                            " -1 b\n " + kA + " 1 c d\n " + kA + " 1 good\n");

  REQUIRE(release);
  CHECK(release->indexes.size() == 1);
  CHECK(release->indexes.contains("good"));
}

TEST_CASE("signed release: what costs the whole") {
  CHECK(wrong_with_release("").contains("one paragraph"));
  CHECK(wrong_with_release(kReleaseHead + "\nSuite: other\n").contains("one paragraph"));
  CHECK(wrong_with_release("Date: Sat, 21 Nov 2026 08:08:08 UTC\n").contains("Suite or Codename"));
  CHECK(wrong_with_release("Suite: x\n").contains("Date"));
  CHECK(wrong_with_release("Suite: x\nDate: yesterday\n").contains("Date"));
  CHECK(wrong_with_release(kReleaseHead + "Valid-Until: later\n").contains("Valid-Until"));
  CHECK(wrong_with_release(kReleaseHead + "Components: main ../../etc\n").contains("Components"));
  CHECK(wrong_with_release(kReleaseHead + "Architectures: amd64 /x\n").contains("Architectures"));
  CHECK(wrong_with_release(kReleaseHead + "SHA256:\n " + kA + " 1 x\n " + kB + " 1 x\n")
            .contains("twice"));
  CHECK(wrong_with_release(kReleaseHead + "SHA256:\n " + kA + " 1 x\nSHA512:\n " + kC + " 2 x\n")
            .contains("twice"));
}

TEST_CASE("release date: the forms that archives write, and no others") {
  const auto expected = base::instant_of_seconds(1'795'248'488);

  CHECK(parse_release_date("Sat, 21 Nov 2026 08:08:08 UTC") == expected);
  CHECK(parse_release_date("21 Nov 2026 08:08:08 GMT") == expected);
  CHECK(parse_release_date("Sat, 21 Nov 2026  8:08:08 +0000") == expected);
  CHECK(release_date_of(expected) == "Sat, 21 Nov 2026 08:08:08 UTC");
  for (const auto* text :
       {"", "Sat, 21 Nov 2026 08:08:08 CET", "Sat, 31 Feb 2026 08:08:08 UTC", "21 Nov 2026",
        "Sat, 21 Nov 2026 24:08:08 UTC", "Sat, 21 Nov 2026 08:08 UTC", "Sat, 21 11 2026 08:08:08 Z",
        "Sat, 21 Nov 99999 08:08:08 UTC", "Sat, 21 Nov 2026 08:08:08 UTC x"})
    CHECK_FALSE(parse_release_date(text));
}

TEST_CASE("path names: words that stay below their directory") {
  for (const auto* name : {"main", "stable-updates", "updates/main", "non-free+x", "a.b~1_c"})
    CHECK(is_path_name(name));
  for (const auto* name : {"", "/", "/main", "main/", "a//b", "..", "a/../b", ".hidden", "a b",
                           "a\nb", "a%2fb", "a?b"})
    CHECK_FALSE(is_path_name(name));
}

// testgrid A40
TEST_CASE("release checks: suite, expiry, future and going back") {
  SignedRelease release;
  release.suite = "testing";
  release.codename = "forky";
  release.date = at("Sat, 21 Nov 2026 08:00:00 UTC");
  release.valid_until = at("Sat, 28 Nov 2026 08:00:00 UTC");
  const auto kind = [&](const ReleaseExpectation& expectation) {
    const auto checked = check_release(release, expectation);
    return checked ? std::string("fits") : std::string(base::text_of(checked.error().kind));
  };
  const auto noon = at("Sat, 21 Nov 2026 12:00:00 UTC");

  CHECK(kind({"testing", noon, {}, ValidUntil::check}) == "fits");
  CHECK(kind({"forky", noon, release.date, ValidUntil::check}) == "fits");
  CHECK(kind({"unstable", noon, {}, ValidUntil::check}) == "invalid");
  CHECK(kind({"testing", noon + std::chrono::days(7), {}, ValidUntil::check}) == "conflict");
  CHECK(kind({"testing", noon + std::chrono::days(7), {}, ValidUntil::ignore}) == "fits");
  CHECK(kind({"testing", release.date - kFutureMax, {}, ValidUntil::check}) == "fits");
  CHECK(kind({"testing", release.date - 2 * kFutureMax, {}, ValidUntil::check}) == "conflict");
  CHECK(kind({"testing", noon, noon, ValidUntil::check}) == "conflict");
}

}  // namespace sluice::archive
