// covers: test_rules.cc
#include "migrate/test_answer.h"

#include <doctest/doctest.h>

#include "support/adt_world.h"

using namespace sluice;
using migrate::RuleSet;
using support::AdtWorld;
using support::archive;
using support::testsuite;
using Texts = std::vector<std::string>;

namespace {

// green 2 replaces green 1; light 1, with tests in the target, uses it.
AdtWorld world_with(const char* light_testsuite, RuleSet rules = RuleSet::ubuntu,
                    const char* item = "green") {
  auto builder = archive();
  const auto fields = testsuite(light_testsuite);
  builder.testing().source(item, "1").binary("green", "amd64", "1");
  builder.source("light", "1", fields).binary("light", "amd64", "1", {.depends = "green"});
  builder.unstable().source(item, "2").binary("green", "amd64", "2");
  builder.source("light", "1", fields).binary("light", "amd64", "1", {.depends = "green"});
  return AdtWorld(builder.build(), rules);
}

// Status of light's test for green 2, with its requests of reference runs.
std::string status(AdtWorld& world, const char* item = "green") {
  const auto judgement = world.judge();
  const auto lines = support::statuses_of(judgement, item);
  std::string text = lines.size() == 1 ? lines[0].substr(lines[0].rfind(' ') + 1) : "(none)";
  for (const auto& wanted : judgement.wanted)
    if (wanted.triggers.front() == migrate::kReferenceTrigger) text += " +reference";
  return text;
}

struct AnswerRow {
  const char* name;
  Texts results;  // besides green/2's own
  const char* ubuntu;
  const char* debian;
};

void check(const AnswerRow& row, bool reference, const char* own = "green/2 light amd64 FAIL 1") {
  CAPTURE(row.name);
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    CAPTURE(static_cast<int>(rules));
    auto world = world_with("autopkgtest", rules);
    world.settings.adt.baseline_by_reference = reference;
    world.result(own);
    for (const auto& line : row.results) world.result(line);
    CHECK(status(world) == (rules == RuleSet::ubuntu ? row.ubuntu : row.debian));
  }
}

}  // namespace

// migration 4.6.7
TEST_CASE("test answer: what is no failure stays what it is, with the tested version") {
  for (const auto* code : {"PASS", "NEUTRAL", "OLD_PASS", "OLD_NEUTRAL"}) {
    auto world = world_with("autopkgtest");
    world.result("green/2 light amd64 " + std::string(code) + " 1.5");
    const auto lines = support::statuses_of(world.judge(), "green");
    CHECK(lines == Texts{"light/1.5 amd64 " + std::string(code)});
  }
}

// migration 4.6.7, 4.8
TEST_CASE("test answer: a failure against the history of all triggers") {
  check({"nothing else is known", {}, "ALWAYSFAIL", "ALWAYSFAIL"}, false);
  check({"it passed", {"a/1 light amd64 PASS 1"}, "REGRESSION", "REGRESSION"}, false);
  check({"it passed, and failed later",
         {"a/1 light amd64 PASS 1", "b/1 light amd64 FAIL 1"},
         "REGRESSION",
         "REGRESSION"},
        false);
  check({"only a later version passed", {"a/1 light amd64 PASS 2"}, "ALWAYSFAIL", "REGRESSION"},
        false);
  check({"it was neutral", {"a/1 light amd64 NEUTRAL 1"}, "ALWAYSFAIL", "REGRESSION"}, false);
  check({"it passed long ago", {"a/1 light amd64 OLD_PASS 1"}, "REGRESSION", "REGRESSION"}, false);
  check({"it passed elsewhere", {"a/1 light i386 PASS 1"}, "ALWAYSFAIL", "ALWAYSFAIL"}, false);
  check({"it failed long ago", {"a/1 light amd64 OLD_FAIL 1"}, "ALWAYSFAIL", "REGRESSION"}, false);
}

// migration 4.6.7, 4.8
TEST_CASE("test answer: a failure against the reference run") {
  constexpr const char* kPassed = "a/1 light amd64 PASS 1";
  check({"no reference", {kPassed}, "RUNNING-REFERENCE +reference", "RUNNING-REFERENCE +reference"},
        true);
  check({"it failed",
         {kPassed, "migration-reference/0 light amd64 FAIL 1"},
         "ALWAYSFAIL",
         "ALWAYSFAIL"},
        true);
  check({"it passed", {"migration-reference/0 light amd64 PASS 1"}, "REGRESSION", "REGRESSION"},
        true);
  // Debian's rules drop results of versions in no suite, then there is none.
  check({"it failed with another version",
         {"migration-reference/0 light amd64 FAIL 7"},
         "ALWAYSFAIL +reference",
         "RUNNING-REFERENCE +reference"},
        true);
}

// migration 4.6.7, 4.8
TEST_CASE("test answer: without tests in the target no reference run is asked for") {
  struct Case {
    const char* testsuite;
    RuleSet rules;
    bool passed;
    const char* status;
  };
  // The item's own tests are new with version 2.
  const Case rows[] = {
      {"", RuleSet::ubuntu, false, "ALWAYSFAIL"},
      {"", RuleSet::ubuntu, true, "REGRESSION"},
      {"autopkgtest-pkg-x", RuleSet::ubuntu, true, "RUNNING-REFERENCE +reference"},
      {"", RuleSet::debian, true, "ALWAYSFAIL"},
      {"autopkgtest-pkg-x", RuleSet::debian, true, "ALWAYSFAIL"},
      {"autopkgtest", RuleSet::debian, false, "RUNNING-REFERENCE +reference"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.testsuite);
    CAPTURE(static_cast<int>(row.rules));
    auto builder = archive();
    builder.testing().source("green", "1", testsuite(row.testsuite)).binary("green", "amd64", "1");
    builder.unstable().source("green", "2", testsuite("autopkgtest"));
    builder.binary("green", "amd64", "2");
    AdtWorld world(builder.build(), row.rules);
    world.settings.adt.baseline_by_reference = true;
    world.result("green/2 green amd64 FAIL 2");
    if (row.passed) world.result("a/1 green amd64 PASS 2");
    CHECK(status(world) == row.status);
  }
}

// migration 4.6.7, 4.8
TEST_CASE("test answer: a pending test is one that can fail, or one that always did") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    auto unknown = world_with("autopkgtest", rules);
    CHECK(status(unknown) == "RUNNING-ALWAYSFAIL");
    auto good = world_with("autopkgtest", rules);
    good.result("a/1 light amd64 PASS 1");
    CHECK(status(good) == "RUNNING");
    good.hint("force-badtest light/1");
    CHECK(status(good) == "RUNNING-ALWAYSFAIL");
    auto reference = world_with("autopkgtest", rules);
    reference.settings.adt.baseline_by_reference = true;
    CHECK(status(reference) == "RUNNING");
  }
}

// migration 4.6.7, 6.2, 4.8
TEST_CASE("test answer: force-badtest by version and architecture") {
  struct Case {
    const char* hint;
    const char* tested;
    bool matches;
  };
  const Case rows[] = {
      {"force-badtest light/1", "1", true},
      {"force-badtest light/1.5", "1", true},
      {"force-badtest light/0.9", "1", false},
      {"force-badtest light/all", "1", true},
      {"force-badtest light/1/amd64", "1", true},
      {"force-badtest light/amd64/1", "1", true},
      {"force-badtest light/amd64/all", "1", true},
      {"force-badtest light/blacklisted", "1", false},
      {"force-badtest light/blacklisted", "blacklisted", true},
      {"force-badtest other/1", "1", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.hint);
    auto world = world_with("autopkgtest");
    world.result("green/2 light amd64 FAIL " + std::string(row.tested));
    world.result("a/1 light amd64 PASS 1").hint(row.hint);
    CHECK(status(world) == (row.matches ? "IGNORE-FAIL" : "REGRESSION"));
  }
  auto debian = world_with("autopkgtest", RuleSet::debian);
  debian.result("green/2 light amd64 FAIL 1").result("a/1 light amd64 PASS 1");
  debian.hint("force-badtest light/blacklisted");
  CHECK(status(debian) == "IGNORE-FAIL");
}

// migration 4.6.7
TEST_CASE("test answer: force-badtest on another architecture says nothing") {
  auto builder = archive({"amd64", "i386"});
  builder.testing().package("green", "1");
  builder.unstable().source("green", "2", testsuite("autopkgtest"));
  for (const auto* arch : {"amd64", "i386"}) builder.binary("green", arch, "2");
  AdtWorld world(builder.build());
  for (const auto* arch : {"amd64", "i386"}) {
    world.result("green/2 green " + std::string(arch) + " FAIL 2");
    world.result("a/1 green " + std::string(arch) + " PASS 1");
  }
  world.hint("force-badtest green/2/i386");
  CHECK(support::statuses_of(world.judge(), "green") ==
        Texts{"green/2 amd64 REGRESSION", "green/2 i386 IGNORE-FAIL"});
}

// migration 4.6.7, 4.8
TEST_CASE("test answer: force-badtest before and after the baseline is asked") {
  struct Case {
    const char* name;
    Texts results;
    const char* ubuntu;
    const char* debian;
  };
  const Case rows[] = {
      {"baseline failed",
       {"migration-reference/0 light amd64 FAIL 1"},
       "IGNORE-FAIL",
       "ALWAYSFAIL"},
      {"no baseline", {}, "IGNORE-FAIL +reference", "IGNORE-FAIL"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
      auto world = world_with("autopkgtest", rules);
      world.settings.adt.baseline_by_reference = true;
      world.result("green/2 light amd64 FAIL 1").hint("force-badtest light/1");
      for (const auto& line : row.results) world.result(line);
      CHECK(status(world) == (rules == RuleSet::ubuntu ? row.ubuntu : row.debian));
    }
  }
}

// migration 4.6.7
TEST_CASE("test answer: force-reset-test forgets passes up to its version") {
  struct Case {
    const char* hint;
    const char* passed;  // versions
    const char* status;
  };
  // Tested and requested is version 1.
  const Case rows[] = {
      {"force-reset-test light/0.5", "0.5", "ALWAYSFAIL"},
      {"force-reset-test light/0.5", "0.6", "REGRESSION"},
      {"force-reset-test light/0.5\nforce-reset-test light/0.7", "0.6", "ALWAYSFAIL"},
      {"force-reset-test light/1", "0.6", "ALWAYSFAIL"},
      {"force-reset-test light/3", "0.6", "ALWAYSFAIL"},
      {"force-reset-test light/all", "0.6", "REGRESSION"},
      {"force-reset-test light/i386/3", "0.6", "REGRESSION"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.hint);
    auto builder = archive({"amd64", "i386"});
    builder.testing().source("light", "0.1").binary("light", "amd64", "0.1");
    builder.unstable().source("light", "1", testsuite("autopkgtest"));
    builder.binary("light", "amd64", "1");
    AdtWorld world(builder.build());
    world.result("light/1 light amd64 FAIL 1");
    world.result("a/1 light amd64 PASS " + std::string(row.passed)).hint(row.hint);
    CHECK(status(world, "light") == row.status);
  }
}

// migration 4.6.7, 4.8
TEST_CASE("test answer: kernels compare with their own flavour, or not at all") {
  struct Case {
    RuleSet rules;
    const char* item;
    const char* passed_for;
    bool reference;
    const char* status;
  };
  const Case rows[] = {
      {RuleSet::ubuntu, "linux-meta-aws", "linux-meta-aws/1", false, "REGRESSION"},
      {RuleSet::ubuntu, "linux-meta-aws", "linux-meta/1", false, "ALWAYSFAIL"},
      {RuleSet::ubuntu, "linux", "a/1", false, "REGRESSION"},
      {RuleSet::debian, "linux-meta-aws", "linux-meta-aws/1", false, "ALWAYSFAIL"},
      {RuleSet::debian, "linux", "a/1", false, "ALWAYSFAIL"},
      {RuleSet::debian, "linux", "migration-reference/0", true, "REGRESSION"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.item);
    CAPTURE(static_cast<int>(row.rules));
    auto world = world_with("autopkgtest", row.rules, row.item);
    world.settings.adt.baseline_by_reference = row.reference;
    world.result(row.item + std::string("/2 light amd64 FAIL 1"));
    world.result(row.passed_for + std::string(" light amd64 PASS 1"));
    CHECK(status(world, row.item) == row.status);
  }
}
