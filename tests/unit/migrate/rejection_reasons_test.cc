#include "migrate/rejection_reasons.h"

#include <doctest/doctest.h>

using namespace sluice;
using migrate::FindingKind;
using migrate::PolicyId;
using migrate::rejection_reasons;
using migrate::Verdict;

namespace {

using Keys = std::set<std::string>;

migrate::Finding finding(FindingKind kind) {
  migrate::Finding found;
  found.kind = kind;
  return found;
}

}  // namespace

// migration 4.4
TEST_CASE("rejection reasons: the peers' keys are taken as they are") {
  migrate::Excuse excuse;
  excuse.reasons = {"block", "depends"};
  excuse.findings = {finding(FindingKind::old_cruft)};

  CHECK(rejection_reasons(excuse) == Keys{"block", "depends"});
}

// migration 4.8
TEST_CASE("rejection reasons: a missing build counts where no key is set for it") {
  migrate::Excuse excuse;
  excuse.reasons = {"depends"};
  excuse.missing_builds = {"arm64"};

  CHECK(rejection_reasons(excuse) == Keys{"depends", "missingbuild"});
}

TEST_CASE("rejection reasons: without keys, policies and findings name them") {
  migrate::Excuse excuse;
  excuse.policy_verdicts = {{PolicyId::age, Verdict::pass},
                            {PolicyId::rc_bugs, Verdict::rejected_permanently}};
  excuse.findings = {finding(FindingKind::old_binaries_left), finding(FindingKind::updated_binary)};

  CHECK(rejection_reasons(excuse) == Keys{"cruft", "rc-bugs"});
}

TEST_CASE("rejection reasons: there is always one") {
  CHECK(rejection_reasons(migrate::Excuse{}) == Keys{"other"});
}
