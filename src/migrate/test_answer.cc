#include "migrate/test_answer.h"

#include <algorithm>
#include <optional>

#include "deb/version.h"

namespace sluice::migrate {
namespace {

using adt::ResultCode;

constexpr std::string_view kAll = "all";
constexpr std::string_view kBlacklisted = "blacklisted";

bool not_above(std::string_view a, std::string_view b) { return deb::compare_versions(a, b) <= 0; }

std::string_view trigger_source(std::string_view trigger) {
  return trigger.substr(0, trigger.find('/'));
}

// Active hints about the source on the architecture, or on all of them.
std::vector<const Hint*> hints_of(HintType type, const TestLedger& ledger, const TestQuestion& q) {
  auto hints = ledger.world().hints.of_package(type, q.source);
  std::erase_if(hints, [&](const Hint* hint) {
    const auto& arch = hint->items.front().architecture;
    return arch != "source" && arch != q.arch_name;
  });
  return hints;
}

bool is_forced_bad(const TestLedger& ledger, const TestQuestion& q, std::string_view version) {
  return std::ranges::any_of(hints_of(HintType::force_badtest, ledger, q), [&](const Hint* hint) {
    const std::string_view limit = hint->items.front().version;
    if (limit == kAll) return true;
    if (limit == kBlacklisted && ledger.rules().blacklisted_is_special)
      return version == kBlacklisted;
    return not_above(version, limit);
  });
}

// Versions of the force-reset-test hints; `all` says nothing.
std::vector<std::string_view> resets_of(const TestLedger& ledger, const TestQuestion& q) {
  std::vector<std::string_view> versions;
  for (const auto* hint : hints_of(HintType::force_reset_test, ledger, q))
    if (hint->items.front().version != kAll) versions.emplace_back(hint->items.front().version);
  return versions;
}

// The highest reset up to the requested version: passes up to it do not count.
std::optional<std::string_view> reset_below(const TestLedger& ledger, const TestQuestion& q) {
  std::optional<std::string_view> highest;
  for (const auto version : resets_of(ledger, q))
    if (not_above(version, q.requested) && (!highest || not_above(*highest, version)))
      highest = version;
  return highest;
}

bool ever_passed(const TestLedger& ledger, const TestQuestion& q) {
  const auto reset = reset_below(ledger, q);
  // Kernels of another flavour say nothing about this one.
  const bool same_source_only = q.trigger.starts_with("linux-meta");
  return std::ranges::any_of(ledger.results().of(q.source, q.arch_name), [&](const auto& each) {
    const auto& [trigger, result] = each;
    if (result.code != ResultCode::pass && result.code != ResultCode::old_pass) return false;
    if (same_source_only && trigger_source(trigger) != trigger_source(q.trigger)) return false;
    return not_above(result.version, q.requested) && !(reset && not_above(result.version, *reset));
  });
}

bool is_reset(const TestLedger& ledger, const TestQuestion& q) {
  return std::ranges::any_of(resets_of(ledger, q),
                             [&](auto version) { return not_above(q.tested, version); });
}

const deb::SourcePackage* target_source(const TestLedger& ledger, const TestQuestion& q) {
  const auto& world = ledger.world();
  return world.target().source(world.snapshot.symbols.find_name(q.source));
}

TestStatus regression_unless_new(const TestLedger& ledger, const TestQuestion& q) {
  const bool known_good = ever_passed(ledger, q) && !is_reset(ledger, q);
  return known_good ? TestStatus::regression : TestStatus::always_fail;
}

TestStatus failure_without_hints(TestLedger& ledger, const TestQuestion& q) {
  const auto baseline = ledger.baseline(q.source, q.arch_name);
  if (baseline == ResultCode::fail) return TestStatus::always_fail;
  if (baseline != ResultCode::none && baseline != ResultCode::old_fail)
    return regression_unless_new(ledger, q);
  const auto* target = target_source(ledger, q);
  if (target == nullptr || !q.index.has_tests(*target, q.arch))
    return regression_unless_new(ledger, q);
  if (!ledger.world().settings.adt.baseline_by_reference) return TestStatus::always_fail;
  ledger.want_reference(q.source, q.arch_name);
  return baseline == ResultCode::none ? TestStatus::running_reference : TestStatus::always_fail;
}

TestStatus status_of(TestLedger& ledger, const TestQuestion& q, ResultCode code) {
  switch (code) {
    case ResultCode::pass: return TestStatus::pass;
    case ResultCode::old_pass: return TestStatus::old_pass;
    case ResultCode::neutral: return TestStatus::neutral;
    case ResultCode::old_neutral: return TestStatus::old_neutral;
    case ResultCode::fail:
    case ResultCode::old_fail:
    case ResultCode::none: break;
  }
  return ledger.rules().of_failure(ledger, q);
}

}  // namespace

TestStatus failure_ubuntu(TestLedger& ledger, const TestQuestion& q) {
  const auto status = failure_without_hints(ledger, q);
  return is_forced_bad(ledger, q, q.tested) ? TestStatus::ignore_fail : status;
}

TestStatus failure_debian(TestLedger& ledger, const TestQuestion& q) {
  const bool kernel = q.trigger.starts_with("linux-meta") || q.trigger.starts_with("linux/");
  if (kernel && !ledger.world().settings.adt.baseline_by_reference) return TestStatus::always_fail;
  const auto baseline = ledger.baseline(q.source, q.arch_name);
  if (baseline == ResultCode::fail) return TestStatus::always_fail;
  if (is_forced_bad(ledger, q, q.tested)) return TestStatus::ignore_fail;
  if (baseline != ResultCode::none) return TestStatus::regression;
  const auto* target = target_source(ledger, q);
  if (target == nullptr || !q.index.declares_tests(*target)) return TestStatus::always_fail;
  ledger.want_reference(q.source, q.arch_name);
  return TestStatus::running_reference;
}

TestAnswer answer_of(TestLedger& ledger, const TestQuestion& question) {
  const auto* known = ledger.result(question.trigger, question.source, question.arch_name);
  if (known == nullptr) {
    const bool expected =
        ledger.baseline(question.source, question.arch_name) != ResultCode::fail &&
        !is_forced_bad(ledger, question, question.requested);
    return {expected ? TestStatus::running : TestStatus::running_always_fail,
            std::string(question.requested), std::nullopt};
  }
  const auto result = *known;  // a copy: asking for the baseline may bring news
  auto tested = question;
  tested.tested = result.version;
  return {status_of(ledger, tested, result.code), result.version, result.run_id};
}

}  // namespace sluice::migrate
