#include "archive/reader.h"

#include <doctest/doctest.h>

#include "codec/compress.h"
#include "support/memory_files.h"
#include "support/recording_log.h"

using namespace sluice;
using namespace sluice::archive;
using test::MemoryFileSystem;
using test::RecordingLog;

namespace {

std::string source(const std::string& name, const std::string& version) {
  return "Package: " + name + "\nVersion: " + version + "\n\n";
}

std::string binary(const std::string& name, const std::string& version,
                   const std::string& arch = "amd64") {
  return "Package: " + name + "\nVersion: " + version + "\nArchitecture: " + arch + "\n\n";
}

ReadRequest two_suites() {
  ReadRequest request;
  request.suites = {{"t", "testing", "", deb::SuiteClass::target},
                    {"u", "unstable", "", deb::SuiteClass::primary}};
  request.architectures = {"amd64"};
  return request;
}

// testing has foo 1, unstable foo 2, flat.
void put_flat(MemoryFileSystem& files) {
  files.put("t/Sources", source("foo", "1"));
  files.put("t/Packages_amd64", binary("foo", "1"));
  files.put("u/Sources", source("foo", "2"));
  files.put("u/Packages_amd64", binary("foo", "2"));
}

constexpr const char* kRelease = "Suite: forky\nArchitectures: amd64\nComponents: main\n";

void put_mirror(MemoryFileSystem& files) {
  for (const std::string suite : {"t", "u"}) {
    files.put(suite + "/Release", kRelease);
    files.put(suite + "/main/source/Sources", source("foo", suite == "t" ? "1" : "2"));
    files.put(suite + "/main/binary-amd64/Packages", binary("foo", suite == "t" ? "1" : "2"));
  }
}

std::string version_of(const deb::Snapshot& snapshot, std::size_t suite, std::string_view name) {
  const auto* found = snapshot.suites[suite].source(snapshot.symbols.find_name(name));
  return found == nullptr ? "-" : std::string(snapshot.text(found->version));
}

std::string binary_version_of(const deb::Snapshot& snapshot, std::size_t suite,
                              std::string_view name, deb::ArchIndex arch = 0) {
  const auto found = snapshot.suites[suite].binary(arch, snapshot.symbols.find_name(name));
  return found.valid() ? std::string(snapshot.text(snapshot.record(arch, found).version)) : "-";
}

}  // namespace

// migration 2.1
TEST_CASE("reader: the flat layout is read, the target first and sources before binaries") {
  MemoryFileSystem files;
  put_flat(files);
  RecordingLog log;

  const auto snapshot = read_archive(two_suites(), files, log);

  REQUIRE(snapshot);
  CHECK(version_of(**snapshot, 0, "foo") == "1");
  CHECK(binary_version_of(**snapshot, 1, "foo") == "2");
  CHECK((*snapshot)->suites[0].name == "testing");
  CHECK((*snapshot)->suites[1].name == "unstable");
  CHECK(log.lines == std::vector<std::string>{"I: Loading source packages from t/Sources",
                                              "I: Loading source packages from u/Sources",
                                              "I: Loading binary packages from t/Packages_amd64",
                                              "I: Loading binary packages from u/Packages_amd64"});
}

// migration 2.1
TEST_CASE("reader: a missing mandatory index is an error that names it") {
  MemoryFileSystem files;
  put_flat(files);
  REQUIRE(files.remove("u/Packages_amd64"));
  RecordingLog log;

  const auto snapshot = read_archive(two_suites(), files, log);

  REQUIRE_FALSE(snapshot);
  CHECK(snapshot.error().kind == base::ErrorKind::not_found);
  CHECK(snapshot.error().text() == "no index u/Packages_amd64");
}

// migration 2.1
TEST_CASE("reader: the flat layout knows no compressed indexes") {
  MemoryFileSystem files;
  put_flat(files);
  REQUIRE(files.rename("u/Sources", "u/Sources.gz"));
  RecordingLog log;

  CHECK_FALSE(read_archive(two_suites(), files, log));
}

// migration 2.1
TEST_CASE("reader: a Release file of the target selects the mirror layout and names the suites") {
  MemoryFileSystem files;
  put_mirror(files);
  files.put("t/Sources", source("decoy", "1"));
  RecordingLog log;

  const auto snapshot = read_archive(two_suites(), files, log);

  REQUIRE(snapshot);
  CHECK((*snapshot)->suites[0].name == "forky");
  CHECK(version_of(**snapshot, 1, "foo") == "2");
  CHECK(version_of(**snapshot, 0, "decoy") == "-");
}

// migration 2.1
TEST_CASE("reader: indexes are looked for as plain text, .gz, .xz, in this order") {
  MemoryFileSystem files;
  put_mirror(files);
  files.put("u/main/source/Sources.xz", "not asked for");
  REQUIRE(files.remove("t/main/source/Sources"));
  files.put("t/main/source/Sources.gz",
            codec::compress(source("gz", "1"), codec::Compression::gzip));
  files.put("t/main/source/Sources.xz", codec::compress(source("xz", "1"), codec::Compression::xz));
  REQUIRE(files.remove("t/main/binary-amd64/Packages"));
  files.put("t/main/binary-amd64/Packages.xz",
            codec::compress(binary("packed", "1"), codec::Compression::xz));
  RecordingLog log;

  const auto snapshot = read_archive(two_suites(), files, log);

  REQUIRE(snapshot);
  CHECK(version_of(**snapshot, 0, "gz") == "1");
  CHECK(version_of(**snapshot, 0, "xz") == "-");
  CHECK(binary_version_of(**snapshot, 0, "packed") == "1");
  CHECK(log.has("I: Loading source packages from t/main/source/Sources.gz"));
}

// migration 2.1: an interrupted mirror must not look like a suite without packages
TEST_CASE("reader: a compressed index that is empty or something else is fatal and named") {
  for (const auto* suffix : {".gz", ".xz"})
    for (const auto* bytes : {"", "<html>503 Service Unavailable</html>", "Package: a\n\n"}) {
      MemoryFileSystem files;
      put_mirror(files);
      REQUIRE(files.remove("u/main/source/Sources"));
      files.put(std::string("u/main/source/Sources") + suffix, bytes);
      RecordingLog log;
      const auto snapshot = read_archive(two_suites(), files, log);
      REQUIRE_FALSE(snapshot);
      CHECK(snapshot.error().text().contains(std::string("u/main/source/Sources") + suffix));
      CHECK(snapshot.error().text().contains("expected"));
    }
}

// migration 2.1
TEST_CASE("reader: components may contain a slash, udeb indexes may be missing") {
  MemoryFileSystem files;
  put_mirror(files);
  files.put("t/Release", "Suite: t\nArchitectures: amd64\nComponents: main updates/main\n");
  files.put("t/updates/main/source/Sources", source("up", "1"));
  files.put("t/updates/main/binary-amd64/Packages", binary("up", "1"));
  files.put("t/main/debian-installer/binary-amd64/Packages", binary("foo-udeb", "1"));
  RecordingLog log;

  const auto snapshot = read_archive(two_suites(), files, log);

  REQUIRE(snapshot);
  CHECK(version_of(**snapshot, 0, "up") == "1");
  CHECK(binary_version_of(**snapshot, 0, "foo-udeb") == "1");
}

// migration 2.1
TEST_CASE("reader: an architecture that a suite does not have is empty there") {
  MemoryFileSystem files;
  put_mirror(files);
  files.put("u/Release", "Suite: u\nArchitectures: amd64 arm64\nComponents: main\n");
  files.put("u/main/binary-arm64/Packages", binary("foo", "2", "arm64"));
  auto request = two_suites();
  request.architectures = {"amd64", "arm64"};
  RecordingLog log;

  const auto snapshot = read_archive(request, files, log);

  REQUIRE(snapshot);
  CHECK(binary_version_of(**snapshot, 0, "foo", 1) == "-");
  CHECK(binary_version_of(**snapshot, 1, "foo", 1) == "2");
}

// migration 1.3
TEST_CASE("reader: without configured architectures those of the target's Release count, sorted") {
  MemoryFileSystem files;
  put_mirror(files);
  files.put("t/Release", "Suite: t\nArchitectures: arm64 all amd64\nComponents: main\n");
  files.put("t/main/binary-arm64/Packages", "");
  auto request = two_suites();
  request.architectures = {};
  RecordingLog log;

  const auto snapshot = read_archive(request, files, log);

  REQUIRE(snapshot);
  REQUIRE((*snapshot)->archs.size() == 2);
  CHECK((*snapshot)->arch_name(0) == "amd64");
  CHECK((*snapshot)->arch_name(1) == "arm64");
}

// migration 1.3
TEST_CASE("reader: no architectures anywhere is an error") {
  MemoryFileSystem files;
  put_flat(files);
  auto request = two_suites();
  request.architectures = {};
  RecordingLog log;

  CHECK_FALSE(read_archive(request, files, log));
}

// migration 2.1
TEST_CASE("reader: in the mirror layout every suite needs a usable Release") {
  struct Row {
    const char* name;
    const char* file;
    const char* text;
    const char* complaint;
  };
  for (const auto& row :
       {Row{"no components", "t/Release", "Suite: t\n",
            "reading t/Release: field Components expected"},
        Row{"no name", "u/Release", "Components: main\n",
            "reading u/Release: field Suite or Codename expected"},
        Row{"two paragraphs", "u/Release", "Suite: a\n\nSuite: b\n",
            "reading u/Release: exactly one paragraph expected in a Release file"}}) {
    CAPTURE(row.name);
    MemoryFileSystem files;
    put_mirror(files);
    files.put(row.file, row.text);
    RecordingLog log;

    const auto snapshot = read_archive(two_suites(), files, log);

    REQUIRE_FALSE(snapshot);
    CHECK(snapshot.error().text() == row.complaint);
  }
  MemoryFileSystem files;
  put_mirror(files);
  REQUIRE(files.remove("u/Release"));
  RecordingLog log;
  CHECK_FALSE(read_archive(two_suites(), files, log));
}

// migration 2.1
TEST_CASE("reader: a damaged compressed index is an error that names it") {
  MemoryFileSystem files;
  put_mirror(files);
  REQUIRE(files.remove("t/main/source/Sources"));
  const auto packed = codec::compress(source("foo", "1"), codec::Compression::gzip);
  files.put("t/main/source/Sources.gz", packed.substr(0, packed.size() / 2));
  RecordingLog log;

  const auto snapshot = read_archive(two_suites(), files, log);

  REQUIRE_FALSE(snapshot);
  CHECK(snapshot.error().kind == base::ErrorKind::corrupt);
  CHECK(snapshot.error().text().starts_with("reading t/main/source/Sources.gz: "));
}

// migration 0
TEST_CASE("reader: COMPONENTS of 2015 means the mirror layout without Release files") {
  MemoryFileSystem files;
  put_mirror(files);
  REQUIRE(files.remove("t/Release"));
  REQUIRE(files.remove("u/Release"));
  auto request = two_suites();
  request.components = {"main"};
  RecordingLog log;

  const auto snapshot = read_archive(request, files, log);

  REQUIRE(snapshot);
  CHECK((*snapshot)->suites[0].name == "testing");
  CHECK(version_of(**snapshot, 1, "foo") == "2");
}

// migration 0
TEST_CASE("reader: one empty component of 2015 means directories in the suite itself") {
  MemoryFileSystem files;
  for (const std::string suite : {"t", "u"}) {
    files.put(suite + "/source/Sources", source("foo", "1"));
    files.put(suite + "/binary-amd64/Packages", binary("foo", "1"));
  }
  auto request = two_suites();
  request.components = {""};
  RecordingLog log;

  const auto snapshot = read_archive(request, files, log);

  REQUIRE(snapshot);
  CHECK(binary_version_of(**snapshot, 1, "foo") == "1");
}

// migration 3.8
TEST_CASE("reader: an overlay is completed from the target") {
  MemoryFileSystem files;
  put_flat(files);
  files.put("t/Sources", source("foo", "1") + source("bar", "1"));
  files.put("t/Packages_amd64", binary("foo", "1") + binary("bar", "1"));
  auto request = two_suites();
  request.unstable = SuiteMerge::overlay;
  RecordingLog log;

  const auto snapshot = read_archive(request, files, log);

  REQUIRE(snapshot);
  CHECK(version_of(**snapshot, 1, "bar") == "1");
  CHECK(binary_version_of(**snapshot, 1, "bar") == "1");
  CHECK(binary_version_of(**snapshot, 1, "foo") == "2");
}

// migration 2.6
TEST_CASE("reader: faux packages are in the target and in unstable, not in other suites") {
  MemoryFileSystem files;
  put_flat(files);
  files.put("p/Sources", "");
  files.put("p/Packages_amd64", "");
  auto request = two_suites();
  request.suites.push_back({"p", "tpu", "tpu", deb::SuiteClass::additional});
  deb::FauxPackage faux;
  faux.name = "nvidia";
  faux.version = "1.0-1";
  faux.section = "non-free/faux";
  request.faux.push_back(faux);
  RecordingLog log;

  const auto snapshot = read_archive(request, files, log);

  REQUIRE(snapshot);
  CHECK(binary_version_of(**snapshot, 0, "nvidia") == "1.0-1");
  CHECK(binary_version_of(**snapshot, 1, "nvidia") == "1.0-1");
  CHECK(binary_version_of(**snapshot, 2, "nvidia") == "-");
}

TEST_CASE("reader: one bad record costs that record and a line that names the file") {
  MemoryFileSystem files;
  put_flat(files);
  files.put("u/Packages_amd64", "Package: broken\n\n" + binary("foo", "2"));
  RecordingLog log;

  const auto snapshot = read_archive(two_suites(), files, log);

  REQUIRE(snapshot);
  CHECK(binary_version_of(**snapshot, 1, "foo") == "2");
  CHECK(binary_version_of(**snapshot, 1, "broken") == "-");
  REQUIRE_FALSE(log.lines.empty());
  CHECK(log.lines.back().starts_with("E: u/Packages_amd64: "));
}

TEST_CASE("reader: of an index of garbage only the first problems are listed") {
  MemoryFileSystem files;
  put_flat(files);
  std::string garbage;
  for (int i = 0; i < 1000; ++i) garbage += "\x01\xff: \xfe" + std::to_string(i) + "\n\n";
  files.put("u/Packages_amd64", garbage);
  RecordingLog log;

  REQUIRE(read_archive(two_suites(), files, log));

  CHECK(std::ranges::count_if(log.lines, [](const auto& line) { return line.starts_with("E:"); }) ==
        static_cast<std::ptrdiff_t>(kProblemsShown) + 1);
  CHECK(log.lines.back() == "E: u/Packages_amd64: 980 more problems like these");
}
