// covers: snapshot.cc stanza_index.cc stanza_parser.cc symbols.cc
#include "deb/snapshot_builder.h"

#include <doctest/doctest.h>

#include "deb/stanza_index.h"
#include "deb/stanza_parser.h"
#include "support/archive_builder.h"

using namespace sluice;

namespace {

std::string versions(const deb::Snapshot& snapshot, deb::SuiteIndex suite, std::string_view name) {
  const auto package = snapshot.suites[suite].binary(0, snapshot.symbols.find_name(name));
  return package.valid() ? std::string(snapshot.text(snapshot.record(0, package).version)) : "";
}

}  // namespace

// migration 2.3
TEST_CASE("sources: Extra-Source-Only is skipped, of two versions the higher wins") {
  const auto snapshot = support::archive({"amd64"})
                            .testing()
                            .source("old", "1", {.extra = "Extra-Source-Only: yes\n"})
                            .source("foo", "2")
                            .source("foo", "10")
                            .source("foo", "9")
                            .build();
  const auto& suite = snapshot->suites[0];
  CHECK(suite.source(snapshot->symbols.find_name("old")) == nullptr);
  CHECK(snapshot->text(suite.source(snapshot->symbols.find_name("foo"))->version) == "10");
}

// migration 2.2
TEST_CASE("sources: the maintainer is shown without addresses") {
  CHECK(deb::maintainer_name("Jo Doe <jo@x.example>") == "Jo Doe");
  CHECK(deb::maintainer_name("A <a@x.example>, B <b@x.example>") == "A, B");
  CHECK(deb::maintainer_name("no address") == "no address");
  CHECK(deb::maintainer_name("broken <oops") == "broken <oops");
}

// migration 2.3
TEST_CASE("sources: area by the first element of the section; unknown areas have none") {
  using enum deb::Component;
  CHECK(deb::component_of_section("libs") == main);
  CHECK(deb::component_of_section("universe/libs") == universe);
  CHECK(deb::component_of_section("contrib/libs") == none);
  CHECK(deb::component_of_section("non-free-firmware/kernel") == none);
  CHECK(deb::component_of_section("") == none);
}

// migration 2.4
TEST_CASE(
    "packages: superseded ones beside their successors: the highest version stays, the source "
    "follows") {
  const auto snapshot = support::archive({"amd64"})
                            .unstable()
                            .source("gcc-14", "14")
                            .source("gcc-15", "15")
                            .source("gcc-16", "16")
                            .binary("cross", "amd64", "2", {.source = "gcc-15 (15)"})
                            .binary("cross", "amd64", "1", {.source = "gcc-14 (14)"})
                            .binary("cross", "amd64", "3", {.source = "gcc-16 (16)"})
                            .build();
  CHECK(versions(*snapshot, 1, "cross") == "3");
  const auto binaries = [&](const char* name) {
    return snapshot->suites[1].source(snapshot->symbols.find_name(name))->binaries.size();
  };
  CHECK(binaries("gcc-16") == 1);
  CHECK(binaries("gcc-15") == 1);  // keeps the successor: take-overs read the same everywhere
  CHECK(binaries("gcc-14") == 0);
}

// migration 2.4
TEST_CASE("packages: an unknown source is made up and marked as fake") {
  const auto snapshot = support::archive({"amd64"})
                            .testing()
                            .binary("orphan", "amd64", "3", {.source = "lost (2)"})
                            .build();
  const auto* source = snapshot->suites[0].source(snapshot->symbols.find_name("lost"));
  REQUIRE(source != nullptr);
  CHECK(source->fake);
  CHECK(snapshot->text(source->version) == "2");
  CHECK(snapshot->text(source->section) == "faux");
}

// migration 2.4
TEST_CASE("packages: records of another architecture or without fields cost themselves alone") {
  auto builder = support::archive({"amd64"});
  builder.testing()
      .package("good", "1")
      .raw_packages("amd64",
                    "Package: alien\nVersion: 1\nArchitecture: m68k\n\nPackage: half\n\n\x01\x02 "
                    "garbage\n\n");
  const auto snapshot = builder.build();
  CHECK(versions(*snapshot, 0, "good") == "1");
  REQUIRE(builder.problems().size() >= 3);
  CHECK(
      builder.problems()[0].text ==
      "testing/Packages_amd64: package alien: architecture 'amd64' or 'all' expected, got 'm68k'");
}

// migration 2.4
TEST_CASE("packages: amd64 records of amd64v3 indexes are promoted") {
  auto builder = support::archive({"amd64v3"});
  builder.testing().raw_packages("amd64v3", "Package: fast\nVersion: 1\nArchitecture: amd64\n\n");
  const auto snapshot = builder.build();
  REQUIRE(versions(*snapshot, 0, "fast") == "1");
  const auto package = snapshot->suites[0].binary(0, snapshot->symbols.find_name("fast"));
  CHECK(snapshot->text(snapshot->record(0, package).architecture) == "amd64v3");
}

// migration 2.4
TEST_CASE("packages: suites that disagree on a pkg-id: the first stands, the second is reported") {
  auto builder = support::archive({"amd64"});
  builder.testing().source("foo", "1").binary("foo", "amd64", "1", {.depends = "a"});
  builder.unstable().source("foo", "1").binary("foo", "amd64", "1", {.depends = "b"});
  const auto snapshot = builder.build();
  REQUIRE(builder.problems().size() == 1);
  CHECK(builder.problems().front().text.contains(
      "foo/1/amd64: Depends: the same as in the index read before expected"));
  CHECK(snapshot->archs[0].records.size() == 1);
  const auto& record = snapshot->record(0, deb::PackageIndex(0U));
  CHECK(snapshot->relations.text(snapshot->clauses(record, deb::RelationField::depends)[0]) == "a");
}

// migration 2.4
TEST_CASE("packages: unusable Provides and Built-Using entries are dropped with a warning") {
  auto builder = support::archive({"amd64"});
  builder.testing()
      .source("foo", "1")
      .binary("foo", "amd64", "1",
              {.provides = "a | b, c (>= 1), d (= 2), e", .built_using = "x (= 1), y"});
  const auto snapshot = builder.build();
  CHECK(builder.problems().size() == 3);
  const auto& record = snapshot->record(0, deb::PackageIndex(0U));
  CHECK(snapshot->clauses(record, deb::RelationField::provides).size() == 2);
  CHECK(snapshot->clauses(record, deb::RelationField::built_using).size() == 1);
}

// migration 3.8
TEST_CASE("overlay: a source that is not built yet keeps its old binaries, a built one does not") {
  const auto snapshot = support::archive({"amd64", "arm64"})
                            .partial_unstable()
                            .testing()
                            .package("foo", "1")
                            .package("bar", "1")
                            .unstable()
                            .source("foo", "2")
                            .binary("foo2", "amd64", "2")
                            .build();
  const auto& overlay = snapshot->suites[1];
  const auto name = [&](const char* text) { return snapshot->symbols.find_name(text); };
  CHECK(overlay.source(name("bar")) != nullptr);
  CHECK(overlay.binary(0, name("bar")).valid());
  CHECK(!overlay.binary(0, name("foo")).valid());  // amd64: built, so foo is stale
  CHECK(overlay.binary(1, name("foo")).valid());   // arm64: not built yet
}

// migration 2.6
TEST_CASE("faux packages stand in the given suites on the given architectures") {
  deb::SnapshotBuilder builder({{"amd64", "arm64"}, deb::BuildRelations::skip});
  (void)builder.add_suite("testing", "", deb::SuiteClass::target);
  (void)builder.add_suite("unstable", "", deb::SuiteClass::primary);
  const std::vector<deb::SuiteIndex> both = {0, 1};
  builder.add_faux({"fake-kernel", "1.0-1", "non-free/faux", "kernel", "", "", {"arm64"}}, both);
  const auto snapshot = builder.finish();
  const auto name = snapshot->symbols.find_name("fake-kernel");
  CHECK(!snapshot->suites[0].binary(0, name).valid());
  CHECK(snapshot->suites[1].binary(1, name).valid());
  CHECK(snapshot->suites[1].source(name)->fake);
  const auto& record = snapshot->record(1, snapshot->suites[1].binary(1, name));
  CHECK(!record.arch_all);  // it would count nowhere but on the NOBREAKALL architectures (5.4)
  CHECK(snapshot->text(record.architecture) == "arm64");
}

TEST_CASE("paragraphs are recognised by their bytes, whatever was guessed before") {
  deb::StanzaIndex index;
  const auto ids = [&](std::string_view text) {
    std::vector<std::uint32_t> found;
    deb::StanzaCursor cursor(index, text);
    for (deb::StanzaCursor::Step step{}; cursor.next(step);) found.push_back(step.id);
    return found;
  };
  CHECK(ids("A: 1\n\nB: 2\n\nC: 3\n\n") == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(ids("A: 1\n\nB: 2\n\nC: 3\n\n") == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(ids("A: 1\n\nX: 9\n\nB: 2\n\nC: 33\n\n") == std::vector<std::uint32_t>{0, 3, 1, 4});
  CHECK(ids("\n\n").empty());
}

TEST_CASE("symbols: one number per text, found again after the table grew") {
  deb::SymbolTable table;
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 5000; ++i) ids.push_back(table.intern("name-" + std::to_string(i)));
  for (int i = 0; i < 5000; ++i)
    CHECK(table.find("name-" + std::to_string(i)) == ids[static_cast<std::size_t>(i)]);
  CHECK(table.text(ids[42]) == "name-42");
  CHECK(table.find("nobody") == deb::NameId::kNone);
  CHECK(table.intern("") == table.intern(""));
}
