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

TestWorld bugs_world() {
  return TestWorld(archive().testing().package("foo", "1").unstable().package("foo", "2").build());
}

}  // namespace

// migration 4.5.9
TEST_CASE("block-bugs: every bug blocks, with its date") {
  auto test = bugs_world();
  test.facts.blocks["foo"] = {{"12345", 1471505000}, {"9", 0}};
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);

  const auto answer = answer_of(judgement, "foo", PolicyId::block_bugs, world);
  CHECK(answer.verdict == "REJECTED_PERMANENTLY");
  CHECK(answer.texts ==
        Texts{"Not touching package as requested in <a href=\"https://launchpad.net/bugs/12345\">"
              "bug 12345</a> on Thu Aug 18 07:23:20 2016",
              "Not touching package as requested in <a href=\"https://launchpad.net/bugs/9\">"
              "bug 9</a> on Thu Jan  1 00:00:00 1970"});
  CHECK(answer.info == R"({"12345": 1471505000, "9": 0})");
  CHECK(support::excuse_of(judgement, "foo")->reasons.contains("block"));
}

// migration 4.5.9
TEST_CASE("block-bugs: other sources' bugs do not concern the item") {
  auto test = bugs_world();
  test.facts.blocks["bar"] = {{"1", 1}};
  CHECK(answer_of(test, "foo", PolicyId::block_bugs) == support::PolicyAnswer{"PASS", {}, "{}"});
}

// migration 4.5.10
TEST_CASE("update-excuse: bugs are mentioned and never reject") {
  auto test = bugs_world();
  test.facts.excuse_bugs["foo"] = {{"12345", 1471505000}};
  const auto answer = answer_of(test, "foo", PolicyId::update_excuse);
  CHECK(answer.verdict == "PASS");
  CHECK(answer.texts == Texts{"Also see <a href=\"https://launchpad.net/bugs/12345\">bug 12345</a> "
                              "last updated on Thu Aug 18 07:23:20 2016"});
  CHECK(answer.info == R"({"12345": 1471505000})");
}
