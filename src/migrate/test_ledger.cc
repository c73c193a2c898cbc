#include "migrate/test_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time.h"
#include "deb/version.h"

namespace sluice::migrate {
namespace {

using adt::ResultCode;
using adt::TestResult;

std::string ledger_key(std::string_view source, std::string_view arch) {
  std::string key(source);
  ((key += '/') += arch);
  return key;
}

// A result that will not change by asking again.
bool is_final(ResultCode code) { return code == ResultCode::pass || code == ResultCode::neutral; }

bool is_old(ResultCode code) {
  return code == ResultCode::old_pass || code == ResultCode::old_neutral ||
         code == ResultCode::old_fail;
}

// "2026-01-02 03:04:05" of the same with a fraction.
std::string submit_time_of(base::Instant now) {
  return base::yaml_time_of(std::chrono::floor<std::chrono::seconds>(now));
}

bool is_of_no_suite(const World& world, std::string_view source, std::string_view version) {
  const auto name = world.snapshot.symbols.find_name(source);
  return std::ranges::none_of(world.snapshot.suites, [&](const deb::Suite& suite) {
    const auto* record = suite.source(name);
    if (record == nullptr) return false;
    const auto text = world.snapshot.text(record->version);
    return text == version || deb::compare_versions(text, version) == 0;
  });
}

}  // namespace

bool is_dropped(const World& world, const TestRules& rules, std::string_view source,
                std::string_view version) {
  return rules.distrusted_are_dropped && world.settings.adt.baseline_by_reference &&
         is_of_no_suite(world, source, version);
}

TestLedger::TestLedger(PolicyRun& run, const TestRules& rules)
    : world_(run.world),
      facts_(run.facts),
      settings_(world_.settings.adt),
      rules_(rules),
      lookup_(settings_.source == ResultSource::debci_file ? nullptr : facts_.tests.lookup),
      out_(run.out),
      now_(std::chrono::floor<std::chrono::seconds>(facts_.now).time_since_epoch().count()),
      series_(world_.settings.series.empty() ? world_.target().name : world_.settings.series) {
  if (rules.requests_have_time) submit_time_ = submit_time_of(facts_.now);
}

void TestLedger::take_over() {
  out_.tests = facts_.tests.results;
  out_.pending = facts_.tests.pending;
  if (settings_.baseline_by_reference) distrust();
  // Pending tests know of these already: the file says in its own order what is pending.
  for (const auto& news : facts_.tests.news)
    for (const auto& trigger : news.triggers) accept(trigger, news);
}

// What stands for one stored result.
void TestLedger::take_over(std::string_view trigger, std::string_view source,
                           std::string_view arch) {
  const auto* stored = facts_.tests.results.find(trigger, source, arch);
  if (stored == nullptr) {
    out_.tests.remove(trigger, source, arch);
    return;
  }
  out_.tests.put(trigger, source, arch, *stored);
  if (settings_.baseline_by_reference) distrust(trigger, source, arch, *stored);
}

const std::string* TestLedger::end_of(std::string_view trigger, std::string_view source,
                                      std::string_view arch) const {
  const auto& ended = facts_.tests.ended;
  if (ended.empty()) return nullptr;
  const auto at = ended.find({std::string(trigger), std::string(source), std::string(arch)});
  return at == ended.end() ? nullptr : &at->second;
}

bool TestLedger::is_too_old(const TestResult& result) const {
  const auto days = settings_.reference_max_age_days;
  return days && now_ - result.seen > *days * base::kSecondsPerDay;
}

void TestLedger::distrust() {
  for (const auto& [trigger, sources] : facts_.tests.results.by_trigger())
    for (const auto& [source, archs] : sources)
      for (const auto& [arch, result] : archs) distrust(trigger, source, arch, result);
}

void TestLedger::distrust(std::string_view trigger, std::string_view source, std::string_view arch,
                          const TestResult& result) {
  const bool old_reference = trigger == kReferenceTrigger && is_too_old(result);
  if (!old_reference && !is_of_no_suite(world_, source, result.version)) return;
  if (rules_.distrusted_are_dropped)
    out_.tests.remove(trigger, source, arch);
  else
    out_.tests.put(trigger, source, arch,
                   {old_of(result.code), result.version, result.run_id, result.seen});
}

bool TestLedger::accept(std::string_view trigger, const adt::TestNews& news) {
  if (is_dropped(world_, rules_, news.source, news.result.version)) return false;
  return out_.tests.record(trigger, news.source, news.arch, news.result,
                           settings_.baseline_by_reference) != adt::Recorded::ignored;
}

// A Swift result ends its requests whatever it says; one of the database only if it counts.
void TestLedger::settle(const adt::TestNews& news) {
  for (const auto& trigger : news.triggers)
    if (accept(trigger, news) || settings_.source == ResultSource::swift)
      out_.pending.remove(trigger, news.source, news.arch);
}

void TestLedger::fetch(std::string_view source, std::string_view arch) {
  if (lookup_ == nullptr || out_.fatal) return;
  auto key = ledger_key(source, arch);
  if (!asked_.insert(key).second) return;
  const auto latest = std::string(out_.tests.latest_run(source, arch));
  const auto news = lookup_->news_of(source, arch, latest);
  if (!news) {
    out_.fatal = base::fail_with(news.error(), "results of tests").error();
    return;
  }
  for (const auto& each : *news) settle(each);
  baselines_.erase(key);
}

ResultCode TestLedger::compute_baseline(std::string_view source, std::string_view arch) {
  if (settings_.baseline_by_reference) {
    const auto* known = result(kReferenceTrigger, source, arch);
    if (known == nullptr) {
      fetch(source, arch);
      known = result(kReferenceTrigger, source, arch);
    }
    return known == nullptr ? ResultCode::none : known->code;
  }
  return baseline_of(out_.tests.of(source, arch));
}

ResultCode TestLedger::baseline_of(const adt::Results::OneSource& results) {
  auto code = ResultCode::fail;
  for (const auto& [trigger, result] : results) {
    if (result.code == ResultCode::pass) return ResultCode::pass;
    if (result.code != ResultCode::fail) code = result.code;
  }
  return code;
}

ResultCode TestLedger::baseline(std::string_view source, std::string_view arch) {
  auto key = ledger_key(source, arch);
  if (const auto known = baselines_.find(key); known != baselines_.end()) return known->second;
  const auto code = compute_baseline(source, arch);
  baselines_.emplace(std::move(key), code);
  return code;
}

// Only a debci file gets requests for what is known: nobody repeats its tests by hand.
bool TestLedger::may_retry(const Wish& wish, const TestResult& known) {
  if (is_old(known.code)) return true;
  const auto days = settings_.retry_older_than_days;
  if (!days || known.seen + *days * base::kSecondsPerDay >= now_) return false;
  const auto before = baseline(wish.source, wish.arch);
  return before != ResultCode::fail && before != ResultCode::none && before != ResultCode::old_fail;
}

bool TestLedger::needs_request(const Wish& wish) {
  const auto* known = result(wish.trigger, wish.source, wish.arch);
  if (known != nullptr && is_final(known->code)) return false;
  if (settings_.source == ResultSource::debci_file)
    return known == nullptr || may_retry(wish, *known);
  fetch(wish.source, wish.arch);
  return known == nullptr && result(wish.trigger, wish.source, wish.arch) == nullptr;
}

void TestLedger::request(const Wish& wish, std::vector<std::string> triggers) {
  const auto* kind = !settings_.ppas.empty() ? "ppa-" : wish.size == QueueSize::huge ? "huge-" : "";
  out_.pending.add(wish.trigger, wish.source, wish.arch);
  out_.wanted.push_back({fmt::format("debci-{}{}-{}", kind, series_, wish.arch),
                         std::string(wish.source), std::string(wish.arch), std::move(triggers),
                         settings_.ppas, submit_time_});
}

void TestLedger::want(const Wish& wish, const TriggerList& triggers) {
  if (!needs_request(wish)) return;
  if (end_of(wish.trigger, wish.source, wish.arch) != nullptr) return;
  if (!out_.pending.has(wish.trigger, wish.source, wish.arch)) request(wish, triggers());
}

void TestLedger::want_reference(std::string_view source, std::string_view arch) {
  if (out_.pending.has(kReferenceTrigger, source, arch)) return;
  if (end_of(kReferenceTrigger, source, arch) != nullptr) return;
  request({kReferenceTrigger, source, arch, QueueSize::normal}, {std::string(kReferenceTrigger)});
}

}  // namespace sluice::migrate
