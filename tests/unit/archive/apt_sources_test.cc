#include "archive/apt_sources.h"

#include <doctest/doctest.h>

using namespace sluice::archive;

namespace {

std::vector<std::string> uris_of(const AptSources& sources) {
  std::vector<std::string> uris;
  for (const auto& archive : sources.archives) uris.push_back(archive.uri);
  return uris;
}

using Uris = std::vector<std::string>;
using Options = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("apt sources: a one-line source gives its URI and how to trust it") {
  const auto sources = parse_one_line_sources(
      "deb [arch=amd64 signed-by=/k/a.gpg,/k/b.gpg lang=none Trusted=yes] http://a.example/debian/ "
      "bookworm main contrib # the usual\n");

  REQUIRE(sources.archives.size() == 1);
  CHECK(sources.archives[0].uri == "http://a.example/debian");
  CHECK(sources.archives[0].options ==
        Options{{"Signed-By", "/k/a.gpg /k/b.gpg"}, {"Trusted", "yes"}});
  CHECK(sources.ignored.empty());
}

TEST_CASE("apt sources: order is kept and repeated archives count once") {
  const auto sources = parse_one_line_sources(
      "# deb http://commented.example/ x main\n\n"
      "deb http://b.example/debian bookworm main\n"
      "deb-src http://b.example/debian bookworm main\n"
      "deb http://a.example/debian sid main\n");

  CHECK(uris_of(sources) == Uris{"http://b.example/debian", "http://a.example/debian"});
}

TEST_CASE("apt sources: a one-line source that cannot be used costs that line") {
  struct Row {
    const char* name;
    const char* line;
  };
  for (const auto& row :
       {Row{"type", "rpm http://a.example x main"}, Row{"no suite", "deb http://a.example"},
        Row{"only the type", "deb"}, Row{"open bracket", "deb [arch=amd64 http://a.example x main"},
        Row{"medium", "deb cdrom:[Debian_12]/ bookworm main"},
        Row{"no URI", "deb nonsense x main"}}) {
    CAPTURE(row.name);
    const auto sources =
        parse_one_line_sources(std::string(row.line) + "\ndeb file:/srv/debian sid main\n");
    CHECK(uris_of(sources) == Uris{"file:/srv/debian"});
    CHECK(sources.ignored.size() == 1);
  }
}

TEST_CASE("apt sources: a deb822 source gives each of its URIs") {
  const auto sources = parse_deb822_sources(
      "Types: deb deb-src\n# a comment between fields\nURIs: http://a.example/debian\n"
      "# a comment inside of a value\n http://b.example/debian/\nSuites: bookworm "
      "bookworm-updates\n"
      "Components: main\nSigned-By: /k/a.gpg\n\nTypes: deb\nURIs: http://c.example/\nSuites: x/\n");

  CHECK(uris_of(sources) ==
        Uris{"http://a.example/debian", "http://b.example/debian", "http://c.example"});
  CHECK(sources.archives[1].options == Options{{"Signed-By", "/k/a.gpg"}});
}

TEST_CASE("apt sources: a key that stands in the source is kept with its lines") {
  const auto sources = parse_deb822_sources(
      "Types: deb\nURIs: http://a.example\nSuites: sid\nSigned-By:\n -----BEGIN PGP-----\n .\n "
      "abc\n");

  REQUIRE(sources.archives.size() == 1);
  CHECK(sources.archives[0].options == Options{{"Signed-By", "-----BEGIN PGP-----\n .\n abc"}});
}

TEST_CASE("apt sources: disabled and unusable deb822 paragraphs are left out") {
  const auto sources = parse_deb822_sources(
      "Types: deb\nURIs: http://off.example\nSuites: sid\nEnabled: no\n\n"
      "Types: deb\nSuites: sid\n\nTypes: rpm\nURIs: http://a.example\nSuites: sid\n\n"
      "garbage without a colon\n\nTypes: deb\nURIs: cdrom:/x http://b.example\nSuites: sid\n");

  CHECK(uris_of(sources) == Uris{"http://b.example"});
  CHECK(sources.ignored.size() == 3);
}

TEST_CASE("apt sources: what is written for apt reads back as the same archive") {
  const AptArchive archive{"http://a.example/debian",
                           {{"Signed-By", "/k/a.gpg"}, {"Trusted", "yes"}}};

  const auto text =
      to_deb822(archive, {"deb", {"testing", "unstable"}, {"main", "contrib"}, {"amd64"}});

  CHECK(text ==
        "Types: deb\nURIs: http://a.example/debian/\nSuites: testing unstable\n"
        "Components: main contrib\nArchitectures: amd64\nTargets: Packages\n"
        "Signed-By: /k/a.gpg\nTrusted: yes\n\n");
  CHECK(parse_deb822_sources(text).archives == std::vector{archive});
}
