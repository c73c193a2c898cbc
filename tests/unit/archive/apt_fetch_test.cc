// covers: apt_output.cc
#include "archive/apt_fetch.h"

#include <doctest/doctest.h>

#include "support/memory_files.h"

using namespace sluice;
using namespace sluice::archive;

namespace {

constexpr const char* kInRelease =
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nSuite: testing\n"
    "Date: today\nArchitectures: all amd64 arm64\nComponents: main contrib\n"
    "-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n";

// Stands for apt-config and apt-get: answers from a table of archives instead of a network.
class FakeApt final : public sys::Processes {
 public:
  explicit FakeApt(test::MemoryFileSystem& files) : files_(files) {
    files_.put("/etc/apt/sources.list", "deb http://other.example/x stable main\n");
    files_.put("/etc/apt/sources.list.d/debian.sources",
               "Types: deb\nURIs: http://a.example/debian\nSuites: bookworm\nComponents: main\n"
               "Signed-By: /k/a.gpg\n");
  }

  base::Result<int> run(const sys::Command& command, const OnLine& on_line) override {
    if (!installed) return base::fail(base::ErrorKind::not_found, "starting: no such program");
    if (command.argv[0] == "apt-config") {
      on_line("LIST='/etc/apt/sources.list'");
      on_line("PARTS='/etc/apt/sources.list.d'");
      on_line("ARCH='amd64'");
      return 0;
    }
    sources = files_.read("/d/apt/sources/archive.sources").value_or("");
    on_line("dlstatus:1:50.0:Retrieving file 1 of 2");
    const auto archive = parse_deb822_sources(sources).archives.at(0);
    if (!online || !archives.contains(archive.uri)) {
      on_line("Err:1 " + archive.uri + " testing InRelease");
      on_line("E: The repository does not have a Release file.");
      return 100;
    }
    download(archive.uri);
    return 0;
  }

  bool installed = true, online = true;
  std::map<std::string, std::string> archives{{"http://a.example/debian", kInRelease}};
  std::string sources;  // what apt was last told to fetch

 private:
  void download(const std::string& uri) {
    for (const auto* suite : {"testing", "unstable"}) {
      const auto put = [&](const std::string& rest, std::string_view text) {
        files_.put("/d/apt/lists/" + list_name(uri, suite, rest), text);
      };
      put("InRelease", archives[uri]);
      if (sources.find("main/debian-installer") == std::string::npos) continue;
      put("main/source/Sources", "S");
      put("main/binary-amd64/Packages", "P");
    }
  }

  test::MemoryFileSystem& files_;
};

FetchRequest request() {
  FetchRequest wanted;
  wanted.directory = "/d";
  return wanted;
}

struct Fixture {
  test::MemoryFileSystem files;
  FakeApt apt{files};
  std::vector<std::string> steps;
  AptFetch fetch{files, apt, [this](const FetchProgress& step) { steps.push_back(step.text); }};
};

}  // namespace

TEST_CASE("apt fetch: the first archive of Origin Debian is taken, whatever suites are named") {
  Fixture f;
  f.apt.archives["http://other.example/x"] = "Origin: Other\nSuite: testing\nComponents: main\n";

  const auto fetched = f.fetch.fetch(request());

  REQUIRE(fetched);
  CHECK(fetched->uri == "http://a.example/debian");
  CHECK(fetched->architectures == std::vector<std::string>{"amd64"});
  CHECK(fetched->freshness == Freshness::fetched);
  CHECK(fetched->notes == std::vector<std::string>{"http://other.example/x: Origin is 'Other'"});
  CHECK(f.apt.sources.find("Suites: testing unstable") != std::string::npos);
  CHECK(f.apt.sources.find("Signed-By: /k/a.gpg") != std::string::npos);
  CHECK(f.apt.sources.find("Components: main contrib main/debian-installer") != std::string::npos);
}

TEST_CASE("apt fetch: the lists are laid out as a mirror, missing ones as empty indexes") {
  Fixture f;

  REQUIRE(f.fetch.fetch(request()));

  CHECK(f.files.read("/d/suites/testing/main/source/Sources").value() == "S");
  CHECK(f.files.read("/d/suites/unstable/main/binary-amd64/Packages").value() == "P");
  CHECK(f.files.read("/d/suites/unstable/contrib/binary-amd64/Packages").value().empty());
  const auto release = parse_release(f.files.read("/d/suites/testing/Release").value());
  REQUIRE(release);
  CHECK(release->name == "testing");
  CHECK(release->components == std::vector<std::string>{"main", "contrib"});
  CHECK(release->architectures == std::vector<std::string>{"amd64"});
}

TEST_CASE("apt fetch: a mirror that the user names is taken without asking for its origin") {
  Fixture f;
  f.apt.archives["http://mine.example"] =
      "Origin: Me\nSuite: testing\nArchitectures: amd64\nComponents: main\n";
  auto wanted = request();
  wanted.mirror = "http://mine.example/";

  const auto fetched = f.fetch.fetch(wanted);

  REQUIRE(fetched);
  CHECK(fetched->uri == "http://mine.example");
}

TEST_CASE("apt fetch: without network the lists of an earlier fetch serve, and that is said") {
  Fixture f;
  REQUIRE(f.fetch.fetch(request()));
  f.apt.online = false;

  const auto fetched = f.fetch.fetch(request());

  REQUIRE(fetched);
  CHECK(fetched->freshness == Freshness::kept);
  CHECK(fetched->uri == "http://a.example/debian");
  CHECK(fetched->date == "today");
  REQUIRE(fetched->notes.size() == 1);
  CHECK(fetched->notes[0].find("does not have a Release file") != std::string::npos);
}

TEST_CASE("apt fetch: an earlier fetch whose lists are gone does not serve") {
  Fixture f;
  REQUIRE(f.fetch.fetch(request()));
  REQUIRE(f.files.remove("/d/suites/unstable/main/source/Sources"));
  f.apt.online = false;

  CHECK_FALSE(f.fetch.fetch(request()));
}

TEST_CASE("apt fetch: lists of an earlier fetch do not serve for other architectures") {
  Fixture f;
  REQUIRE(f.fetch.fetch(request()));
  f.apt.online = false;
  auto wanted = request();
  wanted.architectures = {"arm64"};

  CHECK_FALSE(f.fetch.fetch(wanted));
}

TEST_CASE("apt fetch: without network and earlier lists the error says what apt said") {
  Fixture f;
  f.apt.online = false;

  const auto fetched = f.fetch.fetch(request());

  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().kind == base::ErrorKind::not_found);
  CHECK(fetched.error().text().find("http://a.example/debian: apt-get update: E: The repository") !=
        std::string::npos);
}

TEST_CASE("apt fetch: a machine without apt is an error of its own") {
  Fixture f;
  f.apt.installed = false;

  const auto fetched = f.fetch.fetch(request());

  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().kind == base::ErrorKind::not_found);
}

TEST_CASE("apt fetch: what the archive does not have is refused by name") {
  Fixture f;
  auto wanted = request();
  wanted.architectures = {"pdp11"};
  CHECK(f.fetch.fetch(wanted).error().kind == base::ErrorKind::invalid);

  wanted = request();
  wanted.components = {"universe"};
  CHECK(f.fetch.fetch(wanted).error().kind == base::ErrorKind::invalid);

  wanted = request();
  wanted.directory = "/a\"b";
  CHECK(f.fetch.fetch(wanted).error().kind == base::ErrorKind::invalid);
}

TEST_CASE("apt output: names of lists are apt's") {
  CHECK(list_name("http://a.example/debian", "testing", "InRelease") ==
        "a.example_debian_dists_testing_InRelease");
  CHECK(
      list_name("https://me.example@a.example:8080/x", "bookworm/updates", "main/source/Sources") ==
      "a.example:8080_x_dists_bookworm_updates_main_source_Sources");
  CHECK(list_name("file:/srv/my_archive", "sid", "Release") ==
        "_srv_my%5farchive_dists_sid_Release");
}

TEST_CASE("apt output: status lines become progress, other lines do not") {
  const auto progress = parse_status_line("dlstatus:7:29.3273:Retrieving file 7 of 16 (1min: 2s)");

  REQUIRE(progress);
  CHECK(progress->percent == doctest::Approx(29.3273));
  CHECK(progress->text == "Retrieving file 7 of 16 (1min: 2s)");
  CHECK_FALSE(parse_status_line("Get:1 http://a.example testing InRelease"));
  CHECK_FALSE(parse_status_line("dlstatus:7:x:y"));
  CHECK_FALSE(parse_status_line(""));
}

TEST_CASE("apt output: values of apt-config are unquoted") {
  CHECK(shell_value("A='x y'\nB='it'\\''s'\n", "A") == "x y");
  CHECK(shell_value("A='x y'\nB='it'\\''s'\n", "B") == "it's");
  CHECK(shell_value("A='x'\n", "C").empty());
  CHECK(shell_value("", "A").empty());
}

TEST_CASE("apt output: complaints are the errors first, at most three") {
  CHECK(complaint_of({"Get:1 x", "W: w", "Err:2 y", "E: e", "E: f"}) == "E: e; E: f; Err:2 y");
  CHECK(complaint_of({}) == "no reason given");
}

TEST_CASE("apt output: only a probe keeps lists that are not in its source") {
  CHECK(apt_configuration("/d/apt", AptTask::probe).find("List-Cleanup \"false\"") !=
        std::string::npos);
  CHECK(apt_configuration("/d/apt", AptTask::fetch).find("List-Cleanup") == std::string::npos);
  CHECK(apt_configuration("/d/apt", AptTask::fetch).find("Dir::State::Lists \"/d/apt/lists\"") !=
        std::string::npos);
}
