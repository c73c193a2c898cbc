#include "migrate/news_change.h"

#include "migrate/test_ledger.h"
#include "migrate/test_rules.h"

namespace sluice::migrate {
namespace {

// What is stored for the test after this; nothing if the result does not count.
std::optional<adt::TestResult> recorded(const adt::TestResult* stored, const TestKey& test,
                                        const adt::TestResult& result, bool reference_replaces) {
  adt::Results one;
  if (stored != nullptr) one.put(test.trigger, test.source, test.arch, *stored);
  if (one.record(test.trigger, test.source, test.arch, result, reference_replaces) !=
      adt::Recorded::stored)
    return std::nullopt;
  return *one.find(test.trigger, test.source, test.arch);
}

}  // namespace

std::vector<FactChange> changes_of(const World& world, const Facts& facts,
                                   const adt::TestNews& news) {
  const bool by_reference = world.settings.adt.baseline_by_reference;
  const bool counts =
      !is_dropped(world, test_rules_of(world.settings.rules), news.source, news.result.version);
  std::vector<FactChange> changes;
  for (const auto& trigger : news.triggers) {
    TestKey test{trigger, news.source, news.arch};
    if (facts.tests.pending.has(trigger, news.source, news.arch))
      changes.push_back(PendingChange{PendingChange::Now::done, test});
    if (!counts) continue;
    const auto* stored = facts.tests.results.find(trigger, news.source, news.arch);
    auto now = recorded(stored, test, news.result, by_reference);
    if (now && (stored == nullptr || *now != *stored))
      changes.push_back(ResultChange{std::move(test), std::move(now)});
  }
  return changes;
}

}  // namespace sluice::migrate
