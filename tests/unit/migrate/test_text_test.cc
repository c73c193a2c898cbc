#include <doctest/doctest.h>

#include "migrate/finding_text.h"
#include "support/adt_world.h"

using namespace sluice;
using migrate::Finding;
using migrate::FindingKind;
using migrate::Place;
using migrate::TestOutcome;
using migrate::TestStatus;

namespace {

std::string text(const Finding& finding) {
  auto builder = support::archive();
  builder.testing().package("green", "1");
  builder.unstable().package("green", "2");
  support::TestWorld world(builder.build());
  const auto judgement = world.judge();
  return migrate::text_of(finding, *support::excuse_of(judgement, "green"), world.world());
}

Finding test_finding(FindingKind kind, const char* arch = "", Place place = Place::verdict) {
  Finding made;
  made.kind = kind;
  made.policy = migrate::PolicyId::autopkgtest;
  made.arch = arch;
  made.place = place;
  return made;
}

}  // namespace

// migration 4.6.3
TEST_CASE("test text: what tests wait for") {
  using enum FindingKind;
  CHECK(text(test_finding(tests_need_build)) == "nothing built yet, autopkgtest delayed");
  CHECK(text(test_finding(tests_need_build, "all")) ==
        "arch:all not built yet, autopkgtest delayed");
  CHECK(text(test_finding(tests_need_build, "amd64")) ==
        "arch:amd64 not built yet, autopkgtest delayed there");
  CHECK(text(test_finding(tests_uninstallable, "amd64", Place::info)) ==
        "uninstallable on arch amd64, not running autopkgtest there");
  CHECK(text(test_finding(tests_uninstallable, "amd64")) ==
        "uninstallable on arch amd64, autopkgtest delayed there");
  auto skipped = test_finding(tests_skipped);
  skipped.user = "ada";
  CHECK(text(skipped) == "Should wait for tests relating to green 2, but forced by ada");
}

// migration 4.6.8; testgrid 1.5
TEST_CASE("test text: what ended without a run is not in progress") {
  const auto label = [](TestStatus status) {
    auto made = test_finding(FindingKind::test_results);
    made.tests = {{"light", "", "amd64", status, "LOG", "", "", "", "was refused: a < b"}};
    const auto line = text(made);
    const auto begin = line.find("\">", line.find("span")) + 2;
    return line.substr(begin, line.find("</span>") - begin);
  };
  CHECK(label(TestStatus::running) == "Test was refused: a &lt; b");
  CHECK(label(TestStatus::running_always_fail) ==
        "Test was refused: a &lt; b (would not be considered a regression)");
  CHECK(label(TestStatus::running_reference) ==
        "Reference test was refused: a &lt; b, but real test failed already");
}

// migration 4.6.8
TEST_CASE("test text: one line for a tested source") {
  auto made = test_finding(FindingKind::test_results);
  CHECK(text(made) == "");
  made.tests = {{"light", "1", "amd64", TestStatus::regression, "LOG", "HISTORY", "", "RETRY"},
                {"light", "1", "i386", TestStatus::pass, "LOG2", "", "ARTIFACT", ""}};
  CHECK(text(made) ==
        "autopkgtest for light/1: <a href=\"HISTORY\">amd64</a>: <a href=\"LOG\"><span "
        "style=\"background:#ff6666\">Regression</span></a> <a href=\"RETRY\" "
        "style=\"text-decoration: none;\">♻ </a> , i386: <a href=\"LOG2\"><span "
        "style=\"background:#87d96c\">Pass</span></a> <a href=\"ARTIFACT\">[artifacts]</a>");
  made.tests = {{"light", "", "amd64", TestStatus::running, "LOG", "", "", ""}};
  CHECK(text(made) ==
        "autopkgtest for light: amd64: <a href=\"LOG\"><span style=\"background:#99ddff\">Test in "
        "progress</span></a>");
}
