#include <doctest/doctest.h>

#include "migrate/finding_text.h"
#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::TestWorld;

namespace {

// The sentence of a finding about foo/amd64 1.
std::string foo_sentence(Finding finding) {
  TestWorld world(support::archive().unstable().package("foo", "1").build());
  world.settings.distribution = "Tanglu";
  Excuse excuse;
  excuse.item.package = world.snapshot().symbols.find_name("foo");
  excuse.uvname = "foo/amd64";
  finding.binaries = {world.ref("foo", "1")};
  finding.arch = "amd64";
  return finder_text(finding, excuse, world.world());
}

Finding bobs_finding(FindingKind kind) {
  Finding made;
  made.kind = kind;
  made.user = "bob";
  made.old_version = "1";
  made.new_version = "2";
  made.words = {"x", "y"};
  return made;
}

}  // namespace

// migration 4.3 A, F
TEST_CASE("finder text: hints name the release team of the distribution") {
  CHECK(foo_sentence(bobs_finding(FindingKind::block_removal)) ==
        "Not touching package, as requested by bob (contact Tanglu-release if update is needed)");
  CHECK(foo_sentence(bobs_finding(FindingKind::remove_hint_blocked)) ==
        "Not removing package, due to block hint by bob (contact Tanglu-release if update is "
        "needed)");
}

// migration 4.3 D
TEST_CASE("finder text: binaries") {
  struct Row {
    FindingKind kind;
    const char* text;
  };
  const Row rows[] = {
      {FindingKind::ignoring_arch_all, "Ignoring foo 1 (from 2) as it is arch: all"},
      {FindingKind::wrong_source, "From wrong source: foo 1 (1 not 2)"},
      {FindingKind::old_cruft, "Old cruft: foo 1"},
      {FindingKind::new_binary, "New binary: foo (2)"},
      {FindingKind::updated_binary, "Updated binary: foo (1 to 2)"},
      {FindingKind::not_downgrading, "Not downgrading: foo (1 to 2)"},
      {FindingKind::removed_binary, "Removed binary: foo 1"},
      {FindingKind::ignoring_removal_of_all, "Ignoring removal of foo as it is arch: all"},
  };
  for (const auto& row : rows) CHECK(foo_sentence(bobs_finding(row.kind)) == row.text);
}

// migration 4.7, 4.8
TEST_CASE("finder text: dependencies") {
  CHECK(foo_sentence(bobs_finding(FindingKind::dependency)) == "x: foo/amd64 <a href=\"#y\">y</a>");
  auto ignored = bobs_finding(FindingKind::dependency);
  ignored.words.emplace_back("ignored");
  CHECK(foo_sentence(ignored) == "x: foo/amd64 <a href=\"#y\">y</a> (not considered)");
  CHECK(foo_sentence(bobs_finding(FindingKind::impossible_dependency)) ==
        "Impossible x: foo/amd64 -> y");
  CHECK(foo_sentence(bobs_finding(FindingKind::invalidated_by_dependency)) == "Invalidated by x");
  CHECK(foo_sentence(bobs_finding(FindingKind::ignoring_break_arch_dependency)) ==
        "Ignoring amd64 depends: <a href=\"#x\">x</a>");
}

TEST_CASE("finder text: a note that no program tells apart is its own sentence") {
  CHECK(foo_sentence(bobs_finding(FindingKind::other)) == "x");
}

TEST_CASE("finder text: an item called like a note is not taken for one") {
  auto of_item = bobs_finding(FindingKind::dependency);
  of_item.words = {"Depends", "ignored"};
  CHECK(foo_sentence(of_item) == "Depends: foo/amd64 <a href=\"#ignored\">ignored</a>");
}
