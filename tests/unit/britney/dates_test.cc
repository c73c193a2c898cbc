#include "britney/dates.h"

#include <doctest/doctest.h>

namespace sluice::britney {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr Calendar kUbuntu{DateUnit::seconds, 19};
constexpr Calendar kDebian{DateUnit::days, 19};
constexpr Calendar k2015{DateUnit::days, 15};

migrate::AgeSettings settings() {
  migrate::AgeSettings age;
  age.days_of_urgency = {{"low", 10}, {"medium", 5}, {"high", 2}};
  age.default_urgency = "medium";
  return age;
}

// "a" is at 1 in the target and 3 in the source suite, "new" only at 1 in the source suite, "gone"
// only at 1 in the target.
SuiteVersions versions_of(std::string_view source) {
  if (source == "a") return {"1", "3"};
  if (source == "new") return {"", "1"};
  if (source == "gone") return {"1", ""};
  return {};
}

migrate::ByName<std::string> urgencies(std::string_view text) {
  return parse_urgencies(text, settings(), versions_of);
}

using Urgencies = migrate::ByName<std::string>;

}  // namespace

// migration 2.5
TEST_CASE("dates: large stamps are seconds") {
  const auto read =
      parse_dates("a 1-1 1700000000\n", "Dates", base::instant_of_seconds(1700864000), kUbuntu);

  CHECK(read.messages.empty());
  REQUIRE(read.value.contains("a"));
  CHECK(read.value.at("a").version == "1-1");
  CHECK(read.value.at("a").seconds == 1700000000);
}

// migration 2.5
TEST_CASE("dates: stamps below a million are days, counted back from now") {
  const std::int64_t now = 1700864000;
  const auto today = day_of(now, kDebian);

  const auto text = "a 1 " + std::to_string(today) + "\nb 2 " + std::to_string(today - 10) + "\n";
  const auto read = parse_dates(text, "Dates", base::instant_of_seconds(now), kDebian);

  CHECK(read.value.at("a").seconds == now);
  CHECK(read.value.at("b").seconds == now - 10 * kDay);
}

// migration 2.5
TEST_CASE("dates: a day begins at 19, in 2015 at 15") {
  const std::int64_t midnight = 19'000 * kDay;

  CHECK(day_of(midnight, kDebian) == 18'999);
  CHECK(day_of(midnight + 19 * 3600 - 1, kDebian) == 18'999);
  CHECK(day_of(midnight + 19 * 3600, kDebian) == 19'000);
  CHECK(day_of(midnight + 15 * 3600 - 1, k2015) == 18'999);
  CHECK(day_of(midnight + 15 * 3600, k2015) == 19'000);
  CHECK(day_of(0, kDebian) == -1);
}

// migration 2.5
TEST_CASE("dates: what is read in days is written as the same days") {
  const auto read =
      parse_dates("b 2 19000\na 1 19001\n", "Dates", base::instant_of_seconds(1700864000), kDebian);

  CHECK(dates_text(read.value, {}, kDebian) == "a 1 19001\nb 2 19000\n");
}

// migration 2.5
TEST_CASE("dates: days become seconds under Ubuntu's rules") {
  const std::int64_t now = 1700864000;
  const auto read = parse_dates("a 1 " + std::to_string(day_of(now, kUbuntu) - 1) + "\n", "Dates",
                                base::instant_of_seconds(now), kUbuntu);

  CHECK(dates_text(read.value, {}, kUbuntu) == "a 1 " + std::to_string(now - kDay) + "\n");
}

// migration 2.5
TEST_CASE("dates: long ago stays long ago, though it is written in another unit") {
  const auto now = base::instant_of_seconds(1700864000);

  const auto kept = dates_text(parse_dates("a 1 1\n", "Dates", now, kUbuntu).value, {}, kUbuntu);

  CHECK(parse_dates(kept, "Dates", now, kUbuntu).value.at("a").seconds == 1'000'000);
}

// migration 2.5
TEST_CASE("dates: the file is sorted by source") {
  const FirstSeen dates = {{"shade", {"2-1", 3}}, {"easel", {"1-1", 1}}, {"paint", {"2-1", 2}}};

  CHECK(dates_text(dates, {}, kUbuntu) == "easel 1-1 1\npaint 2-1 2\nshade 2-1 3\n");
}

// migration 4.5.4
TEST_CASE("dates: what a run saw counts, between what was known before") {
  const FirstSeen known = {{"easel", {"1-1", 1}}, {"paint", {"2-1", 2}}};
  const FirstSeen seen = {
      {"apron", {"1", 5}}, {"easel", {"1-2", 6}}, {"frame", {"3", 7}}, {"shade", {"2-1", 3}}};

  CHECK(dates_text(known, seen, kUbuntu) ==
        "apron 1 5\neasel 1-2 6\nframe 3 7\npaint 2-1 2\nshade 2-1 3\n");
  CHECK(dates_text({}, seen, kUbuntu) == dates_text(seen, {}, kUbuntu));
}

// migration 2.5
TEST_CASE("dates: a line of another form costs that line") {
  const auto read = parse_dates(
      "# comment\na 1\nb 1 x\nc 1 1.5\nd 1 2 3\ne 1 -7\nf 1 9223372036854775807\n\nok 1 1700000000",
      "Dates", base::instant_of_seconds(1700864000), kUbuntu);

  CHECK(read.value.size() == 1);
  CHECK(read.value.contains("ok"));
  REQUIRE(read.messages.size() == 6);
  CHECK(read.messages[0].text == "Dates, line 2: expected \"source version seconds\", ignored");
}

// migration 2.5
TEST_CASE("dates: a later line replaces an earlier one") {
  const auto read = parse_dates("a 1 1700000000\na 2 1700000001\n", "Dates",
                                base::instant_of_seconds(1700864000), kUbuntu);

  CHECK(read.value.at("a").version == "2");
}

// migration 2.5
TEST_CASE("dates: a file in another order says the same") {
  const auto now = base::instant_of_seconds(1700864000);
  const auto sorted =
      parse_dates("a 1 1700000000\nb 2 1700000001\nc 3 1700000002\n", "Dates", now, kUbuntu);
  const auto mixed = parse_dates("b 1 1700000009\nc 3 1700000002\na 1 1700000000\nb 2 1700000001\n",
                                 "Dates", now, kUbuntu);

  CHECK(dates_text(mixed.value, {}, kUbuntu) == dates_text(sorted.value, {}, kUbuntu));
}

// migration 2.5
TEST_CASE("urgencies: a line counts for versions between target and source suite") {
  CHECK(urgencies("a 2 high\n") == Urgencies{{"a", "high"}});
  CHECK(urgencies("a 3 high\n") == Urgencies{{"a", "high"}});
  CHECK(urgencies("a 1 high\n").empty());
  CHECK(urgencies("a 4 high\n").empty());
  CHECK(urgencies("new 1 low\n") == Urgencies{{"new", "low"}});
  CHECK(urgencies("gone 2 high\n").empty());
  CHECK(urgencies("unknown 2 high\n").empty());
}

// migration 2.5
TEST_CASE("urgencies: the quickest stays, whatever comes later") {
  CHECK(urgencies("a 2 medium\na 3 high\n") == Urgencies{{"a", "high"}});
  CHECK(urgencies("a 2 high\na 3 low\n") == Urgencies{{"a", "high"}});
  CHECK(urgencies("new 1 low\na 2 low\nnew 1 high\na 3 high\n") ==
        Urgencies{{"a", "high"}, {"new", "high"}});
}

// migration 2.5
TEST_CASE("urgencies: an unknown name is kept and counts like the default") {
  CHECK(urgencies("a 2 asap\n") == Urgencies{{"a", "asap"}});
  CHECK(urgencies("a 2 asap\na 2 high\n") == Urgencies{{"a", "high"}});
  CHECK(urgencies("a 2 asap\na 2 low\n") == Urgencies{{"a", "asap"}});
}

// migration 2.5
TEST_CASE("urgencies: names do not depend on case; other lines are skipped") {
  CHECK(urgencies("# a 2 low\na 2 HIGH\na 2\na 2 high x\n") == Urgencies{{"a", "high"}});
}

}  // namespace sluice::britney
