#include "migrate/policies.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using migrate::PolicySpec;
using migrate::RuleSet;
using migrate::Verdict;
using support::archive;
using support::TestWorld;

namespace {

std::vector<PolicyId> ids(const migrate::Settings& settings) {
  std::vector<PolicyId> found;
  for (const auto& policy : migrate::policies_of(settings)) found.push_back(policy.id);
  return found;
}

// Runs the policies on a fresh excuse for foo.
migrate::Excuse run(TestWorld& test, std::span<const PolicySpec> policies,
                    Verdict initial = Verdict::pass) {
  const auto world = test.world();
  migrate::Judgement out;
  migrate::PolicyRun run{.world = world, .facts = test.facts, .out = out};
  migrate::Excuse excuse;
  excuse.item = {migrate::ItemKind::source, test.snapshot().symbols.find_name("foo"),
                 test.snapshot().symbols.find_version("2"), 1, 0};
  excuse.uvname = "foo";
  excuse.verdict = initial;
  migrate::run_policies(run, policies, excuse);
  return excuse;
}

Verdict passing(migrate::PolicyRun&, migrate::Excuse&) { return Verdict::pass; }
Verdict waiting(migrate::PolicyRun&, migrate::Excuse&) { return Verdict::rejected_temporarily; }
Verdict silent(migrate::PolicyRun&, migrate::Excuse&) { return Verdict::not_applicable; }
// Rejects on the second architecture.
Verdict per_arch(migrate::PolicyRun&, migrate::Excuse& excuse, migrate::ArchIndex arch) {
  excuse.policy_info[PolicyId::depends].emplace(std::to_string(arch), true);
  return arch == 1 ? Verdict::rejected_permanently : Verdict::pass;
}
// Notes what it saw of the others.
Verdict looking(migrate::PolicyRun&, migrate::Excuse& excuse) {
  CHECK(excuse.tentative_verdict() == Verdict::rejected_temporarily);
  CHECK(excuse.verdict == Verdict::pass);
  return Verdict::pass;
}

TestWorld foo_on_two_archs() {
  return TestWorld(archive({"amd64", "arm64"})
                       .testing()
                       .package("foo", "1")
                       .unstable()
                       .package("foo", "2")
                       .build());
}

}  // namespace

// migration 4.4
TEST_CASE("policies: Ubuntu's order, with what is switched on") {
  migrate::Settings settings;
  using enum PolicyId;
  CHECK(ids(settings) == std::vector{depends, rc_bugs, piuparts, age, block, implicit_deps,
                                     block_bugs, update_excuse, source_ppa, linux_meta});
  settings.check_buildd = true;
  settings.piuparts = false;
  CHECK(ids(settings) == std::vector{depends, rc_bugs, age, block, implicit_deps, builtonbuildd,
                                     block_bugs, update_excuse, source_ppa, linux_meta});
  settings.implicit_deps = false;
  CHECK(ids(settings) == std::vector{depends, rc_bugs, age, block, builtonbuildd, block_bugs,
                                     update_excuse, source_ppa, linux_meta});
}

// migration 4.4, 4.5.13, 4.5.14: they mail when all is judged, and let everything pass
TEST_CASE("policies: those that mail come last and pass") {
  migrate::Settings settings;
  settings.stuck_mail = settings.sru_regression_mail = true;
  const auto policies = migrate::policies_of(settings);
  REQUIRE(policies.size() > 2);
  auto test = foo_on_two_archs();
  const auto excuse = run(test, std::span(policies).last(2));
  CHECK(policies[policies.size() - 2].id == PolicyId::sru_regression);
  CHECK(policies.back().id == PolicyId::email);
  CHECK(excuse.policy_verdicts.at(PolicyId::sru_regression) == Verdict::pass);
  CHECK(excuse.policy_verdicts.at(PolicyId::email) == Verdict::pass);
}

// migration 4.4
TEST_CASE("policies: Debian's order") {
  migrate::Settings settings;
  settings.rules = RuleSet::debian;
  using enum PolicyId;
  CHECK(ids(settings) == std::vector{rc_bugs, piuparts, age, build_depends, block, built_using});
}

// migration 4.4
TEST_CASE("policies: the verdict of a policy is the maximum of its calls") {
  auto test = foo_on_two_archs();
  const std::vector<PolicySpec> policies = {
      {PolicyId::depends, true, migrate::PolicyScope::every_arch, nullptr, per_arch},
      {PolicyId::block, true, migrate::PolicyScope::both, waiting, per_arch},
      {PolicyId::age, true, migrate::PolicyScope::source_only, waiting, per_arch}};
  const auto excuse = run(test, policies);
  CHECK(excuse.policy_verdicts.at(PolicyId::depends) == Verdict::rejected_permanently);
  CHECK(excuse.policy_verdicts.at(PolicyId::block) == Verdict::rejected_permanently);
  CHECK(excuse.policy_verdicts.at(PolicyId::age) == Verdict::rejected_temporarily);
  CHECK(excuse.policy_info.at(PolicyId::depends).size() == 2);
}

// migration 4.4
TEST_CASE("policies: one that does not apply leaves no trace") {
  auto test = foo_on_two_archs();
  const std::vector<PolicySpec> policies = {
      {PolicyId::age, true, migrate::PolicyScope::source_only, silent, nullptr}};
  const auto excuse = run(test, policies);
  CHECK(excuse.policy_verdicts.empty());
  CHECK(excuse.policy_info.empty());
  CHECK(excuse.verdict == Verdict::pass);
}

// migration 4.4
TEST_CASE("policies: later ones see the tentative verdict, the excuse's own comes after all") {
  auto test = foo_on_two_archs();
  const std::vector<PolicySpec> policies = {
      {PolicyId::age, true, migrate::PolicyScope::source_only, waiting, nullptr},
      {PolicyId::block, true, migrate::PolicyScope::source_only, looking, nullptr}};
  CHECK(run(test, policies).verdict == Verdict::rejected_temporarily);
}

// migration 4.2
TEST_CASE("policies: passing everything does not lift an earlier rejection") {
  auto test = foo_on_two_archs();
  const std::vector<PolicySpec> policies = {
      {PolicyId::age, true, migrate::PolicyScope::source_only, passing, nullptr}};
  CHECK(run(test, policies, Verdict::rejected_permanently).verdict ==
        Verdict::rejected_permanently);
}

// migration 4.4
TEST_CASE("policies: additional suites and single architectures get what applies to them") {
  TestWorld test(archive()
                     .testing()
                     .package("foo", "1")
                     .package("bar", "1")
                     .unstable()
                     .package("foo", "1")
                     .source("bar", "1")
                     .binary("bar", "amd64", "1+b1", {.source = "bar (1)"})
                     .tpu()
                     .package("foo", "2")
                     .build());
  const auto judgement = test.judge();
  const auto answered = [&](std::string_view item) {
    std::vector<PolicyId> found;
    for (const auto& [id, verdict] : support::excuse_of(judgement, item)->policy_verdicts)
      found.push_back(id);
    return found;
  };
  using enum PolicyId;
  CHECK(answered("foo_tpu") == std::vector{depends, block, implicit_deps});
  CHECK(answered("bar/amd64") == std::vector{depends, block, implicit_deps});
}
