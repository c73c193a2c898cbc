#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using support::answer_of;
using support::archive;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

constexpr const char* kContact = " (please contact Debian-release if update is needed)";

support::PolicyAnswer block(TestWorld& test, std::string_view item = "foo") {
  return answer_of(test, item, PolicyId::block);
}

TestWorld block_world() {
  return TestWorld(archive().testing().package("foo", "1").unstable().package("foo", "2").build());
}

// foo has a rebuilt binary on amd64.
TestWorld rebuilt() {
  return TestWorld(archive({"amd64", "arm64"})
                       .testing()
                       .package("foo", "1")
                       .unstable()
                       .source("foo", "1")
                       .binary("foo", "amd64", "1+b1", {.source = "foo (1)"})
                       .binary("foo", "arm64", "1")
                       .build());
}

TestWorld proposed() {
  return TestWorld(archive()
                       .testing()
                       .package("foo", "1")
                       .unstable()
                       .package("foo", "1")
                       .tpu()
                       .package("foo", "1+deb1")
                       .build());
}

struct BlockRow {
  const char* name;
  const char* hints;
  const char* verdict;
  Texts texts;
};

}  // namespace

namespace {

const BlockRow kPrimaryRows[] = {
    {"nothing", "", "PASS", {}},
    {"blocked",
     "block foo",
     "REJECTED_NEEDS_APPROVAL",
     {std::string("Not touching package due to block request by ada") + kContact}},
    {"blocked for the installer",
     "block-udeb foo",
     "REJECTED_NEEDS_APPROVAL",
     {"Not touching package due to block-udeb request by ada (please contact the d-i release "
      "manager if an update is needed)"}},
    {"a block of the removal blocks as well",
     "block -foo",
     "REJECTED_NEEDS_APPROVAL",
     {std::string("Not touching package due to block request by ada") + kContact}},
    {"an architecture does not matter",
     "block foo/amd64",
     "REJECTED_NEEDS_APPROVAL",
     {std::string("Not touching package due to block request by ada") + kContact}},
    {"another package", "block bar", "PASS", {}},
    {"everything",
     "block-all source",
     "REJECTED_NEEDS_APPROVAL",
     {std::string("Not touching package due to block request by ada") + kContact}},
    {"new packages only", "block-all new-source", "PASS", {}},
    {"unblocked",
     "block foo\nunblock foo/2",
     "PASS",
     {"Ignoring block request by ada, due to unblock request by ada"}},
    {"approve is unblock",
     "block foo\napprove foo/2",
     "PASS",
     {"Ignoring block request by ada, due to unblock request by ada"}},
    {"freeze and exception",
     "block-all source\nunblock foo/2",
     "PASS",
     {"Ignoring block request by ada, due to unblock request by ada"}},
    {"installer unblocked",
     "block-udeb foo\nunblock-udeb foo/2",
     "PASS",
     {"Ignoring block-udeb request by ada, due to unblock-udeb request by ada"}},
    {"each type needs its own",
     "block foo\nblock-udeb foo\nunblock foo/2",
     "REJECTED_NEEDS_APPROVAL",
     {"Ignoring block request by ada, due to unblock request by ada",
      "Not touching package due to block-udeb request by ada (please contact the d-i release "
      "manager if an update is needed)"}},
    {"another version",
     "block foo\nunblock foo/3",
     "REJECTED_NEEDS_APPROVAL",
     {std::string("Not touching package due to block request by ada") + kContact,
      "Some hints for foo do not match this item"}},
    {"one architecture is not the source",
     "block foo\nunblock foo/amd64/2",
     "REJECTED_NEEDS_APPROVAL",
     {std::string("Not touching package due to block request by ada") + kContact,
      "Some hints for foo do not match this item"}},
};

}  // namespace

// migration 4.5.6
TEST_CASE("block: hints block and unblock a source of the primary suite") {
  for (const auto& row : kPrimaryRows) {
    CAPTURE(row.name);
    auto test = block_world();
    test.hint(row.hints);
    const auto answer = block(test);
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == row.texts);
    CHECK(answer.info == "{}");
  }
}

// migration 4.5.6
TEST_CASE("block: block-all new-source blocks what the target lacks") {
  TestWorld test(archive().unstable().package("foo", "2").build());
  test.hint("block-all new-source");
  CHECK(block(test).verdict == "REJECTED_NEEDS_APPROVAL");
}

// migration 4.5.6
TEST_CASE("block: the reason and the hints are recorded, the later user of a block is named") {
  auto test = block_world();
  test.hint("block-all source", "bob").hint("block foo", "eve");
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);

  const auto* excuse = support::excuse_of(judgement, "foo");
  CHECK(answer_of(judgement, "foo", PolicyId::block, world).texts ==
        Texts{std::string("Not touching package due to block request by eve") + kContact});
  CHECK(excuse->reasons.contains("block"));
  REQUIRE(excuse->hints.size() == 2);
  CHECK(excuse->hints[0]->user == "bob");
  CHECK(excuse->hints[1]->user == "eve");
}

// migration 4.5.6
TEST_CASE("block: the contact is the distribution's release team") {
  auto test = block_world();
  test.settings.distribution = "ubuntu";
  test.hint("block foo");
  CHECK(block(test).texts == Texts{"Not touching package due to block request by ada (please "
                                   "contact ubuntu-release if update is needed)"});
}

// migration 4.5.6
TEST_CASE("block: items of one architecture are asked once, and their hints may name it") {
  const BlockRow rows[] = {
      {"blocked",
       "block foo",
       "REJECTED_NEEDS_APPROVAL",
       {std::string("Not touching package due to block request by ada") + kContact}},
      {"unblocked as source",
       "block foo\nunblock foo/1",
       "PASS",
       {"Ignoring block request by ada, due to unblock request by ada"}},
      {"unblocked here",
       "block foo\nunblock foo/amd64/1",
       "PASS",
       {"Ignoring block request by ada, due to unblock request by ada"}},
      {"unblocked elsewhere",
       "block foo\nunblock foo/arm64/1",
       "REJECTED_NEEDS_APPROVAL",
       {std::string("Not touching package due to block request by ada") + kContact,
        "Some hints for foo do not match this item"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto test = rebuilt();
    test.hint(row.hints);
    const auto answer = block(test, "foo/amd64");
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == row.texts);
  }
}

// migration 4.5.6
TEST_CASE("block: additional suites need an approval for exactly their version") {
  const BlockRow rows[] = {
      {"no hint", "", "REJECTED_NEEDS_APPROVAL", {"NEEDS APPROVAL BY RM"}},
      {"approved", "approve foo/1+deb1", "PASS", {"Approved by ada"}},
      {"approved by suite", "unblock foo_tpu/1+deb1", "PASS", {"Approved by ada"}},
      {"other version",
       "unblock foo_tpu/1",
       "REJECTED_NEEDS_APPROVAL",
       {"NEEDS APPROVAL BY RM", "Some hints for foo do not match this item"}},
      {"a block needs the same approval",
       "block foo\napprove foo/1+deb1",
       "PASS",
       {"Approved by ada"}},
      {"installer",
       "block-udeb foo\napprove foo/1+deb1",
       "REJECTED_NEEDS_APPROVAL",
       {"Approved by ada",
        "Not touching package due to block-udeb request by ada (please contact the d-i release "
        "manager if an update is needed)"}},
      {"freezes do not concern it",
       "block-all source\napprove foo/1+deb1",
       "PASS",
       {"Approved by ada"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto test = proposed();
    test.hint(row.hints);
    const auto answer = block(test, "foo_tpu");
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == row.texts);
  }
}
