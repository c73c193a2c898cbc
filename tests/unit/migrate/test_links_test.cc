#include "migrate/test_links.h"

#include <doctest/doctest.h>

using namespace sluice::migrate;

namespace {

struct Links {
  explicit Links(RuleSet which, ResultSource source) : rules(test_rules_of(which)) {
    settings.source = source;
    settings.ci_url = "http://ci.example/";
    settings.swift_url = "http://swift.example";
  }
  TestLinks links() const { return {settings, rules, "noble"}; }

  AdtSettings settings;
  TestRules rules;
};

}  // namespace

// migration 4.6.8, 4.8
TEST_CASE("test links: the log of a run, by source of results and rules") {
  using enum ResultSource;
  struct Row {
    RuleSet rules;
    ResultSource source;
    const char* log;
    const char* pending;
  };
  const Row rows[] = {
      {RuleSet::ubuntu, swift,
       "http://ci.example/results/autopkgtest-noble/noble/amd64/g/green/R@/log.gz",
       "http://ci.example/running"},
      {RuleSet::ubuntu, sqlite,
       "http://ci.example/results/autopkgtest-noble/noble/amd64/g/green/R@/log.gz",
       "http://ci.example/running"},
      {RuleSet::ubuntu, debci_file,
       "http://ci.example/data/autopkgtest/noble/amd64/g/green/R@/log.gz",
       "http://ci.example/status/pending"},
      {RuleSet::debian, swift,
       "http://swift.example/autopkgtest-noble/noble/amd64/g/green/R@/log.gz",
       "http://ci.example/status/pending"},
      {RuleSet::debian, debci_file,
       "http://ci.example/data/autopkgtest/noble/amd64/g/green/R@/log.gz",
       "http://ci.example/status/pending"},
  };
  for (const auto& row : rows) {
    const Links with(row.rules, row.source);
    CHECK(with.links().log("green", "amd64", "R@") == row.log);
    CHECK(with.links().log("green", "amd64", std::nullopt) == row.pending);
  }
}

// migration 4.6.8
TEST_CASE(
    "test links: with PPAs artifacts instead of a history, and the last one names the place") {
  Links with(RuleSet::ubuntu, ResultSource::swift);
  const auto history = "http://ci.example/packages/g/green/noble/amd64";
  CHECK(with.links().history("green", "amd64") == history);
  CHECK(with.links().artifacts("http://x/log.gz").empty());

  with.settings.ppas = {"team/one", "team/two"};
  const auto log = with.links().log("green", "amd64", "R@");
  CHECK(log ==
        "http://ci.example/results/autopkgtest-noble-team-two/noble/amd64/g/green/R@/log.gz");
  CHECK(with.links().history("green", "amd64").empty());
  CHECK(with.links().artifacts("http://x/log.gz") == "http://x/artifacts.tar.gz");
  CHECK(with.links().artifacts("http://ci.example/running").empty());
}

// migration 4.6.8
TEST_CASE("test links: retry by form or by run") {
  Links with(RuleSet::ubuntu, ResultSource::swift);
  with.settings.ppas = {"team/one"};
  CHECK(with.links().retry("g++ x", "amd64", "green/2:1~a", "R@") ==
        "http://ci.example/request.cgi?release=noble&arch=amd64&package=g%2B%2B+x&"
        "trigger=green%2F2%3A1~a&ppa=team%2Fone");
  with.settings.ppas = {"me:tok@team/one:ABCD"};  // excuses are public
  CHECK(with.links().retry("g", "amd64", "g/2", "R@").ends_with("&ppa=team%2Fone%3AABCD"));
  CHECK(with.links().log("g", "amd64", "R@").contains("/private-autopkgtest-noble-team-one/"));
  with.settings.retry_by_run_id = true;
  CHECK(with.links().retry("green", "amd64", "green/2", "R@") ==
        "http://ci.example/api/v1/retry/R@");
}
