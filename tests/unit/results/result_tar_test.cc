#include "results/result_tar.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/tar_text.h"

namespace sluice::results {
namespace {

using test::tar_text;
using Words = std::vector<std::string>;

const std::string kInfo =
    R"({"custom_environment": ["LANG=C", "ADT_TEST_TRIGGERS=green/2 x blue/1"], "nproc": "4"})";

}  // namespace

// migration 4.6.2, autopkgtest 2.7
TEST_CASE("result tar: exit code, version and triggers") {
  const auto report = parse_result_tar(
      tar_text({{"exitcode", "8\n"}, {"testpkg-version", "green 2\n"}, {"testinfo.json", kInfo}}),
      "green");

  CHECK(report.value() == RunReport{8, "green", "2", Words{"green/2", "blue/1"}});
}

// migration 4.6.2
TEST_CASE("result tar: a run that failed early may lack its version") {
  for (const auto* early : {"4", "12", "20"})
    CHECK(parse_result_tar(tar_text({{"exitcode", early}}), "green")->version == "unknown");
  for (const auto* other : {"0", "16"})
    CHECK(parse_result_tar(tar_text({{"exitcode", other}}), "green").error().kind ==
          base::ErrorKind::corrupt);
}

// migration 4.6.2
TEST_CASE("result tar: a run may say nothing of triggers") {
  const auto triggers = [](const std::string& info) {
    return parse_result_tar(
               tar_text(
                   {{"exitcode", "0"}, {"testpkg-version", "green 2"}, {"testinfo.json", info}}),
               "green")
        ->triggers;
  };

  CHECK_FALSE(parse_result_tar(tar_text({{"exitcode", "0"}, {"testpkg-version", "green 2"}}), "")
                  ->triggers);
  CHECK_FALSE(triggers("{}"));
  CHECK_FALSE(triggers("[]"));
  CHECK_FALSE(triggers(R"({"custom_environment": 5})"));
  CHECK_FALSE(triggers(R"({"custom_environment": [5, "A=b/1"]})"));
  CHECK(triggers(R"({"custom_environment": ["ADT_TEST_TRIGGERS="]})") == Words{});
}

// autopkgtest 2.7, 7
TEST_CASE("result tar: triggers that are said twice, and not alike, are nobody's to guess") {
  const auto report_of = [](const std::string& environment) {
    return parse_result_tar(
        tar_text({{"exitcode", "0"},
                  {"testpkg-version", "green 2"},
                  {"testinfo.json", "{\"custom_environment\": [" + environment + "]}"}}),
        "green");
  };

  const auto forged =
      report_of(R"("ADT_TEST_TRIGGERS=glibc/9", "A=b", "ADT_TEST_TRIGGERS=blue/1")");

  REQUIRE_FALSE(forged);
  CHECK(forged.error().kind == base::ErrorKind::corrupt);
  CHECK(forged.error().text() == "testinfo.json: ADT_TEST_TRIGGERS is there twice");
  CHECK(report_of(R"("ADT_TEST_TRIGGERS=blue/1", "ADT_TEST_TRIGGERS=blue/1")")->triggers ==
        Words{"blue/1"});
}

// migration 4.6.2
TEST_CASE("result tar: what is damaged") {
  const std::vector<std::string> damaged = {
      "",
      "no tar",
      tar_text({{"testpkg-version", "green 2"}}),
      tar_text({{"exitcode", "zero"}, {"testpkg-version", "green 2"}}),
      tar_text({{"exitcode", "0"}, {"testpkg-version", "green"}}),
      tar_text({{"exitcode", "0"}, {"testpkg-version", "green 2"}, {"testinfo.json", "{"}}),
      tar_text({{"exitcode", "0"}, {"testpkg-version", "green 2"}}).substr(0, 600)};
  for (const auto& tar : damaged) CHECK_FALSE(parse_result_tar(tar, "green"));
}

}  // namespace sluice::results
