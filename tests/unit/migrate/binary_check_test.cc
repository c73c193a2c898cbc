#include "migrate/binary_check.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::ArchiveBuilder;
using support::finder_texts;
using support::TestWorld;

namespace {

constexpr SuiteIndex kBinarySuite = 1;

// The binary check of foo/amd64 of a suite.
struct CheckedBinaries {
  explicit CheckedBinaries(ArchiveBuilder archive) : world(archive.build()) {}

  BinaryOutcome run(SuiteIndex suite = kBinarySuite) {
    return run(suite, ubuntu_finder(world.settings));
  }
  BinaryOutcome run(SuiteIndex suite, const FinderRules& rules) {
    const auto& snapshot = world.snapshot();
    const auto name = snapshot.symbols.find_name("foo");
    const SourcePair pair{snapshot.suites[0].source(name), snapshot.suites[suite].source(name)};
    excuse = {};
    excuse.item = {ItemKind::binaries, name, pair.source->version, suite, 0};
    return check_binaries(world.world(), rules, excuse, pair);
  }
  std::vector<std::string> texts() { return finder_texts(&excuse, world.world()); }

  TestWorld world;
  Excuse excuse;
};

using Texts = std::vector<std::string>;

ArchiveBuilder in_target() {
  return support::archive().testing().source("foo", "1").binary("foo", "amd64", "1").unstable();
}

}  // namespace

// migration 4.3 D
TEST_CASE("binary check: equal binaries are not worth an excuse") {
  CheckedBinaries checked(in_target().source("foo", "1").binary("foo", "amd64", "1"));
  CHECK(checked.run() == BinaryOutcome::nothing);
}

// migration 4.3 D
TEST_CASE("binary check: a rebuild is worth it") {
  CheckedBinaries checked(in_target().source("foo", "1").binary("foo", "amd64", "1+b1"));
  CHECK(checked.run() == BinaryOutcome::worth_it);
  CHECK(checked.texts() == Texts{"Updated binary: foo (1 to 1+b1)"});
  CHECK(checked.excuse.findings[0].place == Place::detail);
  CHECK(checked.excuse.findings[0].arch == "amd64");
  CHECK(checked.excuse.packages == std::vector{checked.world.ref("foo", "1+b1")});
}

// migration 4.3 D
TEST_CASE("binary check: a new binary is worth it") {
  CheckedBinaries checked(
      in_target().source("foo", "1").binary("foo", "amd64", "1").binary("foo-extra", "amd64", "1"));
  CHECK(checked.run() == BinaryOutcome::worth_it);
  CHECK(checked.texts() == Texts{"New binary: foo-extra (1)"});
}

// migration 4.3 D
TEST_CASE("binary check: a downgrade is wrong and stops the walk") {
  CheckedBinaries checked(in_target()
                              .source("foo", "1")
                              .binary("afoo", "amd64", "1")
                              .binary("foo", "amd64", "0.9", {.source = "foo (1)"})
                              .binary("zfoo", "amd64", "1"));
  CHECK(checked.run() == BinaryOutcome::wrong);
  CHECK(checked.texts() == Texts{"New binary: afoo (1)", "Not downgrading: foo (1 to 0.9)"});
  CHECK(checked.excuse.packages.size() == 2);
}

// migration 4.3 D
TEST_CASE("binary check: something wrong without something new is no excuse") {
  CheckedBinaries checked(
      in_target().source("foo", "1").binary("foo", "amd64", "0.9", {.source = "foo (1)"}));
  CHECK(checked.run() == BinaryOutcome::nothing);
}

// migration 4.3 D
TEST_CASE("binary check: cruft is wrong, or a detail with IGNORE_CRUFT") {
  CheckedBinaries checked(in_target()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1+b1")
                              .binary("libfoo0", "amd64", "0", {.source = "foo (0)"}));
  CHECK(checked.run() == BinaryOutcome::wrong);
  CHECK(checked.texts() == Texts{"Updated binary: foo (1 to 1+b1)", "Old cruft: libfoo0 0"});
  CHECK(checked.excuse.findings[1].verdict == Verdict::rejected_permanently);

  checked.world.settings.ignore_cruft = true;
  CHECK(checked.run() == BinaryOutcome::worth_it);
  CHECK(checked.texts()[1] == "Old cruft: libfoo0 0 (but ignoring cruft, so nevermind)");
  CHECK(checked.excuse.findings[1].place == Place::detail);
}

// migration 4.3 D
TEST_CASE("binary check: arch:all binaries are skipped, a new one is mentioned") {
  CheckedBinaries checked(in_target()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1+b1")
                              .binary("foo-doc", "all", "1+b1"));
  CHECK(checked.run() == BinaryOutcome::worth_it);
  CHECK(checked.texts() == Texts{"Updated binary: foo (1 to 1+b1)",
                                 "Ignoring foo-doc 1+b1 (from 1) as it is arch: all"});
}

// migration 4.3 D
TEST_CASE("binary check: an arch:all binary that both have is not mentioned") {
  CheckedBinaries checked(support::archive()
                              .testing()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1")
                              .binary("foo-doc", "all", "1")
                              .unstable()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1+b1")
                              .binary("foo-doc", "all", "1"));
  CHECK(checked.run() == BinaryOutcome::worth_it);
  CHECK(checked.texts() == Texts{"Updated binary: foo (1 to 1+b1)"});
}

// migration 4.3 D
TEST_CASE("binary check: a removed binary is worth it unless something keeps it") {
  const auto archive = [](const char* depends) {
    return support::archive()
        .testing()
        .source("foo", "1")
        .binary("foo", "amd64", "1")
        .binary("libfoo1", "amd64", "1", {.section = "libs"})
        .source("user", "1")
        .binary("user", "amd64", "1", {.depends = depends})
        .unstable()
        .source("foo", "1")
        .binary("foo", "amd64", "1");
  };
  CheckedBinaries unused(archive(""));
  unused.world.settings.smooth_updates = {"libs"};
  CHECK(unused.run() == BinaryOutcome::worth_it);
  CHECK(unused.texts() == Texts{"Removed binary: libfoo1 1"});

  CheckedBinaries used(archive("libfoo1"));
  used.world.settings.smooth_updates = {"libs"};
  CHECK(used.run() == BinaryOutcome::nothing);
}

// migration 4.3 D
TEST_CASE("binary check: a removed arch:all binary is only mentioned") {
  CheckedBinaries checked(support::archive()
                              .testing()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1")
                              .binary("foo-doc", "all", "1")
                              .unstable()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1+b1"));
  CHECK(checked.run() == BinaryOutcome::worth_it);
  CHECK(checked.texts() ==
        Texts{"Updated binary: foo (1 to 1+b1)", "Ignoring removal of foo-doc as it is arch: all"});
}

// migration 4.3 D
TEST_CASE("binary check: rebuilds in additional suites remove nothing") {
  CheckedBinaries checked(support::archive()
                              .testing()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1")
                              .binary("foo-extra", "amd64", "1")
                              .tpu()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1+b1"));
  CHECK(checked.run(2) == BinaryOutcome::worth_it);
  CHECK(checked.texts() == Texts{"Updated binary: foo (1 to 1+b1)"});
}

// migration 4.3 D
TEST_CASE("binary check: equal versions spelled differently are different sources") {
  CheckedBinaries checked(support::archive()
                              .testing()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1")
                              .binary("old", "amd64", "1")
                              .unstable()
                              .source("foo", "1-0")
                              .binary("foo", "amd64", "1+b1", {.source = "foo (1-0)"})
                              .binary("old", "amd64", "1+b1", {.source = "foo (1)"}));
  CHECK(checked.run() == BinaryOutcome::nothing);
  CHECK(checked.texts() == Texts{"From wrong source: foo 1+b1 (1-0 not 1)",
                                 "From wrong source: old 1+b1 (1 not 1-0)"});
}

// migration 4.8
TEST_CASE("binary check: dependencies are asked for before the binary is compared") {
  CheckedBinaries checked(in_target()
                              .source("foo", "1")
                              .binary("foo", "amd64", "1+b1")
                              .binary("foo-doc", "all", "1+b1")
                              .binary("libfoo0", "amd64", "0", {.source = "foo (0)"}));
  FinderRules rules;
  std::vector<std::size_t> findings_before;
  rules.check_dependencies = [&](Excuse& excuse, deb::BinaryRef) {
    findings_before.push_back(excuse.findings.size());
  };
  checked.run(kBinarySuite, rules);
  CHECK(findings_before == std::vector<std::size_t>{0});
}

// migration 4.3 B, D
TEST_CASE("binary check: same binaries are seen architecture by architecture") {
  const auto snapshot = support::archive({"amd64", "arm64"})
                            .testing()
                            .source("foo", "1")
                            .binary("foo", "amd64", "1")
                            .binary("foo", "arm64", "1")
                            .unstable()
                            .source("foo", "1")
                            .binary("foo", "amd64", "1")
                            .binary("foo", "arm64", "1+b1")
                            .build();
  const SourcePair pair{&snapshot->suites[0].sources[0], &snapshot->suites[1].sources[0]};
  CHECK(same_binaries(pair, 0));
  CHECK_FALSE(same_binaries(pair, 1));
}
