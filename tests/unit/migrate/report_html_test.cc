#include <doctest/doctest.h>

#include "support/excuse_fixture.h"

using namespace sluice;
using namespace sluice::migrate;
using support::ReportFixture;
using support::sentence;
using Texts = std::vector<std::string>;

namespace {
const base::Instant kReportTime = base::instant_of_seconds(1763669706);  // 2025-11-20 20:15:06

ExcuseDependency on_item(DependencyType type, const char* item, bool valid) {
  ExcuseDependency dependency;
  dependency.type = type;
  Alternative alternative;
  alternative.item = item;
  alternative.valid = valid;
  dependency.alternatives = {alternative};
  return dependency;
}
}  // namespace

// migration 4.7
TEST_CASE("report html: items without age come first, then by age, then by name") {
  const ReportFixture fixture;
  std::vector<Excuse> excuses;
  for (const char* name : {"a", "b", "c", "d"}) {
    excuses.push_back(fixture.excuse("foo"));
    excuses.back().uvname = name;
  }
  excuses[0].days_old = 10.5;
  excuses[1].days_old = 2.0;
  excuses[2].days_old = 2.0;

  std::string order;
  for (const auto* excuse : in_report_order(excuses)) order += excuse->uvname;

  CHECK(order == "dbca");
}

// migration 4.7
TEST_CASE("report html: the page is the peers'") {
  const ReportFixture fixture;
  const std::vector excuses = {fixture.excuse("foo")};

  CHECK(excuses_html(excuses, fixture.world(), kReportTime) ==
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" "
        "\"http://www.w3.org/TR/REC-html40/strict.dtd\">\n"
        "<html><head><title>excuses...</title><meta http-equiv=\"Content-Type\" "
        "content=\"text/html;charset=utf-8\"></head><body>\n"
        "<p>Generated: 2025.11.20 20:15:06 +0000</p>\n<ul>\n"
        "<li><a id=\"foo\" name=\"foo\">foo</a> (1 to 2)\n<ul>\n"
        "<li>Migration status for foo (1 to 2): Will attempt migration (Any information below is "
        "purely informational)\n</ul>\n</ul></body></html>\n");
}

// migration 4.7
TEST_CASE("report html: with distribution ubuntu the name and the versions link to Launchpad") {
  ReportFixture fixture;
  fixture.settings.distribution = "ubuntu";
  auto excuse = fixture.excuse("foo");
  excuse.old_version = "-";
  const auto page = excuses_html(std::vector{excuse}, fixture.world(), kReportTime);

  CHECK(page.find("<li><a id=\"foo\" name=\"foo\" "
                  "href=\"https://launchpad.net/ubuntu/+source/foo\">foo</a> (- to <a "
                  "href=\"https://launchpad.net/ubuntu/+source/foo/2\">2</a>)\n") !=
        std::string::npos);
}

// migration 4.8
TEST_CASE("report html: Debian's lines are status, maintainer, section, age, list, dependencies") {
  const ReportFixture fixture(RuleSet::debian);
  auto excuse = fixture.excuse("foo");
  excuse.section = "contrib/misc";
  excuse.days_old = 3;
  excuse.required_days = 5;
  auto ignored = sentence("gone", Place::info);
  ignored.kind = FindingKind::ignoring_break_arch_dependency;
  ignored.arch = "arm64";
  excuse.findings = {ignored, sentence("first", Place::info)};
  excuse.dependencies = {on_item(DependencyType::depends, "zoo", true),
                         on_item(DependencyType::depends, "bar/amd64", false),
                         on_item(DependencyType::depends, "bar/arm64", true),
                         on_item(DependencyType::build_depends, "bar", true)};

  CHECK(excuse_html_lines(excuse, fixture.world()) ==
        Texts{"Migration status: Will attempt migration (Any information below is purely "
              "informational)",
              "Maintainer: Jo Doe", "Section: contrib/misc", "Too young, only 3 of 5 days old",
              "first", "Build-Depends(-Arch): foo <a href=\"#bar\">bar</a>",
              "Depends: foo <a href=\"#bar\">bar</a> (not considered)",
              "Depends: foo <a href=\"#zoo\">zoo</a>",
              "Ignoring arm64 depends: <a href=\"#gone\">gone</a>"});
}

// migration 4.8
TEST_CASE("report html: Debian's age line depends on the requirement") {
  const ReportFixture fixture(RuleSet::debian);
  auto excuse = fixture.excuse("foo");
  excuse.maintainer.clear();
  excuse.days_old = 10;
  const auto age_line = [&](double required) {
    excuse.required_days = required;
    return excuse_html_lines(excuse, fixture.world()).back();
  };

  CHECK(age_line(0) == "10 days old");
  CHECK(age_line(10) == "10 days old (needed 10 days)");
  CHECK(age_line(11) == "Too young, only 10 of 11 days old");
}
