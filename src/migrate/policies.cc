#include "migrate/policies.h"

#include "migrate/policy_list.h"
#include "migrate/policy_memory.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

using enum PolicyScope;

// Mails are written when all is judged (notices.h); the policies of that name hold nobody up.
Verdict mail_on_source(PolicyRun&, Excuse&) { return Verdict::pass; }

// Migration 4.4, "Order U".
std::vector<PolicySpec> policies_ubuntu(const Settings& settings) {
  std::vector<PolicySpec> list;
  list.push_back({PolicyId::depends, true, every_arch, nullptr, depends_on_arch});
  list.push_back({PolicyId::rc_bugs, false, source_only, rc_bugs_ubuntu, nullptr});
  if (settings.piuparts)
    list.push_back({PolicyId::piuparts, false, source_only, piuparts_on_source, nullptr});
  if (settings.adt.enabled != Switch::off)
    list.push_back({PolicyId::autopkgtest, false, source_only, autopkgtest_on_source, nullptr});
  list.push_back({PolicyId::age, false, source_only, age_ubuntu, nullptr});
  list.push_back({PolicyId::block, true, source_only, block_on_source, block_on_arch});
  if (settings.implicit_deps)
    list.push_back({PolicyId::implicit_deps, true, every_arch, nullptr, implicit_deps_on_arch});
  if (settings.check_buildd)
    list.push_back({PolicyId::builtonbuildd, true, every_arch, nullptr, builtonbuildd_on_arch});
  list.push_back({PolicyId::block_bugs, false, source_only, block_bugs_on_source, nullptr});
  list.push_back({PolicyId::update_excuse, false, source_only, update_excuse_on_source, nullptr});
  list.push_back({PolicyId::source_ppa, false, source_only, source_ppa_on_source, nullptr});
  list.push_back({PolicyId::linux_meta, false, source_only, linux_on_source, nullptr});
  if (settings.sru_regression_mail)
    list.push_back({PolicyId::sru_regression, false, source_only, mail_on_source, nullptr});
  if (settings.stuck_mail)
    list.push_back({PolicyId::email, false, source_only, mail_on_source, nullptr});
  return list;
}

// Migration 4.4, "Order D"; dependencies are the finder's business there (4.8).
std::vector<PolicySpec> policies_debian(const Settings& settings) {
  std::vector<PolicySpec> list;
  list.push_back({PolicyId::rc_bugs, false, source_only, rc_bugs_debian, nullptr});
  if (settings.piuparts)
    list.push_back({PolicyId::piuparts, false, source_only, piuparts_on_source, nullptr});
  if (settings.adt.enabled != Switch::off)
    list.push_back({PolicyId::autopkgtest, false, source_only, autopkgtest_on_source, nullptr});
  list.push_back({PolicyId::age, false, source_only, age_debian, nullptr});
  list.push_back({PolicyId::build_depends, true, source_only, build_depends_on_source, nullptr});
  list.push_back({PolicyId::block, true, source_only, block_on_source, block_on_arch});
  list.push_back({PolicyId::built_using, true, every_arch, nullptr, built_using_on_arch});
  return list;
}

// All calls of one policy on one item: for a source item as its scope says, for an item of one
// architecture only the call for that architecture.
Verdict run_one(PolicyRun& run, const PolicySpec& policy, Excuse& excuse) {
  if (excuse.item.has_arch())
    return policy.on_arch == nullptr ? Verdict::not_applicable
                                     : policy.on_arch(run, excuse, excuse.item.arch);
  auto verdict = Verdict::not_applicable;
  if (policy.scope != source_only) {
    const auto archs = run.world.snapshot.archs.size();
    for (std::size_t arch = 0; arch < archs; ++arch)
      verdict = worst(verdict, policy.on_arch(run, excuse, static_cast<ArchIndex>(arch)));
  }
  if (policy.scope != every_arch) verdict = worst(verdict, policy.on_source(run, excuse));
  return verdict;
}

}  // namespace

PolicyRun::Memory& memory_of(PolicyRun& run) {
  if (!run.memory) run.memory = std::make_shared<PolicyRun::Memory>();
  return *run.memory;
}

std::vector<PolicySpec> policies_of(const Settings& settings) {
  switch (settings.rules) {
    case RuleSet::ubuntu: return policies_ubuntu(settings);
    case RuleSet::debian: return policies_debian(settings);
  }
  return {};
}

void begin_policies(PolicyRun& run) {
  if (run.world.settings.adt.enabled != Switch::off) begin_autopkgtest(run);
}

void run_policies(PolicyRun& run, std::span<const PolicySpec> policies, Excuse& excuse) {
  const auto suite_class = run.world.suite(excuse.item.suite).suite_class;
  const bool additional = suite_class == deb::SuiteClass::additional;
  auto verdict = Verdict::not_applicable;
  excuse.policy_verdicts.reserve(policies.size());
  excuse.policy_info.reserve(policies.size());
  for (const auto& policy : policies) {
    if (additional && !policy.additional_suites) continue;
    const auto answer = run_one(run, policy, excuse);
    if (answer == Verdict::not_applicable) continue;
    // Stored at once: later policies read it as the tentative verdict.
    excuse.policy_verdicts[policy.id] = answer;
    excuse.policy_info.try_emplace(policy.id);
    verdict = worst(verdict, answer);
  }
  excuse.raise(verdict);
  if (excuse.item.kind == ItemKind::source)
    memory_of(run).rejected[excuse.uvname] =
        is_rejected(excuse.verdict) && !is_forced(run.world, excuse);
}

}  // namespace sluice::migrate
