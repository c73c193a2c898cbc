#include "archive/parsed_cache.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "archive/reader.h"
#include "support/memory_files.h"
#include "support/recording_log.h"

using namespace sluice;

namespace {

struct Place {
  Place() {
    put("t", 1, 40);
    put("u", 2, 40);
  }
  // A suite of `count` packages of this version.
  void put(const std::string& suite, int version, int count, int bumped = -1) {
    std::string sources, packages;
    for (int i = 0; i < count; ++i) {
      const auto name = "p" + std::to_string(i);
      const auto v = std::to_string(i == bumped ? version + 5 : version);
      sources +=
          "Package: " + name + "\nVersion: " + v + "\nSection: misc\nTestsuite: autopkgtest\n\n";
      packages += "Package: " + name + "\nVersion: " + v + "\nArchitecture: amd64\nDepends: p" +
                  std::to_string((i * 7) % count) + " (>= 1) | q\nProvides: v" + name + " (= " + v +
                  ")\n\n";
    }
    files.put(suite + "/Sources", sources);
    files.put(suite + "/Packages_amd64", packages);
  }
  // The whole snapshot as text, numbers left out.
  std::string read(const std::string& cache) {
    archive::ReadRequest request;
    request.suites = {{"t", "testing", "", deb::SuiteClass::target},
                      {"u", "unstable", "", deb::SuiteClass::primary}};
    request.architectures = {"amd64"};
    request.cache = cache;
    const auto snapshot = archive::read_archive(request, files, log);
    REQUIRE(snapshot);
    std::string text;
    for (const auto& suite : (*snapshot)->suites)
      for (const auto& source : suite.sources) {
        text += "S " + std::string((*snapshot)->text(source.name)) + " " +
                std::string((*snapshot)->text(source.version)) + " " +
                std::string((*snapshot)->text(source.testsuite)) + "\n";
        for (const auto ref : source.binaries) {
          text += "B " + (*snapshot)->text_of(ref);
          const auto& record = (*snapshot)->record(ref);
          for (const auto field : {deb::RelationField::depends, deb::RelationField::provides})
            for (const auto clause : (*snapshot)->clauses(record, field)) {
              text += " , " + std::string((*snapshot)->relations.text(clause));
              for (const auto& atom : (*snapshot)->relations.atoms(clause))
                text += " " + std::string((*snapshot)->text(atom.name)) +
                        std::string((*snapshot)->text(atom.version));
            }
          text += "\n";
        }
      }
    return text;
  }

  test::MemoryFileSystem files;
  test::RecordingLog log;
};

}  // namespace

// migration 9 (d)
TEST_CASE("parsed cache: the same snapshot from it, also after changes") {
  Place place;
  CHECK(place.read("c") == place.read(""));
  REQUIRE(place.files.exists("c"));
  CHECK(place.read("c") == place.read(""));
  place.put("u", 2, 40, 11);
  CHECK(place.read("c") == place.read(""));
  place.put("u", 3, 43);
  CHECK(place.read("c") == place.read(""));
  CHECK(place.read("c") == place.read(""));
}

TEST_CASE("parsed cache: few new paragraphs do not pay for a new file") {
  Place place;
  (void)place.read("c");
  const auto before = *place.files.read("c");
  place.put("u", 2, 40, 3);
  (void)place.read("c");
  CHECK(*place.files.read("c") == before);
}

TEST_CASE("parsed cache: it is removed when most of it is of no use") {
  Place place;
  (void)place.read("c");
  place.put("t", 7, 10);
  place.put("u", 8, 10);
  CHECK(place.read("c") == place.read(""));
  CHECK_FALSE(place.files.exists("c"));
}

TEST_CASE("parsed cache: whatever is damaged is made anew, silently") {
  Place place;
  const auto wanted = place.read("c");
  const auto good = *place.files.read("c");
  for (std::size_t at = 0; at < good.size(); at += 97) {
    CAPTURE(at);
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x41);
    place.files.put("c", bad);
    CHECK(place.read("c") == wanted);
    place.files.put("c", good.substr(0, at));
    CHECK(place.read("c") == wanted);
  }
  CHECK(std::ranges::none_of(place.log.lines,
                             [](const auto& line) { return line.starts_with("W"); }));
}

// migration 2.4: a record with a problem is told of in every run
TEST_CASE("parsed cache: problems are told again") {
  Place place;
  place.files.put("u/Packages_amd64", *place.files.read("u/Packages_amd64") +
                                          "Package: bad\nVersion: 1\nArchitecture: amd64\n"
                                          "Depends: ((\n\nVersion: 1\n\n");
  (void)place.read("");
  const auto told = place.log.lines.size();
  for (int run = 0; run < 3; ++run) {
    place.log.lines.clear();
    (void)place.read("c");
    CHECK(place.log.lines.size() == told);
  }
}
