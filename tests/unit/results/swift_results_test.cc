#include "results/swift_results.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "support/scripted_http.h"
#include "support/tar_text.h"

namespace sluice::results {
namespace {

using test::ScriptedHttp;
using Words = std::vector<std::string>;

const std::string kStore = "https://swift.example/v1/AUTH_ci";
const std::string kSwiftContainer = kStore + "/autopkgtest-trusty/";
const std::string kDirectory = "trusty/amd64/g/green/";
const std::string kList = kSwiftContainer + "?delimiter=%40&prefix=trusty%2Famd64%2Fg%2Fgreen%2F";
const std::string kFirst = "20150101_100100@", kSecond = "20150102_100100@";

std::string tar_of(const std::string& version, const std::string& exit_code = "0",
                   const std::string& trigger = "green/2") {
  return test::tar_text(
      {{"exitcode", exit_code},
       {"testpkg-version", version},
       {"testinfo.json", R"({"custom_environment": ["ADT_TEST_TRIGGERS=)" + trigger + "\"]}"}});
}

std::string url_of(const std::string& run) {
  return kSwiftContainer + kDirectory + run + "/result.tar";
}

struct NewsDesk {
  base::Result<std::vector<adt::TestNews>> ask(const std::string& latest = "") {
    return swift.news_of("green", "amd64", latest);
  }

  ScriptedHttp http;
  SwiftResults swift{http, {.url = kStore + "/", .series = "trusty"}};
};

}  // namespace

// migration 4.6.2
TEST_CASE("swift: the runs of a source on an architecture, oldest first") {
  NewsDesk desk;
  desk.http.answer(kList, 200, kDirectory + kFirst + "\n" + kDirectory + kSecond + "\n");
  desk.http.answer(url_of(kFirst), 200, tar_of("green 1", "4"));
  desk.http.answer(url_of(kSecond), 200, tar_of("green 2", "0", "green/2 blue/1"));

  const auto news = desk.ask();

  REQUIRE(news);
  REQUIRE(news->size() == 2);
  CHECK((*news)[0].result == adt::TestResult{adt::ResultCode::fail, "1", kFirst, 1'420'106'460});
  CHECK((*news)[1].triggers == Words{"green/2", "blue/1"});
  CHECK((*news)[1].result.code == adt::ResultCode::pass);
  CHECK(desk.swift.take_messages().empty());
}

// migration 4.6.2
TEST_CASE("swift: only runs after the latest known are listed, unless the cache is shared") {
  NewsDesk desk;
  SwiftResults shared(desk.http, {.url = kStore, .series = "trusty", .list_all = true});
  desk.http.answer(kList, 204);
  desk.http.answer(kList + "&marker=trusty%2Famd64%2Fg%2Fgreen%2F20150101_100100%40", 204);

  CHECK(desk.ask(kFirst)->empty());
  CHECK(shared.news_of("green", "amd64", kFirst)->empty());

  CHECK(desk.http.asked ==
        Words{kList + "&marker=trusty%2Famd64%2Fg%2Fgreen%2F20150101_100100%40", kList});
}

// migration 4.6.2
TEST_CASE("swift: names of containers and directories") {
  ScriptedHttp http;
  SwiftResults swift(http, {.url = kStore, .series = "trusty", .ppa = "team/one"});
  const auto list = kStore + "/autopkgtest-trusty-team-one/?delimiter=%40&prefix=" +
                    "trusty%2Farm64%2Flibg%2Flibg%2B%2B%2F";
  http.answer(list, 204);

  REQUIRE(swift.news_of("libg++", "arm64", ""));

  CHECK(http.asked == Words{list});
}

// migration 4.6.2, autopkgtest 2.7: what a worker calls the container of a private PPA
TEST_CASE("swift: a private PPA's token and key are no part of its container's name") {
  ScriptedHttp http;
  SwiftResults swift(http, {.url = kStore, .series = "trusty", .ppa = "me:tok@team/one:ABCD"});
  const auto list = kStore + "/private-autopkgtest-trusty-team-one/?delimiter=%40&prefix=" +
                    "trusty%2Farm64%2Fa%2Fa%2F";
  http.answer(list, 204);

  REQUIRE(swift.news_of("a", "arm64", ""));

  CHECK(http.asked == Words{list});
}

// migration 4.6.2: the paths of a listing are asked for as they stand
TEST_CASE("swift: servers that do not decode paths find the tars") {
  ScriptedHttp http;
  SwiftResults swift(http, {.url = kStore, .series = "trusty"});
  const std::string directory = "trusty/amd64/libg/libg++/";
  http.answer(kSwiftContainer + "?delimiter=%40&prefix=trusty%2Famd64%2Flibg%2Flibg%2B%2B%2F", 200,
              directory + kFirst + "\n");
  http.answer(kSwiftContainer + directory + kFirst + "/result.tar", 200, tar_of("libg++ 1"));

  CHECK(swift.news_of("libg++", "amd64", "").value().size() == 1);
}

// migration 4.8
TEST_CASE("swift: under Debian's rules a run without version is damaged") {
  ScriptedHttp http;
  SwiftResults swift(http,
                     {.url = kStore, .series = "trusty", .early_ends = EarlyEnds::are_damaged});
  http.answer(kList, 200, kDirectory + kFirst + "\n");
  http.answer(url_of(kFirst), 200, test::tar_text({{"exitcode", "4"}}));

  CHECK(swift.news_of("green", "amd64", "").value().empty());
  CHECK(swift.take_messages() ==
        Words{url_of(kFirst) + " is damaged, ignoring: testpkg-version is missing"});
}

// migration 4.6.2
TEST_CASE("swift: long listings come in pages") {
  ScriptedHttp http;
  SwiftResults swift(http, {.url = kStore, .series = "trusty", .full_page = 2});
  const auto line = [](int day) {
    return kDirectory + "2015010" + std::to_string(day) + "_100100@\n";
  };
  const auto after = [](int day) {
    return kList + "&marker=trusty%2Famd64%2Fg%2Fgreen%2F2015010" + std::to_string(day) +
           "_100100%40";
  };
  http.answer(kList, 200, line(1) + line(2));
  http.answer(after(2), 200, line(3) + line(4));
  http.answer(after(4), 204);
  for (int day = 1; day <= 4; ++day)
    http.answer(url_of("2015010" + std::to_string(day) + "_100100@"), 200, tar_of("green 2"));

  const auto news = swift.news_of("green", "amd64", "");

  CHECK(news.value().size() == 4);
}

TEST_CASE("swift: a server that knows no markers is not asked for ever") {
  ScriptedHttp http;
  SwiftResults swift(http, {.url = kStore, .series = "trusty", .full_page = 1});
  const auto page = kDirectory + kFirst + "\n";
  http.answer(kList, 200, page);
  http.answer(kList + "&marker=trusty%2Famd64%2Fg%2Fgreen%2F20150101_100100%40", 200, page);

  REQUIRE(swift.news_of("green", "amd64", ""));
}

// migration 4.6.2
TEST_CASE("swift: a container that nobody made has no results") {
  NewsDesk desk;
  desk.http.answer(kList, 401);

  CHECK(desk.ask().value().empty());
}

// migration 4.6.2
TEST_CASE("swift: every other answer stops the run") {
  for (const int status : {301, 400, 403, 404, 500}) {
    NewsDesk desk;
    desk.http.answer(kList, status);
    CAPTURE(status);
    const auto news = desk.ask();
    REQUIRE_FALSE(news);
    CHECK(news.error().text().starts_with("Failure to fetch swift results from " + kList));
  }
  NewsDesk desk;
  desk.http.fail(kList);
  CHECK(desk.ask().error().text() == "Failure to fetch swift results from " + kList + ": refused");
}

// migration 4.6.2
TEST_CASE("swift: timeouts, 502 and 503 are tried five times, others once") {
  for (const int status : {sys::HttpResponse::kTimedOut, 502, 503}) {
    NewsDesk desk;
    for (int i = 0; i < 4; ++i) desk.http.answer(kList, status);
    desk.http.answer(kList, 204);
    CAPTURE(status);
    CHECK(desk.ask());
    CHECK(desk.http.asked.size() == 5);
  }
  NewsDesk busy;
  busy.http.answer(kList, 503);
  CHECK_FALSE(busy.ask());
  CHECK(busy.http.asked.size() == 5);
  NewsDesk broken;
  broken.http.answer(kList, 500);
  CHECK_FALSE(broken.ask());
  CHECK(broken.http.asked.size() == 1);
}

// migration 4.6.2
TEST_CASE("swift: runs that say nothing usable are told and passed over") {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"no tar", "is damaged, ignoring"},
      {tar_of("blue 1"), "is a result of blue and not of green, ignoring"},
      {tar_of("green 2<b>"), "is damaged, ignoring"},
      {tar_of(std::string("green 2\0", 8)), "is damaged, ignoring"},
      {tar_of("green 2", "0", "green/2<b>"), "has no triggers, ignoring"},
      {tar_of("green 2", "0", ""), "has no triggers, ignoring"}};
  for (const auto& [tar, why] : bad) {
    NewsDesk desk;
    desk.http.answer(kList, 200, kDirectory + kFirst + "\n" + kDirectory + kSecond + "\n");
    desk.http.answer(url_of(kFirst), 200, tar);
    desk.http.answer(url_of(kSecond), 200, tar_of("green 2"));
    CAPTURE(why);
    CHECK(desk.ask().value().size() == 1);
    const auto messages = desk.swift.take_messages();
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].starts_with(url_of(kFirst) + " " + why));
  }
}

// migration 4.6.2
TEST_CASE("swift: a run without its tar is passed over, one that cannot be had stops the run") {
  NewsDesk desk;
  desk.http.answer(kList, 200, kDirectory + kFirst + "\n");
  CHECK(desk.ask().value().empty());
  CHECK(desk.swift.take_messages() == Words{url_of(kFirst) + " is missing, ignoring"});

  NewsDesk broken;
  broken.http.answer(kList, 200, kDirectory + kFirst + "\n");
  broken.http.answer(url_of(kFirst), 500);
  CHECK_FALSE(broken.ask());
}

// migration 4.6.2
TEST_CASE("swift: one listing for a source and architecture in a run") {
  NewsDesk desk;
  desk.http.answer(kList, 204);

  REQUIRE(desk.ask());
  CHECK(desk.ask().value().empty());

  CHECK(desk.http.asked.size() == 1);
}

// migration 4.6.2
TEST_CASE("swift: lines of a listing that are no runs") {
  CHECK(parse_listing("p/b@\np/a@\np/a@\n\np/log.gz\np/d/e@\np/f", "p/").value() ==
        Words{"a@", "b@"});
  CHECK(parse_listing("", "p/").value().empty());
}

// migration 4.6.2: taken for "no results", everything would be requested
TEST_CASE("swift: what is no listing stops the run") {
  struct Row {
    const char* name;
    std::string body, shown;
  };
  const std::string good = kDirectory + kFirst + "\n";
  const std::vector<Row> rows = {
      {"a page", "<!DOCTYPE html>\n<title>Log in</title>\n", "<!DOCTYPE html>"},
      {"bytes", std::string("\0\x1b[2J\xff", 6) + std::string(500, 'x'), "  [2J\ufffdxxx"},
      {"other paths", "xenial/amd64/g/green/20150101_100100@\n", "xenial/amd64/g/green/2015"},
      {"cut at the front", good + "amd64/g/green/" + kSecond + "\n", "amd64/g/green/"},
      {"JSON", "[]", "[]"},
  };
  for (const auto& [name, body, shown] : rows) {
    CAPTURE(std::string(name));
    NewsDesk desk;
    desk.http.answer(kList, 200, body);
    const auto news = desk.ask();
    REQUIRE_FALSE(news);
    CHECK(news.error().kind == base::ErrorKind::corrupt);
    const auto text = news.error().text();
    CAPTURE(text);
    CHECK(text.starts_with("Failure to fetch swift results from " + kList + ": \"" + shown));
    CHECK(text.ends_with("\" is no line of a listing: expected what begins with " + kDirectory));
    CHECK_FALSE(base::has_controls(text));
    CHECK(text.size() < kList.size() + 250);
  }
}

// migration 4.6.2: the same where only a later page is damaged
TEST_CASE("swift: a later page that is no listing stops the run") {
  ScriptedHttp http;
  SwiftResults swift(http, {.url = kStore, .series = "trusty", .full_page = 1});
  http.answer(kList, 200, kDirectory + kFirst + "\n");
  http.answer(kList + "&marker=trusty%2Famd64%2Fg%2Fgreen%2F20150101_100100%40", 200, "<html>");

  CHECK_FALSE(swift.news_of("green", "amd64", ""));
}

TEST_CASE("swift: a run of no time is passed over") {
  NewsDesk desk;
  desk.http.answer(kList, 200, kDirectory + "latest@\n");

  CHECK(desk.ask().value().empty());
  CHECK(desk.swift.take_messages().size() == 1);
  CHECK(desk.http.asked.size() == 1);
}

}  // namespace sluice::results
