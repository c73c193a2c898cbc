#include "migrate/fact_change.h"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::migrate;

// migration 9 (d)
TEST_CASE("fact change: what it touches is what comparing the facts finds") {
  Facts facts;
  facts.age.urgency["foo"] = "low";
  facts.bugs_in_source["foo"] = {"1"};
  facts.tests.pending.add("a/1", "x", "amd64");
  const TestKey test{"a/1", "x", "amd64"};
  const std::vector<FactChange> changes = {
      DateChange{"foo", AgeFacts::FirstSeen{"1", 5}},
      DateChange{"foo", std::nullopt},
      UrgencyChange{"foo", std::nullopt},
      UrgencyChange{"foo", "high"},
      BugsChange{BugsChange::Suite::target, "src:foo", {"2"}},
      BugsChange{BugsChange::Suite::source, "foo", {}},
      ResultChange{test, adt::TestResult{adt::ResultCode::pass, "1", "run", 1}},
      PendingChange{PendingChange::Now::done, test},
      PendingChange{PendingChange::Now::pending, test},
      ResultChange{test, std::nullopt},
      EndChange{test, "was cancelled by ada"},
      EndChange{test, "was refused: no"},
      EndChange{test, std::nullopt},
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    const auto before = facts;
    const auto told = apply(changes[i], facts);
    const auto found = touched_by(before, facts);
    CHECK_FALSE(found.nothing());
    CHECK(told.names == found.names);
    CHECK(told.results == found.results);
    CHECK(told.pending == found.pending);
  }
}

// migration 9 (d)
TEST_CASE("fact change: nothing takes a fact away") {
  Facts facts;
  facts.bugs_in_source["foo"] = {"1"};
  (void)apply(BugsChange{BugsChange::Suite::source, "foo", {}}, facts);
  CHECK(facts.bugs_in_source.empty());
}

// migration 4.5.4
TEST_CASE("fact change: time moves ages, and then concerns every item; a stamp alone does not") {
  migrate::Facts facts;
  const auto noon = base::instant_of_seconds(1'700'000'000);
  CHECK(migrate::apply(migrate::TimeChange{noon, facts.age_now}, facts).nothing());
  CHECK(facts.now == noon);
  CHECK(migrate::apply(migrate::TimeChange{noon, noon}, facts).everything);
  CHECK(facts.age_now == noon);
}
