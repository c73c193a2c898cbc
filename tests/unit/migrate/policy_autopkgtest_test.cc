// covers: test_desk.cc
#include <doctest/doctest.h>

#include <algorithm>

#include "migrate/policies.h"
#include "support/adt_world.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::FindingKind;
using migrate::PolicyId;
using migrate::RuleSet;
using migrate::TestStatus;
using migrate::Verdict;
using support::AdtWorld;
using support::answer_of;
using support::archive;
using support::statuses_of;
using support::tested;
using Texts = std::vector<std::string>;

namespace {

// green 2 with tests of its own replaces green 1 on two architectures; light 1 with tests uses it.
support::ArchiveBuilder builder_of_two() {
  auto builder = archive({"amd64", "i386"});
  builder.testing().package("green", "1");
  builder.unstable().source("green", "2", tested());
  for (const auto* arch : {"amd64", "i386"}) builder.binary("green", arch, "2");
  for (int i = 0; i < 2; ++i) {
    (i == 0 ? builder.testing() : builder.unstable()).source("light", "1", tested());
    for (const auto* arch : {"amd64", "i386"})
      builder.binary("light", arch, "1", {.depends = "green"});
  }
  return builder;
}

AdtWorld two(RuleSet rules = RuleSet::ubuntu) {
  auto builder = builder_of_two();
  return AdtWorld(builder.build(), rules);
}

// All four tests of `two` have that result, and passed before.
AdtWorld all(const char* code, RuleSet rules = RuleSet::ubuntu) {
  auto world = two(rules);
  for (const auto* arch : {"amd64", "i386"}) {
    const auto tail = std::string(arch) + " " + code;
    world.result("green/2 green " + tail + " 2").result("green/2 light " + tail + " 1");
    world.result(std::string("a/1 green ") + arch + " PASS 1");
    world.result(std::string("a/1 light ") + arch + " PASS 1");
  }
  return world;
}

Texts kinds_of(const migrate::Excuse& excuse) {
  Texts kinds;
  for (const auto& finding : excuse.findings) {
    if (finding.policy != PolicyId::autopkgtest) continue;
    const bool rejects = finding.place == migrate::Place::verdict;
    std::string line = rejects ? "verdict" : "info";
    for (const auto& test : finding.tests) line += " " + test.source + "/" + test.arch;
    kinds.push_back(line);
  }
  return kinds;
}

const migrate::Excuse& green_excuse(const migrate::Judgement& judgement) {
  return *support::excuse_of(judgement, "green");
}

Verdict verdict(const migrate::Judgement& judgement) {
  return green_excuse(judgement).policy_verdicts.at(PolicyId::autopkgtest);
}

}  // namespace

// migration 4.4
TEST_CASE("autopkgtest: runs after piuparts, before age, and only if it is enabled") {
  migrate::Settings settings;
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    settings.rules = rules;
    settings.adt.enabled = migrate::Switch::dry_run;
    const auto on = policies_of(settings);
    const auto at = std::ranges::find(on, PolicyId::autopkgtest, &migrate::PolicySpec::id);
    REQUIRE(at != on.end());
    CHECK((at - 1)->id == PolicyId::piuparts);
    CHECK((at + 1)->id == PolicyId::age);
    CHECK_FALSE(at->additional_suites);
    CHECK((at->on_arch == nullptr));
    settings.adt.enabled = migrate::Switch::off;
    CHECK(policies_of(settings).size() == on.size() - 1);
  }
}

// migration 4.6.3
TEST_CASE("autopkgtest: tests wait for builds, all of them or those of an architecture") {
  auto none = archive();
  none.testing().package("green", "1");
  none.unstable().source("green", "2", tested());
  AdtWorld nothing(none.build());
  CHECK(answer_of(nothing, "green", PolicyId::autopkgtest).texts ==
        Texts{"nothing built yet, autopkgtest delayed"});
  CHECK(nothing.judge().wanted.empty());

  auto part = archive({"amd64", "i386"});
  part.testing().package("green", "1").binary("green-doc", "all", "1");
  part.unstable().source("green", "2", tested()).binary("green", "amd64", "2");
  part.binary("green", "i386", "1", {.source = "green (1)"});
  const auto snapshot = part.build();
  AdtWorld missing(snapshot);
  const auto judgement = missing.judge();
  CHECK(answer_of(missing, "green", PolicyId::autopkgtest).texts ==
        Texts{"arch:i386 not built yet, autopkgtest delayed there"});
  CHECK(support::requests_of(judgement) == Texts{"green/amd64: green/2"});
  CHECK(verdict(judgement) == Verdict::rejected_temporarily);
  CHECK(green_excuse(judgement).reasons.contains("autopkgtest"));
}

// migration 4.6.3
TEST_CASE("autopkgtest: arch:all packages, or the architecture that builds them, must be there") {
  struct Row {
    bool own_builders;
    const char* arch;  // of the old binary
    Texts texts;
    std::size_t requests;
  };
  const Row rows[] = {
      {true, "all", {"arch:all not built yet, autopkgtest delayed"}, 0},
      {true, "i386", {"arch:i386 not built yet, autopkgtest delayed there"}, 1},
      {false, "i386", {"arch:all not built yet, autopkgtest delayed"}, 0},
      {false, "amd64", {"arch:amd64 not built yet, autopkgtest delayed there"}, 1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arch);
    auto builder = archive({"amd64", "i386"});
    builder.testing().package("green", "1");
    builder.unstable().source("green", "2", tested());
    for (const std::string arch : {"amd64", "i386"})
      if (arch != row.arch) builder.binary("green", arch, "2");
    builder.binary("green-old", row.arch, "1", {.source = "green (1)"});
    AdtWorld world(builder.build());
    world.settings.has_arch_all_buildds = row.own_builders;
    world.settings.all_buildarch = "arm64 i386";
    CHECK(answer_of(world, "green", PolicyId::autopkgtest).texts == row.texts);
    CHECK(world.judge().wanted.size() == row.requests);
  }
}

// migration 4.6.3, 4.5.1, 4.8
TEST_CASE("autopkgtest: nothing is tested where the item is unsatisfiable") {
  struct Row {
    RuleSet rules;
    Verdict verdict;
    const char* text;
  };
  const Row rows[] = {
      {RuleSet::ubuntu, Verdict::pass, "uninstallable on arch i386, not running autopkgtest there"},
      {RuleSet::debian, Verdict::rejected_temporarily,
       "uninstallable on arch i386, autopkgtest delayed there"},
  };
  for (const auto& row : rows) {
    auto builder = archive({"amd64", "i386"});
    builder.testing().package("green", "1");
    builder.unstable().source("green", "2", tested()).binary("green", "amd64", "2");
    builder.binary("green", "i386", "2", {.depends = "nowhere"});
    AdtWorld world(builder.build(), row.rules);
    world.result("green/2 green amd64 PASS 2");
    const auto judgement = world.judge();
    CHECK(verdict(judgement) == row.verdict);
    CHECK(answer_of(world, "green", PolicyId::autopkgtest).texts == Texts{row.text});
  }
}

// migration 4.6.3, 4.5.1
TEST_CASE("autopkgtest: a tolerated uninstallable package is tested") {
  auto builder = archive();
  builder.testing().package("green", "1", {.depends = "nowhere"});
  builder.unstable().source("green", "2", tested());
  builder.binary("green", "amd64", "2", {.depends = "nowhere"});
  AdtWorld world(builder.build());
  CHECK(support::requests_of(world.judge()) == Texts{"green/amd64: green/2"});
}

// migration 4.6.3
TEST_CASE("autopkgtest: verdict, reason and place of the lines, by status") {
  struct Row {
    const char* code;
    Verdict verdict;
    bool reason;
    Texts findings;
  };
  const Row rows[] = {
      {"PASS", Verdict::pass, false, {}},
      {"NEUTRAL", Verdict::pass, false, {}},
      {"OLD_PASS",
       Verdict::pass,
       false,
       {"info green/amd64 green/i386", "info light/amd64 light/i386"}},
      {"FAIL",
       Verdict::rejected_permanently,
       true,
       {"verdict green/amd64 green/i386", "verdict light/amd64 light/i386"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.code);
    auto world = all(row.code);
    const auto judgement = world.judge();
    CHECK(verdict(judgement) == row.verdict);
    CHECK(green_excuse(judgement).reasons.contains("autopkgtest") == row.reason);
    CHECK(kinds_of(green_excuse(judgement)) == row.findings);
  }
}

// migration 4.6.3
TEST_CASE("autopkgtest: what runs delays if it could fail, and has no version") {
  auto fresh = two();
  const auto unknown = fresh.judge();
  CHECK(verdict(unknown) == Verdict::pass);
  CHECK(kinds_of(green_excuse(unknown)).empty());
  CHECK(statuses_of(unknown, "green") ==
        Texts{"green amd64 RUNNING-ALWAYSFAIL", "green i386 RUNNING-ALWAYSFAIL",
              "light amd64 RUNNING-ALWAYSFAIL", "light i386 RUNNING-ALWAYSFAIL"});

  auto good = two();
  good.result("a/1 light amd64 PASS 1").result("green/2 light i386 PASS 1");
  const auto judgement = good.judge();
  CHECK(verdict(judgement) == Verdict::rejected_temporarily);
  CHECK(statuses_of(judgement, "green") == Texts{"green amd64 RUNNING-ALWAYSFAIL",
                                                 "green i386 RUNNING-ALWAYSFAIL",
                                                 "light/1 amd64 RUNNING", "light/1 i386 PASS"});
  const auto& findings = green_excuse(judgement).findings;
  const auto line = std::ranges::find(findings, FindingKind::test_results, &migrate::Finding::kind);
  REQUIRE(line != findings.end());
  const auto& tests = line->tests;
  REQUIRE(tests.size() == 2);
  CHECK(tests[0].source == "light");
  CHECK(tests[0].version == "1");
  CHECK(tests[0].arch == "amd64");
  CHECK(tests[0].status == TestStatus::running);
}

// testgrid 1.5; migration 4.6.6, 4.6.7
TEST_CASE("autopkgtest: what ended without a run is not asked for again, and the excuse says why") {
  auto ended = two();
  ended.result("a/1 light amd64 PASS 1");
  ended.facts.tests.ended[{"green/2", "light", "amd64"}] = "was cancelled by ada";
  const auto judgement = ended.judge();
  CHECK(support::requests_of(judgement) ==
        Texts{"green/amd64: green/2", "green/i386: green/2", "light/i386: green/2"});
  CHECK_FALSE(judgement.pending.has("green/2", "light", "amd64"));
  // The status is one that the peers' readers know.
  CHECK(std::ranges::count(statuses_of(judgement, "green"), "light amd64 RUNNING") == 1);
  CHECK(verdict(judgement) == Verdict::rejected_temporarily);
  const auto texts = answer_of(ended, "green", PolicyId::autopkgtest).texts;
  CHECK(std::ranges::count_if(texts, [](const std::string& line) {
          return line.contains("Test was cancelled by ada");
        }) == 1);
  ended.result("green/2 light amd64 PASS 1");
  CHECK(std::ranges::count(statuses_of(ended.judge(), "green"), "light/1 amd64 PASS") == 1);
}

// testgrid 1.5; migration 4.6.7
TEST_CASE("autopkgtest: a reference run that ended without a run is not asked for again") {
  auto world = two();
  world.source(migrate::ResultSource::swift).settings.adt.baseline_by_reference = true;
  world.result("green/2 light amd64 FAIL 1");
  CHECK(std::ranges::count(support::requests_of(world.judge()),
                           "light/amd64: migration-reference/0") == 1);
  world.facts.tests.ended[{"migration-reference/0", "light", "amd64"}] = "was given up: no disk";
  CHECK(std::ranges::count(support::requests_of(world.judge()),
                           "light/amd64: migration-reference/0") == 0);
  const auto texts = answer_of(world, "green", PolicyId::autopkgtest).texts;
  CHECK(std::ranges::count_if(texts, [](const std::string& line) {
          return line.contains("Reference test was given up: no disk, but real test failed");
        }) == 1);
}

// migration 4.6.3
TEST_CASE("autopkgtest: tests of different versions are different groups") {
  auto world = two();
  world.result("green/2 light amd64 PASS 1").result("green/2 light i386 PASS 0.9");
  world.result("green/2 green amd64 PASS 2").result("green/2 green i386 PASS 2");
  CHECK(statuses_of(world.judge(), "green") == Texts{"green/2 amd64 PASS", "green/2 i386 PASS",
                                                     "light/0.9 i386 PASS", "light/1 amd64 PASS"});
}

// migration 4.6.3, 4.6.7
TEST_CASE("autopkgtest: a reference run that is missing delays") {
  auto world = all("FAIL");
  world.settings.adt.baseline_by_reference = true;
  world.hint("force-badtest green/all");
  const auto judgement = world.judge();
  CHECK(verdict(judgement) == Verdict::rejected_temporarily);
  CHECK(kinds_of(green_excuse(judgement)) == Texts{"verdict light/amd64 light/i386"});
}

// migration 4.6.3, 6.2
TEST_CASE("autopkgtest: force-skiptest for the version passes, and says so") {
  auto world = all("FAIL");
  world.hint("force-skiptest green/2");
  const auto judgement = world.judge();
  CHECK(verdict(judgement) == Verdict::pass_hinted);
  CHECK(green_excuse(judgement).reasons.contains("skiptest"));
  CHECK_FALSE(green_excuse(judgement).reasons.contains("autopkgtest"));
  CHECK(kinds_of(green_excuse(judgement)) ==
        Texts{"info", "info green/amd64 green/i386", "info light/amd64 light/i386"});

  auto other = all("FAIL");
  other.hint("force-skiptest green/1");
  CHECK(verdict(other.judge()) == Verdict::rejected_permanently);
  auto passed = all("PASS");
  passed.hint("force-skiptest green/2");
  CHECK(verdict(passed.judge()) == Verdict::pass);
}

// migration 4.6.3, 4.5.4
TEST_CASE("autopkgtest: days off for own tests that pass everywhere") {
  struct Row {
    const char* name;
    const char* change;  // of one result
    bool bounty;
  };
  const Row rows[] = {
      {"all pass", "a/2 green amd64 PASS 1", true},
      {"own test neutral", "green/2 green i386 NEUTRAL 2", false},
      {"another's test neutral", "green/2 light i386 NEUTRAL 1", true},
      {"own regression", "green/2 green i386 FAIL 2", false},
      {"another's regression", "green/2 light i386 FAIL 1", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto world = all("PASS");
    world.settings.adt.success_bounty = 3;
    world.result(row.change);
    const auto judgement = world.judge();
    const auto& bounties = green_excuse(judgement).bounties;
    CHECK(bounties.contains("autopkgtest") == row.bounty);
    if (row.bounty) CHECK(bounties.at("autopkgtest") == 3);
  }
  auto off = all("PASS");
  CHECK(green_excuse(off.judge()).bounties.empty());
}

// migration 4.6.3, 4.5.4
TEST_CASE("autopkgtest: days on top instead of a rejection; the reason stays") {
  for (const auto* code : {"FAIL", "PASS"}) {
    CAPTURE(code);
    auto world = all(code);
    world.settings.adt.regression_penalty = 5;
    const auto judgement = world.judge();
    const bool failed = std::string_view(code) == "FAIL";
    CHECK(verdict(judgement) == Verdict::pass);
    CHECK(green_excuse(judgement).penalties.contains("autopkgtest") == failed);
    CHECK(green_excuse(judgement).reasons.contains("autopkgtest") == failed);
  }
  auto running = two();
  running.result("a/1 light amd64 PASS 1").settings.adt.regression_penalty = 5;
  CHECK(green_excuse(running.judge()).penalties.at("autopkgtest") == 5);
  auto hinted = all("FAIL");
  hinted.hint("force-skiptest green/2").settings.adt.regression_penalty = 5;
  CHECK(green_excuse(hinted.judge()).penalties.empty());
}

// migration 4.6.3, 4.8
TEST_CASE("autopkgtest: ignored failures are shown under Debian's rules only") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    auto world = all("FAIL", rules);
    world.hint("force-badtest green/all\nforce-badtest light/all");
    const auto judgement = world.judge();
    CHECK(verdict(judgement) == Verdict::pass);
    CHECK(kinds_of(green_excuse(judgement)).empty() == (rules == RuleSet::ubuntu));
  }
}

// migration 4.6.8: what is known links to a log, also where its record names no run
TEST_CASE("autopkgtest: a result without the id of its run is not shown as running") {
  auto builder = archive();
  builder.testing().package("green", "1");
  builder.unstable().source("green", "2", tested()).binary("green", "amd64", "2");
  AdtWorld world(builder.build());
  world.facts.tests.results.put("green/2", "green", "amd64",
                                {adt::ResultCode::pass, "2", "", AdtWorld::kNow});
  const auto info = answer_of(world, "green", PolicyId::autopkgtest).info;
  CHECK(info.contains("/data/autopkgtest/testing/amd64/g/green//log.gz"));
}

// migration 4.6.3, 4.6.8
TEST_CASE("autopkgtest: info has status, log, history, artifacts and retry of each test") {
  auto builder = archive();
  builder.testing().package("green", "1");
  builder.unstable().source("green", "2", tested()).binary("green", "amd64", "2");
  const auto snapshot = builder.build();
  AdtWorld failed(snapshot);
  failed.result("green/2 green amd64 FAIL 2").result("a/1 green amd64 PASS 1");
  CHECK(answer_of(failed, "green", PolicyId::autopkgtest).info ==
        R"({"green/2": {"amd64": ["REGRESSION", )"
        R"("http://ci.example/data/autopkgtest/testing/amd64/g/green/run/log.gz", )"
        R"("http://ci.example/packages/g/green/testing/amd64", null, )"
        R"("http://ci.example/request.cgi?release=testing&arch=amd64&package=green&)"
        R"(trigger=green%2F2"]}})");
  AdtWorld running(snapshot);
  running.settings.adt.ppas = {"team/one"};
  CHECK(answer_of(running, "green", PolicyId::autopkgtest).info ==
        R"({"green": {"amd64": ["RUNNING-ALWAYSFAIL", "http://ci.example/status/pending", )"
        R"(null, null, null]}})");
}

// migration 4.6.8, 4.8
TEST_CASE("autopkgtest: a missing reference run can be retried under Ubuntu's rules") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    auto world = two(rules);
    world.settings.adt.baseline_by_reference = true;
    world.result("green/2 light amd64 FAIL 1");
    const auto judgement = world.judge();
    const auto& info = green_excuse(judgement).policy_info.at(PolicyId::autopkgtest);
    const auto& fields = *info.at("light/1").find("amd64")->list();
    CHECK(*fields[0].string() == "RUNNING-REFERENCE");
    CHECK((fields[4].string() != nullptr) == (rules == RuleSet::ubuntu));
  }
}

// migration 1.3
TEST_CASE("autopkgtest: architectures that the run does not have are left out and told") {
  auto world = two();
  world.settings.adt.archs = {"pdp11", "i386"};
  const auto judgement = world.judge();
  CHECK(judgement.messages == Texts{"Ignoring pdp11 of ADT_ARCHES: it is not in ARCHITECTURES"});
  CHECK(support::requests_of(judgement) == Texts{"green/i386: green/2", "light/i386: green/2"});
}

// migration 4.6
TEST_CASE("autopkgtest: items of one architecture and removals are not tested") {
  auto builder = archive();
  builder.testing().source("green", "1", tested()).binary("green", "amd64", "1");
  builder.package("gone", "1");
  builder.unstable().source("green", "1", tested()).binary("green", "amd64", "1+b1");
  AdtWorld world(builder.build());
  world.facts.tests.pending.add("red/1", "red", "amd64");
  const auto judgement = world.judge();
  CHECK(judgement.wanted.empty());
  CHECK(judgement.excuses.size() == 2);
  for (const auto& excuse : judgement.excuses)
    CHECK_FALSE(excuse.policy_verdicts.contains(PolicyId::autopkgtest));
  CHECK(judgement.pending.has("red/1", "red", "amd64"));
}
