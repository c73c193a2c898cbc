// The sentences of each policy are tested with it; here is what no policy of one rule set shows.
#include <doctest/doctest.h>

#include "migrate/finding_text.h"
#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using migrate::Finding;
using migrate::FindingKind;
using migrate::PolicyId;
using migrate::RuleSet;
using support::archive;
using support::TestWorld;

namespace {

TestWorld broken(RuleSet rules) {
  return TestWorld(archive()
                       .unstable()
                       .source("foo", "1")
                       .binary("foo", "amd64", "1", {.depends = "nowhere (>= 2) | gone"})
                       .build(),
                   rules);
}

std::string unsatisfiable(TestWorld& test, PolicyId policy) {
  Finding finding;
  finding.kind = FindingKind::unsatisfiable_dependency;
  finding.policy = policy;
  finding.arch = "amd64";
  finding.binaries = {test.ref("foo", "1")};
  const auto& record = test.snapshot().record(finding.binaries.front());
  finding.relation = test.snapshot().clauses(record, deb::RelationField::depends).front();
  return migrate::text_of(finding, {}, test.world());
}

}  // namespace

// migration 4.5.1, 4.8
TEST_CASE("policy text: an unsatisfiable dependency reads differently under the two rule sets") {
  auto ubuntu = broken(RuleSet::ubuntu);
  CHECK(unsatisfiable(ubuntu, PolicyId::depends) == "foo/amd64 has unsatisfiable dependency");

  auto debian = broken(RuleSet::debian);
  CHECK(unsatisfiable(debian, PolicyId::finder) ==
        "foo/amd64 unsatisfiable Depends: nowhere (>= 2) | gone");
}
