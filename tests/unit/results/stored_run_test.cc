#include "results/stored_run.h"

#include <doctest/doctest.h>

#include <string>

#include "codec/compress.h"
#include "results/bundle.h"
#include "results/result_tar.h"
#include "support/tar_text.h"

namespace sluice::results {
namespace {

std::string run_tar_of(const std::string& exit_code, const std::string& info) {
  return test::tar_text({{"exitcode", exit_code + "\n"},
                         {"testpkg-version", "green 2\n"},
                         {"duration", "61\n"},
                         {"requester", "jo\n"},
                         {"testinfo.json", info}});
}

const std::string kTriggers = R"("custom_environment": ["ADT_TEST_TRIGGERS=green/2"])";

}  // namespace

// autopkgtest 2.7
TEST_CASE("stored run: the directory of a run says where it ran, and when it ended") {
  const auto place = parse_run_directory("noble/amd64/libf/libfoo/20260102_030405_a1b2c@/");

  REQUIRE(place);
  CHECK(*place == RunDirectory{"noble", "amd64", "libfoo", "20260102_030405_a1b2c@"});
  CHECK(parse_run_directory("noble/amd64/g/green/20260102_030405@"));
  for (const auto* path :
       {"", "noble/amd64/g/green", "noble/amd64/l/libfoo/20260102_030405@",
        "noble/amd64/g/green/20260102_030405", "noble/amd64/g/green/today@",
        "no-ble/amd64/g/green/20260102_030405@", "noble/amd64/./.green/20260102_030405@",
        "noble/amd64/g/green/20260102_030405@/x"})
    CHECK(parse_run_directory(path).error().kind == base::ErrorKind::invalid);
}

// autopkgtest 5.5
TEST_CASE("stored run: everything that a table of results wants") {
  const auto run = parse_stored_run(
      run_tar_of("4", "{" + kTriggers + R"(, "all-proposed": "1", "testname": "smoke"})"), "green");

  REQUIRE(run);
  CHECK(run->report.version == "2");
  CHECK(run->report.triggers == std::vector<std::string>{"green/2"});
  CHECK(run->duration == std::chrono::seconds(61));
  CHECK(run->requester == "jo");
  CHECK(run->all_proposed);
  CHECK(run->testname == "smoke");
  CHECK(run->outcome == adt::Outcome::fail);
}

// autopkgtest 1.6, 2.7
TEST_CASE("stored run: the uuid that the submitter or the worker gave it, if it is one line") {
  const auto uuid_in = [](const std::string& json) {
    return parse_stored_run(run_tar_of("0", "{\"uuid\": " + json + "}"), "green")->uuid;
  };
  CHECK(uuid_in("\"1b4e28ba-2fa1-41d2-883f-0016d3cca427\"") ==
        "1b4e28ba-2fa1-41d2-883f-0016d3cca427");
  for (const auto& bad : {std::string("null"), std::string("7"), std::string("\"a\\nb\""),
                          "\"" + std::string(201, 'a') + "\""})
    CHECK(uuid_in(bad).empty());
}

// autopkgtest 5.5
TEST_CASE("stored run: requester and duration may be missing, all-proposed is off in many words") {
  const auto bare = parse_stored_run(
      test::tar_text({{"exitcode", "0"}, {"testpkg-version", "green 2"}, {"duration", "-5"}}),
      "green");

  REQUIRE(bare);
  CHECK(bare->duration == std::chrono::seconds(0));
  CHECK(bare->requester.empty());
  for (const auto* word : {"\"0\"", "\"\"", "false", "0", "null", "\"False\""})
    CHECK_FALSE(
        parse_stored_run(run_tar_of("0", "{\"all-proposed\": " + std::string(word) + "}"), "green")
            ->all_proposed);
  for (const auto* word : {"\"1\"", "true", "1"})
    CHECK(
        parse_stored_run(run_tar_of("0", "{\"all-proposed\": " + std::string(word) + "}"), "green")
            ->all_proposed);
}

// testgrid 1.4; autopkgtest 2.5
TEST_CASE("stored run: our outcome counts, else the exit code") {
  const auto outcome = [](const std::string& exit_code, const std::string& info) {
    return parse_stored_run(run_tar_of(exit_code, info), "green")->outcome;
  };

  CHECK(outcome("4", R"({"outcome": "INFRA.MIRROR.SKEW"})") == adt::Outcome::infra_mirror_skew);
  CHECK(outcome("4", R"({"outcome": "NONSENSE"})") == adt::Outcome::fail);
  CHECK(outcome("0", "{}") == adt::Outcome::pass);
  CHECK(outcome("2", "{}") == adt::Outcome::pass_partial);
  CHECK(outcome("6", "{}") == adt::Outcome::fail);
  CHECK(outcome("8", "{}") == adt::Outcome::neutral);
  CHECK(outcome("14", "{}") == adt::Outcome::untestable_control);
  CHECK(outcome("16", "{}") == adt::Outcome::infra_unknown);
  CHECK(outcome("99", "{}") == adt::Outcome::excluded);
}

// autopkgtest 2.7, 5.5
TEST_CASE("stored run: what our workers upload is read back") {
  RunFacts facts;
  facts.request.package = "green";
  facts.request.triggers = {"green/2", "blue/1"};
  facts.request.all_proposed = true;
  facts.request.requester = "jo";
  facts.request.uuid = "0a-1";
  facts.outcome = adt::Outcome::pass;
  facts.duration = std::chrono::seconds(7);
  const auto bundle = make_bundle({{"testpkg-version", "green 2\n"}}, facts);

  const auto run = parse_stored_run(bundle.objects.back().object.bytes, "green");

  REQUIRE(run);
  CHECK(run->report.triggers == facts.request.triggers);
  CHECK(run->all_proposed);
  CHECK(run->duration == facts.duration);
  CHECK(run->requester == "jo");
  CHECK(run->uuid == "0a-1");
  CHECK(run->outcome == adt::Outcome::pass);
}

// testgrid 7.3; autopkgtest 1.3
TEST_CASE("stored run: what is no version and no trigger becomes no row") {
  const auto run_of = [](const std::string& version, const std::string& trigger) {
    return parse_stored_run(
        test::tar_text({{"exitcode", "0"},
                        {"testpkg-version", "green " + version},
                        {"testinfo.json",
                         R"({"custom_environment": ["ADT_TEST_TRIGGERS=)" + trigger + "\"]}"}}),
        "green");
  };
  REQUIRE(run_of("1:2~3-4", "blue/1:1"));
  for (const auto& version :
       {std::string("<b>"), std::string("2\x1b[2J"), std::string(10'000, '1')})
    CHECK(run_of(version, "blue/1").error().kind == base::ErrorKind::corrupt);
  for (const auto& trigger :
       {std::string("../x/1"), std::string("<b>/1"), "blue/" + std::string(10'000, '1')})
    CHECK(run_of("2", trigger).error().kind == base::ErrorKind::corrupt);
}

// testgrid 7.3
TEST_CASE("stored run: a requester is one short line or nobody") {
  const auto requester_of = [](const std::string& text) {
    return parse_stored_run(
               test::tar_text(
                   {{"exitcode", "0"}, {"testpkg-version", "green 2"}, {"requester", text}}),
               "green")
        ->requester;
  };
  CHECK(requester_of("jo\n") == "jo");
  CHECK(requester_of("jo\nann").empty());
  CHECK(requester_of(std::string(1 << 20, 'j')).empty());
}

// testgrid 7.5 (A07)
TEST_CASE(
    "stored run: with a link or a device among its files it is refused, whatever else it has") {
  for (const char type : {'1', '2', '3', '6'}) {
    const auto tar = test::tar_of({{"exitcode", "0"},
                                   {"testpkg-version", "green 2"},
                                   {"testinfo.json", "", type, "/etc/shadow"}});
    CHECK(parse_stored_run(tar, "green").error().kind == base::ErrorKind::invalid);
    CHECK(parse_result_tar(tar, "green").error().kind == base::ErrorKind::invalid);
  }
}

// testgrid 7.5 (A07)
TEST_CASE("stored run: more than a result tar ever has is refused") {
  const auto bomb =
      codec::compress(test::tar_text({{"exitcode", "0"}, {"log", std::string(17 << 20, '\0')}}),
                      codec::Compression::gzip);
  CHECK(bomb.size() < 100'000);
  CHECK(parse_stored_run(bomb, "green").error().kind == base::ErrorKind::invalid);
}

// autopkgtest 3, 5.5
TEST_CASE("stored run: damaged, cut, or of another source") {
  const auto whole = run_tar_of("0", "{}");

  CHECK_FALSE(parse_stored_run(whole.substr(0, 700), "green"));
  CHECK_FALSE(parse_stored_run("", "green"));
  CHECK_FALSE(parse_stored_run(run_tar_of("0", "{"), "green"));
  CHECK(parse_stored_run(whole, "blue").error().kind == base::ErrorKind::corrupt);
}

}  // namespace sluice::results
