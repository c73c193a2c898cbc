#include "migrate/test_ledger.h"

#include <doctest/doctest.h>

#include "support/adt_world.h"

using namespace sluice;
using adt::ResultCode;
using migrate::ResultSource;
using migrate::RuleSet;
using support::AdtWorld;
using support::archive;
using support::tested;
using Texts = std::vector<std::string>;

namespace {

// green 2 replaces green 1, with tests of its own on one architecture.
AdtWorld ledger_world(RuleSet rules = RuleSet::ubuntu) {
  auto builder = archive();
  builder.testing().source("green", "1", tested()).binary("green", "amd64", "1");
  builder.unstable().source("green", "2", tested()).binary("green", "amd64", "2");
  return AdtWorld(builder.build(), rules);
}

struct TellingLookup : migrate::TestLookup {
  std::vector<adt::TestNews> news;
  std::optional<base::Error> error;
  Texts asked;
  base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view arch,
                                                   std::string_view latest_run) override {
    asked.push_back(std::string(source) + "/" + std::string(arch) + " " + std::string(latest_run));
    if (error) return std::unexpected(*error);
    return news;
  }
};

adt::TestNews ledger_news(const char* trigger, ResultCode code, const char* version = "2") {
  return {{trigger}, "green", "amd64", {code, version, "run2", AdtWorld::kNow}};
}

std::string code_of(const migrate::Judgement& judgement, const char* trigger) {
  const auto* result = judgement.tests.find(trigger, "green", "amd64");
  return result == nullptr ? "unknown" : std::string(text_of(result->code));
}

}  // namespace

// migration 4.6.1, 4.8
TEST_CASE("test ledger: baseline by reference distrusts what is old or of no suite") {
  struct Row {
    const char* result;
    std::int64_t days;
    const char* ubuntu;
    const char* debian;
  };
  const Row rows[] = {
      {"migration-reference/0 green amd64 PASS 1", 9, "PASS", "PASS"},
      {"migration-reference/0 green amd64 PASS 1", 11, "OLD_PASS", "unknown"},
      {"migration-reference/0 green amd64 FAIL 1.0", 0, "OLD_FAIL", "unknown"},
      {"migration-reference/0 green amd64 FAIL 0:1", 0, "FAIL", "FAIL"},
      {"migration-reference/0 green amd64 NEUTRAL blacklisted", 0, "OLD_NEUTRAL", "unknown"},
      {"other/1 green amd64 PASS 2", 11, "PASS", "PASS"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.result);
    const auto trigger = std::string(base::split_words(row.result)[0]);
    for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
      auto world = ledger_world(rules);
      world.settings.adt.reference_max_age_days = 10;
      world.result(row.result, row.days);
      CHECK(code_of(world.judge(), trigger.c_str()) ==
            std::string(base::split_words(row.result)[3]));
      world.settings.adt.baseline_by_reference = true;
      CHECK(code_of(world.judge(), trigger.c_str()) ==
            (rules == RuleSet::ubuntu ? row.ubuntu : row.debian));
    }
  }
}

// migration 4.6.2
TEST_CASE("test ledger: news of a debci file are recorded and leave pending tests alone") {
  auto world = ledger_world();
  world.facts.tests.pending.add("green/2", "green", "amd64");
  world.facts.tests.news = {ledger_news("green/2", ResultCode::fail),
                            ledger_news("green/2", ResultCode::pass)};
  const auto judgement = world.judge();
  CHECK(code_of(judgement, "green/2") == "PASS");
  CHECK(judgement.pending.has("green/2", "green", "amd64"));
  CHECK(judgement.wanted.empty());
}

// migration 4.6.6
TEST_CASE("test ledger: what is requested, by what is known and by source of results") {
  using enum ResultSource;
  struct Row {
    const char* result;  // under the trigger; "" none
    std::int64_t days;
    ResultSource source;
    bool asked, requested;
  };
  const Row rows[] = {
      {"", 0, debci_file, false, true},
      {"", 0, swift, true, true},
      {"", 0, sqlite, true, true},
      {"PASS", 0, swift, false, false},
      {"NEUTRAL", 0, sqlite, false, false},
      {"PASS", 0, debci_file, false, false},
      {"FAIL", 9, swift, true, false},
      {"OLD_PASS", 0, sqlite, true, false},
      {"OLD_PASS", 0, debci_file, false, true},
      {"OLD_FAIL", 0, debci_file, false, true},
      {"FAIL", 9, debci_file, false, true},
      {"FAIL", 6, debci_file, false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.result);
    CAPTURE(static_cast<int>(row.source));
    auto world = ledger_world();
    TellingLookup lookup;
    world.facts.tests.lookup = &lookup;
    world.source(row.source).settings.adt.retry_older_than_days = 7;
    world.result("before/1 green amd64 PASS 1");
    if (*row.result != 0)
      world.result("green/2 green amd64 " + std::string(row.result) + " 2", row.days);
    const auto judgement = world.judge();
    CHECK(lookup.asked == (row.asked ? Texts{"green/amd64 run"} : Texts{}));
    CHECK(judgement.wanted.empty() != row.requested);
    CHECK(judgement.pending.has("green/2", "green", "amd64") == row.requested);
  }
}

// migration 4.6.6
TEST_CASE("test ledger: a failure is retried only if asked for and if it worked before") {
  struct Row {
    const char* baseline;
    bool configured, requested;
  };
  const Row rows[] = {
      {"PASS", true, true},  {"NEUTRAL", true, true},   {"OLD_NEUTRAL", true, true},
      {"FAIL", true, false}, {"OLD_FAIL", true, false}, {"PASS", false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.baseline);
    auto world = ledger_world();
    if (row.configured) world.settings.adt.retry_older_than_days = 7;
    world.result("before/1 green amd64 " + std::string(row.baseline) + " 1");
    world.result("green/2 green amd64 FAIL 2", 9);
    CHECK(world.judge().wanted.empty() != row.requested);
  }
}

// migration 4.6.6
TEST_CASE("test ledger: what is pending is not requested again") {
  auto world = ledger_world();
  world.facts.tests.pending.add("green/2", "green", "amd64");
  CHECK(world.judge().wanted.empty());
}

// migration 4.6.6, 4.8
TEST_CASE("test ledger: queue, archives and time of a request") {
  struct Row {
    RuleSet rules;
    std::optional<std::int64_t> huge;
    Texts ppas;
    const char* series;
    const char* queue;
    const char* time;
  };
  const Row rows[] = {
      {RuleSet::ubuntu, {}, {}, "", "debci-testing-amd64", "2026-01-02 03:03:17"},
      {RuleSet::debian, {}, {}, "sid", "debci-sid-amd64", ""},
      {RuleSet::debian, 1, {}, "sid", "debci-sid-amd64", ""},
      {RuleSet::debian, 0, {}, "sid", "debci-huge-sid-amd64", ""},
      {RuleSet::debian, 0, {"t/p"}, "sid", "debci-ppa-sid-amd64", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.queue);
    auto world = ledger_world(row.rules);
    world.settings.series = row.series;
    world.settings.adt.huge = row.huge;
    world.settings.adt.ppas = row.ppas;
    const auto judgement = world.judge();
    REQUIRE(judgement.wanted.size() == 1);
    CHECK(judgement.wanted[0] ==
          adt::TestRequest{row.queue, "green", "amd64", {"green/2"}, row.ppas, row.time});
  }
}

// migration 4.6.2
TEST_CASE("test ledger: a result ends its request, one that does not count only from Swift") {
  struct Row {
    ResultSource source;
    const char* version;
    bool pending;
    const char* result;
  };
  const Row rows[] = {
      {ResultSource::swift, "2", false, "PASS"},
      {ResultSource::sqlite, "2", false, "PASS"},
      {ResultSource::sqlite, "1", true, "unknown"},
      // Settled, but not known: requested again.
      {ResultSource::swift, "1", true, "unknown"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.version);
    auto world = ledger_world();
    TellingLookup lookup;
    lookup.news = {ledger_news("green/2", ResultCode::pass, row.version)};
    world.source(row.source).facts.tests.lookup = &lookup;
    world.facts.tests.pending.add("green/2", "green", "amd64");
    const auto judgement = world.judge();
    CHECK(judgement.pending.has("green/2", "green", "amd64") == row.pending);
    CHECK(code_of(judgement, "green/2") == row.result);
    const bool again = row.source == ResultSource::swift && row.pending;
    CHECK(judgement.wanted.empty() != again);
  }
}

// migration 4.6.2
TEST_CASE("test ledger: news that cannot be had are fatal, and nobody is asked again") {
  auto builder = archive();
  for (const auto* name : {"green", "red"}) builder.testing().package(name, "1");
  for (const auto* name : {"green", "red"})
    builder.unstable().source(name, "2", tested()).binary(name, "amd64", "2");
  AdtWorld world(builder.build());
  TellingLookup lookup;
  lookup.error = base::Error{base::ErrorKind::unavailable, "no answer", ""};
  world.source(ResultSource::swift).facts.tests.lookup = &lookup;
  const auto judgement = world.judge();
  REQUIRE(judgement.fatal.has_value());
  CHECK(judgement.fatal->kind == base::ErrorKind::unavailable);
  CHECK(judgement.fatal->text() == "results of tests: no answer");
  CHECK(lookup.asked == Texts{"green/amd64 "});
}

// migration 4.8
TEST_CASE("test ledger: Debian's rules drop news of versions in no suite, with the baseline") {
  for (const bool reference : {false, true}) {
    auto world = ledger_world(RuleSet::debian);
    world.settings.adt.baseline_by_reference = reference;
    world.facts.tests.news = {ledger_news("green/2", ResultCode::pass, "3")};
    CHECK(code_of(world.judge(), "green/2") == (reference ? "unknown" : "PASS"));
  }
}
