#include "migrate/touched.h"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::migrate;

namespace {

using NameSet = std::set<std::string, std::less<>>;

Hint hint(HintType type, const std::string& package, const std::string& version = "1") {
  Hint made;
  made.type = type;
  made.items.push_back({package, version});
  return made;
}

HintSet set_of(std::vector<Hint> hints) {
  HintSet set;
  for (auto& each : hints) set.add(std::move(each));
  return set;
}

}  // namespace

// migration 9 (d)
TEST_CASE("touched: equal facts touch nothing") {
  Facts facts;
  facts.age.first_seen["foo"] = {"1", 5};
  facts.tests.results.put("foo/1", "bar", "amd64", {});
  CHECK(touched_by(facts, facts).nothing());
}

// migration 9 (d)
TEST_CASE("touched: a fact touches the name that it is about") {
  Facts before, after;
  before.bugs_in_source["gone"] = {"1"};
  before.age.urgency["same"] = after.age.urgency["same"] = "low";
  after.age.first_seen["new"] = {"1", 5};
  after.signers["signed"]["1"]["amd64"] = {true, "ada"};
  CHECK(touched_by(before, after).names == NameSet{"gone", "new", "signed"});
}

// migration 9 (d)
TEST_CASE("touched: test results and pending tests are told one by one") {
  Facts before, after;
  before.tests.results.put("a/1", "x", "amd64", {adt::ResultCode::pass, "1", "run", 1});
  after.tests.results.put("a/1", "x", "amd64", {adt::ResultCode::fail, "1", "run", 2});
  after.tests.results.put("b/1", "x", "amd64", {});
  before.tests.pending.add("a/1", "x", "amd64");
  before.tests.pending.add("a/1", "y", "amd64");
  after.tests.pending.add("a/1", "y", "amd64");
  const auto touched = touched_by(before, after);
  CHECK(touched.results == std::vector<TestKey>{{"a/1", "x", "amd64"}, {"b/1", "x", "amd64"}});
  CHECK(touched.pending == std::vector<TestKey>{{"a/1", "x", "amd64"}});
}

// migration 9 (d)
TEST_CASE("touched: time concerns every item") {
  Facts before, after;
  after.age_now += std::chrono::seconds(1);
  CHECK(touched_by(before, after).everything);
}

// migration 9 (d)
TEST_CASE("touched: a hint touches its package, or the tests of its package") {
  const auto before = set_of({hint(HintType::block, "kept")});
  const auto after = set_of({hint(HintType::unblock, "foo"), hint(HintType::block, "kept"),
                             hint(HintType::force_badtest, "bar"), hint(HintType::easy, "baz")});
  const auto touched = touched_by(before, after);
  CHECK(touched.names == NameSet{"foo"});
  CHECK(touched.tested == NameSet{"bar"});
  CHECK_FALSE(touched.everything);
}

// migration 6.2
TEST_CASE("touched: hints that the finder or other items read concern every item") {
  for (const auto type : {HintType::remove, HintType::block_all, HintType::allow_uninst}) {
    CAPTURE(text_of(type));
    CHECK(touched_by(set_of({}), set_of({hint(type, "foo")})).everything);
  }
}

// migration 6.3
TEST_CASE("touched: of one package the order of hints counts, their lines do not") {
  auto moved = hint(HintType::block, "foo");
  moved.line = 7;
  const auto other = hint(HintType::unblock, "foo");
  const auto before = set_of({hint(HintType::block, "foo"), other});
  CHECK(touched_by(before, set_of({moved, other})).nothing());
  CHECK(touched_by(before, set_of({other, moved})).names == NameSet{"foo"});
}
