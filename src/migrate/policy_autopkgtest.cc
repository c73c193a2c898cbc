// Do the tests of the item, and of what uses it, still pass? Source: migration 4.6.3; what is
// tested, requested and known stands in test_*.cc.
#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "migrate/policy_list.h"
#include "migrate/policy_memory.h"
#include "migrate/policy_queries.h"
#include "migrate/test_desk.h"

namespace sluice::migrate {
namespace {

// What the tests of one item add up to.
struct Evaluation {
  Verdict verdict = Verdict::pass;
  bool own_tests_passed = false;
  std::vector<std::vector<TestOutcome>> shown;  // groups that need a line, in order
};

void delay(Excuse& excuse, std::string_view arch) {
  add_finding(excuse, PolicyId::autopkgtest, FindingKind::tests_need_build, Place::verdict,
              Verdict::rejected_temporarily)
      .arch = arch;
}

// The architecture whose builds bring arch:all packages lacks its own.
bool lacks_arch_all(const Settings& settings, const Excuse& excuse) {
  if (settings.has_arch_all_buildds) return excuse.missing_builds.contains("all");
  return std::ranges::any_of(base::split_words(settings.all_buildarch),
                             [&](auto arch) { return excuse.missing_builds.contains(arch); });
}

// Before the item is built, tests would say nothing about it.
bool waits_for_builds(const World& world, Excuse& excuse) {
  const auto* source = source_of(world, excuse);
  const bool nothing = source == nullptr || source->binaries.empty();
  const bool arch_all = lacks_arch_all(world.settings, excuse);
  if (nothing) delay(excuse, "");
  if (arch_all) delay(excuse, "all");
  return nothing || arch_all;
}

bool is_unsatisfiable(const Excuse& excuse, std::string_view arch) {
  if (!excuse.unsatisfiable_archs.contains(arch)) return false;
  const auto info = excuse.policy_info.find(PolicyId::depends);
  if (info == excuse.policy_info.end()) return true;
  const auto skipped = info->second.find("skip_dep_check");
  if (skipped == info->second.end()) return true;
  const auto* list = skipped->second.list();
  return list == nullptr || std::ranges::none_of(*list, [&](const codec::Value& each) {
           return each.string() != nullptr && *each.string() == arch;
         });
}

// Tests of all architectures; where none can run, the excuse says why.
Verdict collect_tests(const World& world, TestDesk& desk, Excuse& excuse,
                      std::vector<TestOutcome>& outcomes) {
  auto verdict = Verdict::pass;
  for (const auto arch : desk.archs()) {
    const auto name = world.snapshot.arch_name(arch);
    if (excuse.missing_builds.contains(name)) {
      verdict = Verdict::rejected_temporarily;
      delay(excuse, name);
    } else if (is_unsatisfiable(excuse, name)) {
      const bool delays = desk.rules().uninstallable_delays;
      if (delays) verdict = Verdict::rejected_temporarily;
      add_finding(excuse, PolicyId::autopkgtest, FindingKind::tests_uninstallable,
                  delays ? Place::verdict : Place::info,
                  delays ? Verdict::rejected_temporarily : Verdict::not_applicable)
          .arch = name;
    } else {
      desk.add_tests(excuse, arch, outcomes);
    }
  }
  return verdict;
}

// A set of statuses, made for every test: no memory.
class Statuses {
 public:
  Statuses() = default;
  explicit Statuses(TestStatus status) { insert(status); }
  void insert(TestStatus status) { bits_ |= bit(status); }
  void merge(Statuses more) { bits_ |= more.bits_; }
  bool contains(TestStatus status) const { return (bits_ & bit(status)) != 0; }
  friend bool operator==(const Statuses&, const Statuses&) = default;

 private:
  static std::uint32_t bit(TestStatus status) { return 1U << std::to_underlying(status); }
  std::uint32_t bits_ = 0;
};

// Nobody has to do anything about these.
bool is_quiet(TestStatus status, const TestRules& rules) {
  return status == TestStatus::pass || status == TestStatus::neutral ||
         status == TestStatus::running_always_fail || status == TestStatus::always_fail ||
         (status == TestStatus::ignore_fail && !rules.ignored_are_shown);
}

bool is_waiting(TestStatus status) {
  return status == TestStatus::running || status == TestStatus::running_always_fail;
}

Verdict verdict_of(const Statuses& statuses, Verdict before) {
  if (statuses.contains(TestStatus::regression)) return Verdict::rejected_permanently;
  const bool running =
      statuses.contains(TestStatus::running) || statuses.contains(TestStatus::running_reference);
  return running && before == Verdict::pass ? Verdict::rejected_temporarily : before;
}

codec::Value text_or_null(const std::string& text) {
  return text.empty() ? codec::Value() : codec::Value(text);
}

std::string title_of(const TestOutcome& test) {
  return test.version.empty() ? test.source : test.source + "/" + test.version;
}

void note_tests(Excuse& excuse, const std::vector<TestOutcome>& tests) {
  auto& info = excuse.policy_info[PolicyId::autopkgtest]
                   .try_emplace(title_of(tests.front()), codec::Map{})
                   .first->second;
  auto* archs = std::get_if<codec::Map>(&info);
  for (const auto& test : tests)
    archs->insert_or_assign(
        test.arch, codec::List{text_of(test.status), text_or_null(test.log_url),
                               text_or_null(test.history_url), text_or_null(test.artifact_url),
                               text_or_null(test.retry_url)});
}

// The statuses of one group; it is noted, and kept if it needs a line.
Statuses add_group(Excuse& excuse, std::vector<TestOutcome> tests, const TestRules& rules,
                   Evaluation& sum) {
  Statuses statuses;
  for (const auto& test : tests) statuses.insert(test.status);
  if (std::ranges::all_of(tests, is_waiting, &TestOutcome::status))
    for (auto& test : tests) test.version.clear();
  note_tests(excuse, tests);
  const bool quiet = std::ranges::all_of(
      tests, [&](const TestOutcome& test) { return is_quiet(test.status, rules); });
  if (!quiet) sum.shown.push_back(std::move(tests));
  return statuses;
}

Evaluation evaluate(PolicyRun& run, TestDesk& desk, Excuse& excuse) {
  std::vector<TestOutcome> outcomes;
  Evaluation sum;
  sum.verdict = collect_tests(run.world, desk, excuse, outcomes);
  // Groups of one tested source and version; of each architecture there is one test.
  const auto key = [](const TestOutcome& test) {
    return std::tie(test.source, test.version, test.arch);
  };
  // On one architecture they come sorted, and swapping outcomes moves seven strings.
  if (!std::ranges::is_sorted(outcomes, {}, key)) std::ranges::sort(outcomes, {}, key);
  Statuses own;
  for (auto begin = outcomes.begin(); begin != outcomes.end();) {
    const auto end = std::find_if(begin, outcomes.end(), [&](const TestOutcome& test) {
      return test.source != begin->source || test.version != begin->version;
    });
    const bool is_own = begin->source == package_of(run.world, excuse);
    const auto statuses = add_group(
        excuse, {std::make_move_iterator(begin), std::make_move_iterator(end)}, desk.rules(), sum);
    sum.verdict = verdict_of(statuses, sum.verdict);
    if (is_own) own.merge(statuses);
    begin = end;
  }
  sum.own_tests_passed = own == Statuses(TestStatus::pass);
  return sum;
}

// A force-skiptest hint overrides whatever the tests say.
Verdict apply_hint(const World& world, Excuse& excuse, Verdict verdict) {
  if (verdict == Verdict::pass) return verdict;
  const auto hints = world.hints.of_version(HintType::force_skiptest, package_of(world, excuse),
                                            version_of(world, excuse));
  if (hints.empty()) {
    excuse.reasons.emplace("autopkgtest");
    return verdict;
  }
  excuse.reasons.emplace("skiptest");
  add_finding(excuse, PolicyId::autopkgtest, FindingKind::tests_skipped, Place::info).user =
      hints.front()->user;
  return Verdict::pass_hinted;
}

// Days instead of a rejection, and days off for own tests that pass.
Verdict apply_days(const AdtSettings& settings, Excuse& excuse, Verdict verdict,
                   bool own_tests_passed) {
  const auto policy = std::string(text_of(PolicyId::autopkgtest));
  if (settings.success_bounty && verdict == Verdict::pass && own_tests_passed)
    excuse.bounties[policy] = *settings.success_bounty;
  const bool waits =
      verdict == Verdict::rejected_permanently || verdict == Verdict::rejected_temporarily;
  if (!settings.regression_penalty || !waits) return verdict;
  excuse.penalties[policy] = *settings.regression_penalty;
  return Verdict::pass;
}

}  // namespace

void begin_autopkgtest(PolicyRun& run) {
  auto& memory = memory_of(run);
  auto& tests = memory.tests_of_archive;
  if (!tests) tests = std::make_shared<TestsOfArchive>(run.world.snapshot);
  memory.tests = std::make_shared<TestDesk>(run, *tests);
}

Verdict autopkgtest_on_source(PolicyRun& run, Excuse& excuse) {
  Evaluation sum;
  sum.verdict = Verdict::rejected_temporarily;
  if (!waits_for_builds(run.world, excuse)) sum = evaluate(run, *memory_of(run).tests, excuse);
  auto verdict = apply_hint(run.world, excuse, sum.verdict);
  verdict = apply_days(run.world.settings.adt, excuse, verdict, sum.own_tests_passed);
  const bool rejected = is_rejected(verdict);
  for (auto& tests : sum.shown)
    add_finding(excuse, PolicyId::autopkgtest, FindingKind::test_results,
                rejected ? Place::verdict : Place::info,
                rejected ? verdict : Verdict::not_applicable)
        .tests = std::move(tests);
  return verdict;
}

}  // namespace sluice::migrate
