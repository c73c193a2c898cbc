#include "migrate/excuse.h"

#include <doctest/doctest.h>

using namespace sluice::migrate;

// migration 4.2
TEST_CASE("excuse: a new one is rejected permanently until somebody says otherwise") {
  CHECK(Excuse().verdict == Verdict::rejected_permanently);
}

// migration 4.2
TEST_CASE("excuse: raising keeps the worst verdict") {
  Excuse excuse;
  excuse.verdict = Verdict::rejected_needs_approval;
  excuse.raise(Verdict::rejected_temporarily);
  CHECK(excuse.verdict == Verdict::rejected_needs_approval);
  excuse.raise(Verdict::rejected_permanently);
  CHECK(excuse.verdict == Verdict::rejected_permanently);
}

// migration 4.2
TEST_CASE("excuse: a rejection of a forced one becomes PASS_HINTED") {
  Excuse excuse;
  excuse.verdict = Verdict::pass;
  excuse.forced = true;
  excuse.raise(Verdict::pass_hinted);
  CHECK(excuse.verdict == Verdict::pass_hinted);
  excuse.raise(Verdict::rejected_permanently);
  CHECK(excuse.verdict == Verdict::pass_hinted);
}

// migration 4.4
TEST_CASE("excuse: the tentative verdict is the maximum of the policies so far") {
  Excuse excuse;
  CHECK(excuse.tentative_verdict() == Verdict::not_applicable);
  excuse.policy_verdicts[PolicyId::block] = Verdict::rejected_needs_approval;
  excuse.policy_verdicts[PolicyId::age] = Verdict::pass;
  CHECK(excuse.tentative_verdict() == Verdict::rejected_needs_approval);
}

// migration 4.3 G
TEST_CASE("dependency: valid and possible by any alternative, verdict by the least") {
  ExcuseDependency dependency;
  CHECK_FALSE(dependency.possible());
  CHECK(dependency.verdict() == Verdict::rejected_permanently);
  dependency.alternatives.push_back({{}, "", false, false, Verdict::rejected_permanently});
  CHECK_FALSE(dependency.possible());
  dependency.alternatives.push_back(
      {{}, "foo", true, false, Verdict::rejected_waiting_for_another_item});
  CHECK(dependency.possible());
  CHECK_FALSE(dependency.valid());
  CHECK(dependency.verdict() == Verdict::rejected_waiting_for_another_item);
  dependency.alternatives.push_back({{}, "bar", true, true, Verdict::pass});
  CHECK(dependency.valid());
}

// migration 4.3, dependency types
TEST_CASE("dependency types: display, reason key and description") {
  CHECK(words_of(DependencyType::depends).display == "Depends");
  CHECK(words_of(DependencyType::build_depends).display == "Build-Depends(-Arch)");
  CHECK(words_of(DependencyType::build_depends_indep).description == "build-dependency (indep)");
  CHECK(words_of(DependencyType::built_using).reason == "built-using");
  CHECK(words_of(DependencyType::implicit).reason == "implicit-dependency");
}
