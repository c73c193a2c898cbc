#include "migrate/why_text.h"

#include <doctest/doctest.h>

using namespace sluice;
using migrate::Cost;
using migrate::Explanation;
using migrate::Leaf;
using migrate::Standing;
using migrate::Turn;

namespace {

constexpr std::int64_t kTextDay = 86400;

migrate::WhyNames why_names() {
  return {"unstable", "testing", base::instant_of_seconds(20 * kTextDay)};
}

Leaf turned_leaf(std::string item, Turn turn, std::string what) {
  return {std::move(item), "key", Cost::wait, turn, "Jo", std::move(what), "do it", ""};
}

Explanation held() {
  Explanation made;
  made.standing = Standing::held;
  made.item = made.package = "foo";
  made.old_version = "1";
  made.new_version = "2";
  made.days_old = 3.5;
  made.leaves = {turned_leaf("foo", Turn::time, "foo 2 is 3 of 5 days old")};
  made.leaves[0].until = base::instant_of_seconds(22 * kTextDay);
  return made;
}

bool has(const std::string& text, std::string_view part) { return text.contains(part); }

}  // namespace

// testgrid 5.4
TEST_CASE("why text: the sentence, the leaf, whose turn it is, and the date") {
  const auto text = migrate::text_of(held(), why_names());
  CHECK(text.starts_with("foo 2 (testing has 1) has waited for 3 days. It needs 1 thing.\n"));
  CHECK(has(text, "1. foo 2 is 3 of 5 days old\n"));
  CHECK(has(text, "whose turn:  time, until 1970-01-23\n"));
  CHECK(has(text, "what to do:  do it\n"));
  CHECK(has(text, "It may go from 1970-01-23 on.\n"));
}

// testgrid 5.4
TEST_CASE("why text: leaves of others, the way there, alternatives and chains") {
  auto made = held();
  made.standing = Standing::waits;
  made.leaves.push_back(turned_leaf("bar", Turn::maintainer, "bar has a bug"));
  made.waits = {{"foo", "bar", "Depends: bar (>= 2)"}};
  made.together = {"bar"};
  made.alternatives = {
      {turned_leaf("baz", Turn::release_team, "a hint"), turned_leaf("baz", Turn::builders, "b")}};
  made.chains = {{"amd64", "user 1", {}}};
  made.chains_left_out = 2;
  made.exact = false;
  const auto text = migrate::text_of(made, why_names());
  CHECK(has(text, "It waits for other items only. It needs 2 things."));
  CHECK(has(text, "it holds:    bar\n"));
  CHECK(has(text, "foo needs bar  (Depends: bar (>= 2))\n"));
  CHECK(has(text,
            "  - a hint (turn: the release team (Jo))\n    and b (turn: the administrators of "
            "the builders)\n"));
  CHECK(has(text, "user 1 on amd64:\n"));
  CHECK(has(text, "and 2 more"));
  CHECK(has(text, "may not be minimal"));
  CHECK(has(text, "There is no date: somebody has to act."));
}

// testgrid 5.4
TEST_CASE("why text: every standing has its sentence") {
  const struct {
    const char* name;
    Standing standing;
    const char* part;
  } rows[] = {
      {"migrates", Standing::migrates, "foo 2 (testing has 1) migrates with this run."},
      {"in target", Standing::in_target, "foo 1 is in testing, and unstable has nothing newer."},
      {"only there", Standing::only_in_target, "foo 1 is in testing and not in unstable"},
      {"no item", Standing::unknown, "foo 2 is in unstable, and no item is about it."},
      {"unplaced", Standing::unplaced, "Its policies let it pass, but it cannot move"},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    auto made = held();
    made.standing = row.standing;
    CHECK(has(migrate::text_of(made, why_names()), row.part));
  }
  Explanation nowhere;
  nowhere.package = "ghost";
  nowhere.old_version = nowhere.new_version = "-";
  CHECK(migrate::text_of(nowhere, why_names()) == "No suite has a package ghost.\n");
}

// testgrid 5.4
TEST_CASE("why text: removals, rebuilds and new packages are named as what they are") {
  auto made = held();
  made.item = "-foo";
  CHECK(migrate::text_of(made, why_names()).starts_with("The removal of foo 1 has waited"));
  made.item = "foo/amd64";
  made.new_version = "1";
  CHECK(migrate::text_of(made, why_names()).starts_with("foo (foo/amd64) 1 (rebuilt) has waited"));
  made.item = "foo";
  made.old_version = "-";
  CHECK(migrate::text_of(made, why_names()).starts_with("foo 1 (new in testing) has waited"));
  made.days_old.reset();
  CHECK(migrate::text_of(made, why_names()).starts_with("foo 1 (new in testing) waits. It needs"));
}

// testgrid 5.4
TEST_CASE("why JSON: has what the text has") {
  const auto value = migrate::value_of(held(), why_names());
  CHECK(*value.find("standing")->string() == "held");
  CHECK(*value.find("may-go-from")->string() == "1970-01-23 00:00:00");
  const auto& first = value.find("leaves")->list()->front();
  CHECK(*first.find("turn")->string() == "time");
  CHECK(*first.find("cost")->string() == "wait");
  CHECK(*first.find("until")->string() == "1970-01-23 00:00:00");
}

// testgrid 5.4
TEST_CASE("why text: one binary of a suite") {
  migrate::Breakage breakage;
  CHECK(migrate::text_of(breakage, "foo 1 on amd64", "testing") ==
        "foo 1 on amd64 is installable in testing.\n");
  breakage.chains = {{"amd64", "foo 1", {}}};
  CHECK(has(migrate::text_of(breakage, "foo 1 on amd64", "testing"), "not installable in testing"));
  CHECK(std::get<bool>(*migrate::value_of(breakage, "foo 1", "testing").find("installable")) ==
        false);
}
