#include "migrate/build_check.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::ArchiveBuilder;
using support::finder_texts;
using support::TestWorld;

namespace {

constexpr SuiteIndex kBuildSuite = 1;

// The excuse of source foo of a suite after its build check alone.
struct CheckedBuilds {
  explicit CheckedBuilds(ArchiveBuilder archive) : world(archive.build()) {}

  const Excuse& run(SuiteIndex suite = kBuildSuite) {
    return run(suite, ubuntu_finder(world.settings));
  }
  const Excuse& run(SuiteIndex suite, const FinderRules& rules) {
    const auto name = world.snapshot().symbols.find_name("foo");
    const auto* source = world.snapshot().suites[suite].source(name);
    excuse = {};
    excuse.item = {ItemKind::source, name, source->version, suite, 0};
    excuse.new_version = world.snapshot().text(source->version);
    excuse.verdict = Verdict::pass;
    check_builds(world.world(), rules, excuse, *source);
    return excuse;
  }
  std::vector<std::string> texts() { return finder_texts(&excuse, world.world()); }

  TestWorld world;
  Excuse excuse;
};

FinderRules debian_like() {
  FinderRules rules;
  rules.lists_missing_builds = true;
  rules.details_missing_builds = false;
  rules.mentions_out_of_sync = true;
  rules.missing_build_reason = "";
  rules.cruft_reason = "";
  return rules;
}

std::string build_link(const std::string& arch, const std::string& version,
                       const std::string& text) {
  return "<a href=\"https://buildd.debian.org/status/logs.php?arch=" + arch +
         "&pkg=foo&ver=" + version + "\" target=\"_blank\">" + text + "</a>";
}

// amd64 is built, arm64 is not.
ArchiveBuilder half_built() {
  return support::archive({"amd64", "arm64"})
      .unstable()
      .source("foo", "2")
      .binary("foo", "amd64", "2")
      .binary("foo", "arm64", "1", {.source = "foo (1)"});
}

// The new version is built, but a library of the old one is left.
ArchiveBuilder crufty() {
  return support::archive()
      .unstable()
      .source("foo", "2")
      .binary("foo", "amd64", "2")
      .binary("libfoo1", "amd64", "1", {.source = "foo (1)"});
}

}  // namespace

// migration 4.3 C (3)
TEST_CASE("build check: a complete build says nothing and notes the packages by name") {
  CheckedBuilds checked(support::archive()
                            .unstable()
                            .source("foo", "2")
                            .binary("zfoo", "amd64", "2")
                            .binary("afoo", "amd64", "2")
                            .binary("foo-doc", "all", "2"));
  const auto& excuse = checked.run();
  CHECK(excuse.verdict == Verdict::pass);
  CHECK(excuse.findings.empty());
  CHECK(excuse.packages == std::vector{checked.world.ref("afoo", "2"),
                                       checked.world.ref("foo-doc", "2"),
                                       checked.world.ref("zfoo", "2")});
}

// migration 4.3 C (3)
TEST_CASE("build check: an architecture with old binaries only is a missing build") {
  CheckedBuilds checked(half_built());
  const auto& excuse = checked.run();
  CHECK(excuse.verdict == Verdict::rejected_cannot_determine_if_permanent);
  CHECK(excuse.reasons == std::set<std::string, std::less<>>{"missingbuild"});
  CHECK(excuse.missing_builds == std::set<std::string, std::less<>>{"arm64"});
  CHECK(excuse.old_binaries.at("1") == std::set<std::string>{"foo"});
  CHECK(excuse.packages.size() == 2);
  CHECK(checked.texts() ==
        std::vector<std::string>{
            "missing build on " + build_link("arm64", "2", "arm64"),
            "old binaries on arm64: foo (from " + build_link("arm64", "1", "1") + ")"});
  CHECK(excuse.findings[0].arch == "arm64");
  CHECK(excuse.findings[0].binaries == std::vector{checked.world.ref("foo", "1", "arm64")});
  CHECK(excuse.findings[1].place == Place::detail);
}

// migration 4.3 C (3)
TEST_CASE("build check: an architecture that never had a binary is no missing build") {
  CheckedBuilds checked(support::archive({"amd64", "arm64"})
                            .unstable()
                            .source("foo", "2")
                            .binary("foo", "amd64", "2"));
  CHECK(checked.run().verdict == Verdict::pass);
}

// migration 4.3 C (3)
TEST_CASE("build check: distribution ubuntu links to Launchpad and lists at once") {
  CheckedBuilds checked(half_built());
  checked.world.settings.distribution = "ubuntu";
  checked.run();
  CHECK(checked.texts()[0] ==
        "missing build on <a href=\"https://launchpad.net/ubuntu/+source/foo/2/+latestbuild/"
        "arm64\" target=\"_blank\">arm64</a>: foo (from <a href=\"https://launchpad.net/ubuntu/"
        "+source/foo/1/+latestbuild/arm64\" target=\"_blank\">1</a>)");
}

// migration 4.3 C (3)
TEST_CASE("build check: versions are percent-encoded in links only") {
  CheckedBuilds checked(support::archive()
                            .unstable()
                            .source("foo", "1:2+b")
                            .binary("foo", "amd64", "1", {.source = "foo (1:1~a+b)"}));
  checked.run();
  CHECK(checked.texts()[0] == "missing build on " + build_link("amd64", "1%3A2%2Bb", "amd64"));
  CHECK(checked.texts()[1] ==
        "old binaries on amd64: foo (from " + build_link("amd64", "1%3A1~a%2Bb", "1:1~a+b") + ")");
}

// migration 4.3 C (3)
TEST_CASE("build check: several old versions are joined with semicolons, names sorted") {
  CheckedBuilds checked(support::archive()
                            .unstable()
                            .source("foo", "3")
                            .binary("b", "amd64", "1", {.source = "foo (1)"})
                            .binary("c", "amd64", "2", {.source = "foo (2)"})
                            .binary("a", "amd64", "1", {.source = "foo (1)"}));
  checked.run();
  CHECK(checked.texts()[1] == "old binaries on amd64: a, b (from " + build_link("amd64", "1", "1") +
                                  "); c (from " + build_link("amd64", "2", "2") + ")");
}

// migration 4.3 C (3)
TEST_CASE("build check: old binaries beside new ones are cruft") {
  CheckedBuilds checked(crufty());
  const auto& excuse = checked.run();
  CHECK(excuse.verdict == Verdict::rejected_permanently);
  CHECK(excuse.reasons == std::set<std::string, std::less<>>{"cruft"});
  CHECK(excuse.missing_builds.empty());
  CHECK(checked.texts() ==
        std::vector<std::string>{"old binaries left on " + build_link("amd64", "2", "amd64") +
                                 ": libfoo1 (from " + build_link("amd64", "1", "1") + ")"});
}

// migration 4.3 C (3)
TEST_CASE("build check: IGNORE_CRUFT leaves a detail") {
  CheckedBuilds checked(crufty());
  checked.world.settings.ignore_cruft = true;
  const auto& excuse = checked.run();
  CHECK(excuse.verdict == Verdict::pass);
  CHECK(excuse.reasons.empty());
  REQUIRE(excuse.findings.size() == 1);
  CHECK(excuse.findings[0].place == Place::detail);
  CHECK(checked.texts()[0].ends_with("</a>) (but ignoring cruft, so nevermind)"));
}

// migration 4.3 C (3)
TEST_CASE("build check: OUTOFSYNC records the missing build without text or verdict") {
  CheckedBuilds checked(half_built());
  checked.world.settings.outofsync = {"arm64"};
  const auto& excuse = checked.run();
  CHECK(excuse.verdict == Verdict::pass);
  CHECK(excuse.findings.empty());
  CHECK(excuse.missing_builds == std::set<std::string, std::less<>>{"arm64"});
}

// migration 4.8
TEST_CASE("build check: Debian's texts name OUTOFSYNC and always list, without reasons") {
  CheckedBuilds checked(half_built());
  checked.run(kBuildSuite, debian_like());
  const auto list = ": foo (from " + build_link("arm64", "1", "1") + ")";
  CHECK(checked.texts() ==
        std::vector<std::string>{"missing build on " + build_link("arm64", "2", "arm64") + list});
  CHECK(checked.excuse.reasons.empty());

  checked.world.settings.outofsync = {"arm64"};
  checked.run(kBuildSuite, debian_like());
  CHECK(checked.texts() ==
        std::vector<std::string>{"missing build on " + build_link("arm64", "2", "arm64") + list +
                                 " (but arm64 isn't keeping up, so nevermind)"});
  CHECK(checked.excuse.verdict == Verdict::pass);
}

// migration 4.3 C (3)
TEST_CASE("build check: arch:all binaries count on the pseudo architecture all") {
  CheckedBuilds checked(support::archive({"amd64", "arm64"})
                            .unstable()
                            .source("foo", "2")
                            .binary("foo", "amd64", "2")
                            .binary("foo", "arm64", "2")
                            .binary("foo-doc", "all", "1", {.source = "foo (1)"}));
  const auto& excuse = checked.run();
  CHECK(excuse.missing_builds == std::set<std::string, std::less<>>{"all"});
  CHECK(excuse.packages.size() == 4);
  CHECK(checked.texts()[1] ==
        "old binaries on all: foo-doc (from " + build_link("all", "1", "1") + ")");
}

// migration 1.3, 4.3 C (3)
TEST_CASE("build check: without an arch:all builder they count on ALL_BUILDARCH only") {
  CheckedBuilds checked(support::archive({"amd64", "arm64"})
                            .unstable()
                            .source("foo", "2")
                            .binary("foo", "amd64", "2")
                            .binary("foo", "arm64", "2")
                            .binary("foo-doc", "all", "1", {.source = "foo (1)"}));
  checked.world.settings.has_arch_all_buildds = false;
  checked.world.settings.all_buildarch = "arm64";
  const auto& excuse = checked.run();
  CHECK(excuse.packages.size() == 4);
  CHECK(checked.texts() ==
        std::vector<std::string>{"old binaries left on " + build_link("arm64", "2", "arm64") +
                                 ": foo-doc (from " + build_link("arm64", "1", "1") + ")"});
}

// migration 4.3 C (3)
TEST_CASE("build check: a later architecture overwrites the verdict of an earlier one") {
  auto archive = support::archive({"amd64", "arm64"})
                     .unstable()
                     .source("foo", "2")
                     .binary("foo", "amd64", "2")
                     .binary("libfoo1", "amd64", "1", {.source = "foo (1)"})
                     .binary("foo", "arm64", "1", {.source = "foo (1)"});
  CheckedBuilds checked(archive);
  CHECK(checked.run().verdict == Verdict::rejected_cannot_determine_if_permanent);
  CHECK(checked.excuse.findings[0].verdict == Verdict::rejected_permanently);
  CHECK(checked.excuse.reasons == std::set<std::string, std::less<>>{"cruft", "missingbuild"});
}

// migration 4.3 C (4)
TEST_CASE("build check: a source without binaries anywhere") {
  CheckedBuilds checked(support::archive().unstable().source("foo", "2"));
  const auto& excuse = checked.run();
  CHECK(excuse.verdict == Verdict::rejected_permanently);
  CHECK(excuse.reasons == std::set<std::string, std::less<>>{"no-binaries"});
  CHECK(checked.texts() == std::vector<std::string>{"foo has no binaries on any arch"});
}

namespace {

// tpu has built foo on amd64 only; the target has it on both.
struct InTpu {
  InTpu()
      : world(support::archive({"amd64", "arm64"})
                  .testing()
                  .source("foo", "1")
                  .binary("foo", "amd64", "1")
                  .binary("foo", "arm64", "1")
                  .tpu()
                  .source("foo", "1+tpu")
                  .binary("foo", "amd64", "1+tpu")
                  .build()) {}

  void run() {
    const auto& snapshot = world.snapshot();
    const auto name = snapshot.symbols.find_name("foo");
    const SourcePair pair{snapshot.suites[0].source(name), snapshot.suites[2].source(name)};
    excuse.item = {ItemKind::source, name, pair.source->version, 2, 0};
    excuse.new_version = "1+tpu";
    excuse.verdict = Verdict::pass;
    check_builds_against_target(world.world(), ubuntu_finder(world.settings), excuse, pair);
  }

  TestWorld world;
  Excuse excuse;
};

const std::string kNotYet =
    "Not yet built on <a href=\"https://buildd.debian.org/status/logs.php?arch=arm64&pkg=foo&ver="
    "1%2Btpu&suite=testing\" target=\"_blank\">arm64</a> (relative to target suite)";

}  // namespace

// migration 4.3 C (6)
TEST_CASE("build check: an additional suite has to build where the target has builds") {
  InTpu tpu;
  tpu.run();
  CHECK(tpu.excuse.verdict == Verdict::rejected_cannot_determine_if_permanent);
  CHECK(tpu.excuse.reasons.contains("missingbuild"));
  CHECK(tpu.excuse.missing_builds == std::set<std::string, std::less<>>{"arm64"});
  CHECK(finder_texts(&tpu.excuse, tpu.world.world()) == std::vector<std::string>{kNotYet});
}

// migration 4.3 C (6)
TEST_CASE("build check: OUTOFSYNC forgives an additional suite and says so") {
  InTpu tpu;
  tpu.world.settings.outofsync = {"arm64"};
  tpu.run();
  CHECK(tpu.excuse.verdict == Verdict::pass);
  CHECK(tpu.excuse.findings[0].place == Place::info);
  CHECK(finder_texts(&tpu.excuse, tpu.world.world()) ==
        std::vector<std::string>{kNotYet + " (but arm64 isn't keeping up, so never mind)"});
}
