#include "results/bundle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "codec/compress.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "results/result_tar.h"

using namespace sluice;
using codec::TarFiles;

namespace {

results::RunFacts facts(int exit_code) {
  results::RunFacts run;
  run.request.package = "gzip";
  run.request.triggers = {"glibc/2.36-9", "dpkg/1.21"};
  run.exit_code = exit_code;
  run.outcome = exit_code == 0 ? adt::Outcome::pass : adt::Outcome::infra_boot;
  run.duration = std::chrono::seconds(42);
  run.worker = "host-1";
  run.lease = results::lease_name(17, 2);
  return run;
}

TarFiles output() {
  return {{"log", "the log\n"},
          {"summary", "one PASS\n"},
          {"testpkg-version", "gzip 1.12-1\n"},
          {"testinfo.json", "{\"nproc\": \"2\", \"custom_environment\": [\"A=b\"]}"},
          {"artifacts/picture.png", "png"}};
}

const results::Object& object(const results::Bundle& bundle, std::string_view name) {
  const auto at = std::ranges::find(bundle.objects, name, &results::BundleObject::name);
  REQUIRE(at != bundle.objects.end());
  return at->object;
}

TarFiles members(const results::Bundle& bundle) {
  return codec::read_tar(object(bundle, "result.tar").bytes, 1 << 20).value();
}

std::string names(const TarFiles& files) {
  std::string all;
  for (const auto& [name, bytes] : files) all += name + " ";
  return all;
}

std::string text_in(const TarFiles& files, std::string_view key) {
  const auto info = codec::parse_json(files.at("testinfo.json")).value();
  const auto* value = info.find(key);
  return value == nullptr || value->string() == nullptr ? "" : *value->string();
}

}  // namespace

// autopkgtest 2.7
TEST_CASE("bundle: the members of result.tar, and no others") {
  auto run = facts(0);
  run.request.requester = "somebody";

  const auto files = members(results::make_bundle(output(), run));

  CHECK(names(files) == "duration exitcode requester summary testinfo.json testpkg-version ");
  CHECK(files.at("exitcode") == "0\n");
  CHECK(files.at("duration") == "42\n");
  CHECK(files.at("requester") == "somebody\n");
}

// autopkgtest 2.7
TEST_CASE("bundle: the order of upload ends with result.tar") {
  auto run = facts(0);
  run.request.readable_by = {"a", "b"};
  const auto bundle = results::make_bundle(output(), run);

  std::string order;
  for (const auto& each : bundle.objects) order += each.name + " ";

  CHECK(order == "log.gz artifacts.tar.gz readable-by result.tar ");
  CHECK(object(bundle, "readable-by").bytes == "a\nb\n");
  CHECK(bundle.digest == codec::sha256_hex(object(bundle, "result.tar").bytes));
  CHECK(bundle.version == "gzip 1.12-1");
}

// autopkgtest 2.7
TEST_CASE("bundle: the log is compressed and says so in its headers") {
  const auto bundle = results::make_bundle(output(), facts(0));
  const auto& log = object(bundle, "log.gz");

  CHECK(log.head.content_type == "text/plain; charset=UTF-8");
  CHECK(log.head.content_encoding == "gzip");
  CHECK(log.head.size == log.bytes.size());
  CHECK(codec::decompress(log.bytes, 100).value() == "the log\n");
}

// autopkgtest 2.7
TEST_CASE("bundle: artifacts are everything but the log") {
  const auto bundle = results::make_bundle(output(), facts(0));
  const auto& artifacts = object(bundle, "artifacts.tar.gz");

  CHECK(artifacts.head.content_encoding.empty());
  const auto files =
      codec::read_tar(codec::decompress(artifacts.bytes, 1 << 20).value(), 1 << 20).value();
  CHECK(names(files) ==
        "artifacts/picture.png duration exitcode summary testinfo.json testpkg-version ");
}

// autopkgtest 2.7; testgrid 1.4
TEST_CASE("bundle: testinfo.json keeps what the tool wrote and gets the outcome") {
  auto run = facts(0);
  run.request.uuid = "u-1";
  run.request.all_proposed = true;
  run.suspicion = "suspect-dns";

  const auto files = members(results::make_bundle(output(), run));

  CHECK(text_in(files, "nproc") == "2");
  CHECK(text_in(files, "outcome") == "PASS");
  CHECK(text_in(files, "outcome-suspicion") == "suspect-dns");
  CHECK(text_in(files, "uuid") == "u-1");
  CHECK(text_in(files, "all-proposed") == "1");
  CHECK(text_in(files, "worker-unit") == "host-1");
  CHECK(text_in(files, "lease") == "j-17/2");
  CHECK(files.at("testinfo.json").contains("A=b"));
}

// autopkgtest 2.7
TEST_CASE("bundle: a run that left nothing has version, triggers and an empty log") {
  const auto bundle = results::make_bundle({}, facts(16));

  const auto report = results::parse_result_tar(object(bundle, "result.tar").bytes, "gzip");
  REQUIRE(report);
  CHECK(report->exit_code == 16);
  CHECK(report->version == "unknown");
  CHECK(report->triggers == std::vector<std::string>{"glibc/2.36-9", "dpkg/1.21"});
  CHECK(bundle.version == "gzip unknown");
  CHECK(codec::decompress(object(bundle, "log.gz").bytes, 10).value().empty());
}

TEST_CASE("bundle: damaged files of the tool are replaced") {
  auto files = output();
  files["testpkg-version"] = "gzip\n";
  files["testinfo.json"] = "{";

  const auto bundle = results::make_bundle(files, facts(4));

  CHECK(bundle.version == "gzip unknown");
  CHECK(members(bundle).at("testinfo.json").contains("ADT_TEST_TRIGGERS=glibc/2.36-9 dpkg/1.21"));
}

// autopkgtest 3
TEST_CASE("bundle: the version of another source is none") {
  auto files = output();
  files["testpkg-version"] = "zlib 1:1.3-1\n";
  auto run = facts(12);

  CHECK(results::make_bundle(files, run).version == "gzip unknown");
  CHECK(members(results::make_bundle(files, run)).at("testpkg-version") == "gzip unknown\n");

  run.request.build_git = "https://git.example/zlib";
  run.request.ppas = {"zlib-team/ci"};
  CHECK(results::make_bundle(files, run).version == "zlib 1:1.3-1");
}

// autopkgtest 2.7
TEST_CASE("bundle: the same run gives the same bytes") {
  const auto one = results::make_bundle(output(), facts(0));
  const auto two = results::make_bundle(output(), facts(0));

  REQUIRE(one.objects.size() == two.objects.size());
  for (std::size_t i = 0; i < one.objects.size(); ++i)
    CHECK(one.objects[i].object.bytes == two.objects[i].object.bytes);
}
