#include "migrate/test_desk.h"

#include <fmt/format.h>

#include "migrate/test_triggers.h"

namespace sluice::migrate {
namespace {

std::string series_of(const World& world) {
  const auto& series = world.settings.series;
  return series.empty() ? world.target().name : series;
}

}  // namespace

TestDesk::TestDesk(PolicyRun& run, TestsOfArchive& tests)
    : world_(run.world),
      run_(run),
      rules_(test_rules_of(run.world.settings.rules)),
      index_(tests.index),
      selection_(run.world, rules_, tests),
      ledger_(run, rules_),
      links_(run.world.settings.adt, rules_, series_of(run.world)) {
  if (run.scope == JudgeScope::everything) ledger_.take_over();
  find_archs();
}

void TestDesk::find_archs() {
  for (const auto& name : world_.settings.adt.archs) {
    if (const auto arch = world_.snapshot.find_arch(name))
      archs_.push_back(*arch);
    else if (run_.scope == JudgeScope::everything)
      run_.out.messages.push_back(
          fmt::format("Ignoring {} of ADT_ARCHES: it is not in ARCHITECTURES", name));
  }
}

// Of the run that the status says to be under way.
const std::string* TestDesk::end_of(const TestQuestion& q, TestStatus status) const {
  if (status == TestStatus::running || status == TestStatus::running_always_fail)
    return ledger_.end_of(q.trigger, q.source, q.arch_name);
  if (status != TestStatus::running_reference) return nullptr;
  return ledger_.end_of(kReferenceTrigger, q.source, q.arch_name);
}

TestOutcome TestDesk::outcome_of(const TestQuestion& q) {
  const auto answer = answer_of(ledger_, q);
  TestOutcome outcome{.source = std::string(q.source),
                      .version = answer.version,
                      .arch = std::string(q.arch_name),
                      .status = answer.status,
                      .log_url = links_.log(q.source, q.arch_name, answer.run_id),
                      .history_url = links_.history(q.source, q.arch_name),
                      .artifact_url = {},
                      .retry_url = {}};
  outcome.artifact_url = links_.artifacts(outcome.log_url);
  if (const auto* end = end_of(q, answer.status)) outcome.end = *end;
  const bool has_retry =
      answer.status == TestStatus::regression ||
      (answer.status == TestStatus::running_reference && rules_.reference_has_retry);
  if (has_retry)
    outcome.retry_url = links_.retry(q.source, q.arch_name, q.trigger, answer.run_id.value_or(""));
  return outcome;
}

void TestDesk::add_tests(const Excuse& excuse, ArchIndex arch, std::vector<TestOutcome>& outcomes) {
  const auto& tests = selection_.of(excuse, arch);
  const auto huge = world_.settings.adt.huge;
  const auto size =
      huge && static_cast<std::int64_t>(tests.size()) > *huge ? QueueSize::huge : QueueSize::normal;
  const auto trigger = own_trigger(world_, excuse);
  const auto arch_name = world_.snapshot.arch_name(arch);
  std::vector<std::string> triggers;  // the same for all tests of the architecture
  const auto all_triggers = [&]() -> const std::vector<std::string>& {
    if (triggers.empty()) triggers = trigger_list(world_, rules_, index_, excuse, arch);
    return triggers;
  };
  for (const auto& test : tests) {
    const auto source = world_.snapshot.text(test.source);
    if (run_.trace != nullptr)
      run_.trace->tested.emplace_back(test.source,
                                      static_cast<std::uint32_t>(run_.out.excuses.size()));
    ledger_.want({trigger, source, arch_name, size}, all_triggers);
    outcomes.push_back(outcome_of({.index = index_,
                                   .trigger = trigger,
                                   .source = source,
                                   .requested = world_.snapshot.text(test.version),
                                   .arch = arch,
                                   .arch_name = arch_name}));
  }
}

}  // namespace sluice::migrate
