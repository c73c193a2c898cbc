#include "britney/config_adt.h"

#include <doctest/doctest.h>

using namespace sluice;
using britney::AdtRead;
using migrate::ResultSource;
using migrate::RuleSet;
using migrate::Switch;
using Texts = std::vector<std::string>;

namespace {

AdtRead parsed_adt(const std::string& text, RuleSet rules = RuleSet::ubuntu) {
  return britney::read_adt(britney::ConfigText::parse(text), "conf", rules);
}

// The least that makes sense; `more` stands before it, so that it wins.
AdtRead enabled(const std::string& more, RuleSet rules = RuleSet::ubuntu) {
  return parsed_adt(more +
                        "\nADT_ENABLE = yes\nSTATE_DIR = s\nADT_AMQP = file:///q\n"
                        "ADT_SWIFT_URL = http://swift.example\nADT_CI_URL = http://ci.example/\n",
                    rules);
}

}  // namespace

// migration 1.3
TEST_CASE("config, tests: disabled, nothing but the archives to add is read") {
  const auto off = parsed_adt("ADT_PPAS = team/one team/two\nADT_HUGE = many\n");
  CHECK(off.problems.empty());
  CHECK(off.settings.enabled == Switch::off);
  CHECK(off.settings.ppas == Texts{"team/one", "team/two"});
  CHECK(parsed_adt("ADT_ENABLE = dry-run\n", RuleSet::debian).settings.enabled == Switch::off);
  CHECK(parsed_adt("ADT_ENABLE = no\n").settings.enabled == Switch::off);
}

// migration 1.3
TEST_CASE("config, tests: defaults and values") {
  const auto least = enabled("");
  CHECK(least.problems.empty());
  CHECK(least.messages.empty());
  migrate::AdtSettings expected;
  expected.enabled = Switch::on;
  expected.excluded_archs = {"riscv64"};
  expected.request_url = "file:///q";
  expected.source = ResultSource::swift;
  expected.result_url = expected.swift_url = "http://swift.example";
  expected.ci_url = "http://ci.example/";
  CHECK(least.settings == expected);

  const auto all = enabled(
      "ADT_ARCHES = amd64 i386\nADT_EXCLUDED_ARCHES =\nADT_SHARED_RESULTS_CACHE = /c\n"
      "ADT_HUGE = 20\nADT_SUCCESS_BOUNTY = 3\nADT_REGRESSION_PENALTY = 0\n"
      "ADT_BASELINE = reference\nADT_RETRY_URL_MECH = run_id\nADT_RETRY_OLDER_THAN = 7\n"
      "ADT_REFERENCE_MAX_AGE = 60\nADT_RESEND_AFTER = 600\n");
  CHECK(all.problems.empty());
  expected.archs = {"amd64", "i386"};
  expected.excluded_archs = {};
  expected.shared_results = "/c";
  expected.huge = 20;
  expected.success_bounty = 3;
  expected.regression_penalty = 0;
  expected.baseline_by_reference = expected.retry_by_run_id = true;
  expected.retry_older_than_days = 7;
  expected.reference_max_age_days = 60;
  expected.resend_after_seconds = 600;
  CHECK(all.settings == expected);
}

// migration 1.3, 4.6.2
TEST_CASE("config, tests: exactly one source of results is chosen") {
  struct Row {
    const char* text;
    RuleSet rules;
    ResultSource source;
    const char* url;
  };
  const Row rows[] = {
      {"ADT_SWIFT_URL = file:///r\n", RuleSet::debian, ResultSource::debci_file, "file:///r"},
      {"ADT_SWIFT_URL = https://x\n", RuleSet::ubuntu, ResultSource::swift, "https://x"},
      {"ADT_DB_URL = file:///d\n", RuleSet::ubuntu, ResultSource::sqlite, "file:///d"},
      {"ADT_DB_URL = file:///d\n", RuleSet::debian, ResultSource::swift, "http://swift.example"},
      {"ADT_DB_URL =\n", RuleSet::ubuntu, ResultSource::swift, "http://swift.example"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto read = enabled(row.text, row.rules);
    CHECK(read.problems.empty());
    CHECK(read.settings.source == row.source);
    CHECK(read.settings.result_url == row.url);
  }
}

// migration 1.3
TEST_CASE("config, tests: what makes no sense is named with its expectation") {
  struct Row {
    const char* text;
    const char* problem;
  };
  const Row rows[] = {
      {"ADT_AMQP = http://x\n",
       "conf, line 1: ADT_AMQP is \"http://x\", expected amqp://user:password@queue.example or "
       "file:///path"},
      {"ADT_SWIFT_URL = ftp://x\n",
       "conf, line 1: ADT_SWIFT_URL is \"ftp://x\", expected http://store.example/path or "
       "file:///path"},
      {"ADT_HUGE = many\n", "conf, line 1: ADT_HUGE is \"many\", expected a number of tests"},
      {"ADT_SUCCESS_BOUNTY = -1\n",
       "conf, line 1: ADT_SUCCESS_BOUNTY is \"-1\", expected a number of days"},
      {"ADT_BASELINE = yes\n",
       "conf, line 1: ADT_BASELINE is \"yes\", expected \"reference\" or nothing"},
  };
  for (const auto& row : rows) CHECK(enabled(row.text).problems == Texts{row.problem});
  CHECK(
      parsed_adt("ADT_ENABLE = yes\n").problems ==
      Texts{
          "conf: STATE_DIR is missing, expected the directory of the policies' state",
          "conf: ADT_AMQP is missing, expected amqp://user:password@queue.example or file:///path",
          "conf: ADT_SWIFT_URL is missing, expected http://store.example/path or file:///path",
          "conf: ADT_CI_URL is missing, expected the base of links, ending in /"});
}

// migration 1.3
TEST_CASE("config, tests: a dry run needs no sink, and a base of links gets its slash") {
  const auto read = parsed_adt(
      "ADT_ENABLE = dry-run\nSTATE_DIR = s\nADT_SWIFT_URL = file:///r\nADT_CI_URL = "
      "http://ci.example\n");
  CHECK(read.problems.empty());
  CHECK(read.settings.enabled == Switch::dry_run);
  CHECK(read.settings.ci_url == "http://ci.example/");
  CHECK(read.messages.size() == 1);
}
