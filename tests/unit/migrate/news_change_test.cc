#include "migrate/news_change.h"

#include <doctest/doctest.h>

#include "support/adt_world.h"

using namespace sluice;
using adt::ResultCode;
using migrate::RuleSet;
using support::AdtWorld;

namespace {

AdtWorld news_world(RuleSet rules = RuleSet::ubuntu) {
  auto builder = support::archive();
  builder.testing().source("green", "1").unstable().source("green", "2");
  return AdtWorld(builder.build(), rules);
}

adt::TestNews changing_news(std::vector<std::string> triggers, ResultCode code,
                            const char* version) {
  return {std::move(triggers), "green", "amd64", {code, version, "run2", AdtWorld::kNow}};
}

// "green/2 PASS" for a result, "green/2 done" for a test that has ended.
std::vector<std::string> said(AdtWorld& test, const adt::TestNews& of) {
  std::vector<std::string> words;
  for (const auto& change : changes_of(test.world(), test.facts, of)) {
    if (const auto* result = std::get_if<migrate::ResultChange>(&change))
      words.push_back(result->test.trigger + " " + std::string(text_of(result->result->code)));
    if (const auto* pending = std::get_if<migrate::PendingChange>(&change))
      words.push_back(pending->test.trigger + " done");
  }
  return words;
}

using Words = std::vector<std::string>;

}  // namespace

// migration 4.6.2
TEST_CASE("news change: what was pending has ended, and the result counts for each trigger") {
  auto test = news_world();
  test.facts.tests.pending.add("green/2", "green", "amd64");
  CHECK(said(test, changing_news({"green/2", "lib/5"}, ResultCode::fail, "2")) ==
        Words{"green/2 done", "green/2 FAIL", "lib/5 FAIL"});
}

// migration 4.6.2
TEST_CASE("news change: a pass stays, and a run of an older version says nothing") {
  auto test = news_world();
  test.result("lib/5 green amd64 PASS 1");
  test.facts.tests.pending.add("lib/5", "green", "amd64");
  CHECK(said(test, changing_news({"lib/5"}, ResultCode::fail, "1")) == Words{"lib/5 done"});
  CHECK(said(test, changing_news({"green/2"}, ResultCode::pass, "1")).empty());
}

// migration 4.6.1
TEST_CASE("news change: Debian's rules drop versions of no suite with a baseline by reference") {
  auto test = news_world(RuleSet::debian);
  const auto unknown = changing_news({"lib/5"}, ResultCode::pass, "7");
  CHECK(said(test, unknown) == Words{"lib/5 PASS"});
  test.settings.adt.baseline_by_reference = true;
  CHECK(said(test, unknown).empty());
  CHECK(said(test, changing_news({"lib/5"}, ResultCode::pass, "1")) == Words{"lib/5 PASS"});
}

// The same run is told twice after a crash.
TEST_CASE("news change: what is known already changes nothing") {
  auto test = news_world();
  const auto once = changing_news({"lib/5"}, ResultCode::neutral, "1");
  for (const auto& change : changes_of(test.world(), test.facts, once))
    (void)migrate::apply(change, test.facts);
  CHECK(changes_of(test.world(), test.facts, once).empty());
}
