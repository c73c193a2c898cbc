#include "migrate/finding_text.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using migrate::Finding;
using migrate::FindingKind;
using migrate::PolicyId;
using support::archive;
using support::TestWorld;

// migration 4.7
TEST_CASE("finding text: finder and policies each have their sentences") {
  TestWorld test(archive().unstable().package("foo", "1").build());
  migrate::Excuse excuse;
  excuse.item.package = test.snapshot().symbols.find_name("foo");

  Finding finder;
  finder.kind = FindingKind::no_binaries;
  CHECK(migrate::text_of(finder, excuse, test.world()) == "foo has no binaries on any arch");

  Finding policy;
  policy.kind = FindingKind::needs_approval;
  policy.policy = PolicyId::block;
  CHECK(migrate::text_of(policy, excuse, test.world()) == "NEEDS APPROVAL BY RM");
}

// migration 4.7
TEST_CASE("finding text: a note that no program tells apart is its own sentence") {
  TestWorld test(archive().unstable().package("foo", "1").build());
  Finding note;
  note.policy = PolicyId::age;
  note.words = {"as it stands"};
  CHECK(migrate::text_of(note, {}, test.world()) == "as it stands");
}
