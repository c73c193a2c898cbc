#include "contract/test_lookup_contract.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace sluice::test {
namespace {

using adt::ResultCode;
using News = std::vector<adt::TestNews>;
using RunIds = std::vector<std::string>;

News news_in(LookupWorld& world, std::string_view latest = "", std::string_view source = "green",
             std::string_view arch = "amd64") {
  auto news = world.lookup().news_of(source, arch, latest);
  REQUIRE_MESSAGE(news, news.error().text());
  return std::move(*news);
}

RunIds ids_in(const News& news) {
  RunIds ids;
  for (const auto& each : news) ids.push_back(each.result.run_id);
  return ids;
}

// The number-th second of the year.
std::string id_of(int number) { return "20260101_00000" + std::to_string(number) + "_0000a@"; }

ToldRun run_at(int number) { return {.run_id = id_of(number)}; }

// migration 4.6.2
void nothing_was_run(LookupWorld& world) { CHECK(news_in(world).empty()); }

// migration 4.6.2
void a_run_is_told_whole(LookupWorld& world) {
  world.add({.version = "2:1.0-1~b", .triggers = "blue/3 green/2:1.0-1~b", .exit_code = 4});

  const auto news = news_in(world);

  REQUIRE(news.size() == 1);
  CHECK(news[0].source == "green");
  CHECK(news[0].arch == "amd64");
  CHECK(news[0].triggers == std::vector<std::string>{"blue/3", "green/2:1.0-1~b"});
  CHECK(news[0].result ==
        adt::TestResult{ResultCode::fail, "2:1.0-1~b", "20260101_000000_00001@", 1'767'225'600});
}

// migration 4.6.2
void the_oldest_comes_first(LookupWorld& world) {
  for (const int number : {3, 1, 2}) world.add(run_at(number));

  CHECK(ids_in(news_in(world)) == RunIds{id_of(1), id_of(2), id_of(3)});
}

// migration 4.6.2
void what_is_known_is_not_told_again(LookupWorld& world) {
  for (const int number : {1, 2, 3}) world.add(run_at(number));

  CHECK(ids_in(news_in(world, id_of(2))) == RunIds{id_of(3)});
}

// migration 4.6.2
void the_newest_leaves_nothing_to_tell(LookupWorld& world) {
  for (const int number : {1, 2}) world.add(run_at(number));

  CHECK(news_in(world, id_of(2)).empty());
}

// migration 4.6.2
void runs_of_others_are_not_told(LookupWorld& world) {
  world.add({.source = "greenish"});
  world.add({.source = "gree"});
  world.add({.arch = "arm64"});
  world.add({.release = "noblest"});
  world.add({.release = "jammy"});

  CHECK(news_in(world).empty());
}

// migration 4.6.2: names of directories and their prefixes
void odd_names_are_found(LookupWorld& world) {
  world.add({.source = "libg++", .version = "1+b~2", .triggers = "libg++/1+b~2"});

  const auto news = news_in(world, "", "libg++");

  REQUIRE(news.size() == 1);
  CHECK(news[0].result.version == "1+b~2");
  CHECK(news[0].triggers == std::vector<std::string>{"libg++/1+b~2"});
}

// migration 4.6.2; testgrid 1.4: what infrastructure broke is nobody's result
void exit_codes_are_results(LookupWorld& world) {
  const struct {
    int exit_code;
    ResultCode code;
  } rows[] = {{0, ResultCode::pass},  {2, ResultCode::pass},    {4, ResultCode::fail},
              {6, ResultCode::fail},  {8, ResultCode::neutral}, {12, ResultCode::fail},
              {14, ResultCode::fail}, {99, ResultCode::fail}};
  int number = 0;
  for (const auto& row : rows) {
    auto run = run_at(++number);
    run.exit_code = row.exit_code;
    world.add(run);
  }
  auto broken = run_at(9);
  broken.exit_code = 16;
  world.add(broken);

  const auto news = news_in(world);

  REQUIRE(news.size() == std::size(rows));
  for (std::size_t i = 0; i < std::size(rows); ++i)
    CHECK_MESSAGE(news[i].result.code == rows[i].code, rows[i].exit_code);
}

// migration 4.6.2
void a_package_without_a_version_has_an_unknown_one(LookupWorld& world) {
  world.add({.version = "", .exit_code = 12});

  const auto news = news_in(world);

  REQUIRE(news.size() == 1);
  CHECK(news[0].result.version == "unknown");
}

// migration 4.6.2
void runs_without_triggers_are_passed_over(LookupWorld& world) {
  auto by_hand = run_at(1);
  by_hand.triggers = "";
  world.add(by_hand);
  world.add(run_at(2));

  CHECK(ids_in(news_in(world)) == RunIds{id_of(2)});
}

// migration 4.6.2; autopkgtest 2.7
void runs_with_a_ppa_are_no_results_of_the_release(LookupWorld& world) {
  auto with_ppa = run_at(1);
  with_ppa.ppa = "team/one";
  world.add(with_ppa);
  world.add(run_at(2));

  CHECK(ids_in(news_in(world)) == RunIds{id_of(2)});
}

// migration 4.6.2, item 3
void asked_twice_it_tells_the_same_or_nothing(LookupWorld& world) {
  for (const int number : {1, 2}) world.add(run_at(number));

  const auto first = ids_in(news_in(world));
  const auto second = ids_in(news_in(world));

  CHECK(first.size() == 2);
  CHECK(second == (world.traits().tells_once ? RunIds{} : first));
}

// migration 4.6.2: requests that are decided without results would be wrong
void who_cannot_read_says_so(LookupWorld& world) {
  if (!world.traits().can_break_down) return;
  world.add(run_at(1));
  auto& lookup = world.lookup();

  world.break_down();

  CHECK_FALSE(lookup.news_of("green", "amd64", ""));
}

constexpr LookupPromise kLookupPromises[] = {
    {"nothing was run", nothing_was_run},
    {"a run is told whole", a_run_is_told_whole},
    {"the oldest comes first", the_oldest_comes_first},
    {"what is known is not told again", what_is_known_is_not_told_again},
    {"the newest leaves nothing to tell", the_newest_leaves_nothing_to_tell},
    {"runs of others are not told", runs_of_others_are_not_told},
    {"odd names are found", odd_names_are_found},
    {"exit codes are results", exit_codes_are_results},
    {"a package without a version has an unknown one",
     a_package_without_a_version_has_an_unknown_one},
    {"runs without triggers are passed over", runs_without_triggers_are_passed_over},
    {"runs with a PPA are no results of the release",
     runs_with_a_ppa_are_no_results_of_the_release},
    {"asked twice it tells the same or nothing", asked_twice_it_tells_the_same_or_nothing},
    {"who cannot read says so", who_cannot_read_says_so},
};

}  // namespace

std::span<const LookupPromise> test_lookup_promises() { return kLookupPromises; }

}  // namespace sluice::test
