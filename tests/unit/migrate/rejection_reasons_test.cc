#include "migrate/rejection_reasons.h"

#include <doctest/doctest.h>

using namespace sluice;
using migrate::FindingKind;
using migrate::PolicyId;
using migrate::rejection_reasons;
using migrate::Verdict;

namespace {

using KeySet = std::set<std::string>;

migrate::Finding bare_finding(FindingKind kind) {
  migrate::Finding found;
  found.kind = kind;
  return found;
}

}  // namespace

// migration 4.4
TEST_CASE("rejection reasons: the peers' keys are taken as they are") {
  migrate::Excuse excuse;
  excuse.reasons = {"block", "depends"};
  excuse.findings = {bare_finding(FindingKind::old_cruft)};

  CHECK(rejection_reasons(excuse) == KeySet{"block", "depends"});
}

// migration 4.8
TEST_CASE("rejection reasons: a missing build counts where no key is set for it") {
  migrate::Excuse excuse;
  excuse.reasons = {"depends"};
  excuse.missing_builds = {"arm64"};

  CHECK(rejection_reasons(excuse) == KeySet{"depends", "missingbuild"});
}

TEST_CASE("rejection reasons: without keys, policies and findings name them") {
  migrate::Excuse excuse;
  excuse.policy_verdicts = {{PolicyId::age, Verdict::pass},
                            {PolicyId::rc_bugs, Verdict::rejected_permanently}};
  excuse.findings = {bare_finding(FindingKind::old_binaries_left),
                     bare_finding(FindingKind::updated_binary)};

  CHECK(rejection_reasons(excuse) == KeySet{"cruft", "rc-bugs"});
}

TEST_CASE("rejection reasons: there is always one") {
  CHECK(rejection_reasons(migrate::Excuse{}) == KeySet{"other"});
}

// migration 9 (e): a difference must not lose one rejection behind another
TEST_CASE("rejection reasons: all of them are the keys, the policies and the findings together") {
  migrate::Excuse excuse;
  excuse.reasons = {"block"};
  excuse.policy_verdicts = {{PolicyId::age, Verdict::rejected_temporarily},
                            {PolicyId::depends, Verdict::pass}};
  excuse.findings = {bare_finding(FindingKind::old_cruft)};

  CHECK(rejection_reasons(excuse) == KeySet{"block"});
  CHECK(migrate::all_rejection_reasons(excuse) == KeySet{"age", "block", "cruft"});
}
