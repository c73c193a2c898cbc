#include "worker/collect.h"

#include <doctest/doctest.h>

#include "support/memory_files.h"

using namespace sluice;

// autopkgtest 2.7
TEST_CASE("collect: every file of the output directory by its path") {
  test::MemoryFileSystem files;
  files.put("/o/log", "the log");
  files.put("/o/summary", "a PASS\n");
  files.put("/o/artifacts/deep/x", "1");

  const auto output = worker::collect(files, "/o", "/console");

  CHECK(output.files ==
        codec::TarFiles{{"artifacts/deep/x", "1"}, {"log", "the log"}, {"summary", "a PASS\n"}});
  CHECK(output.problem.empty());
}

// autopkgtest 2.5: wrong usage leaves no log
TEST_CASE("collect: what the tool printed stands in for a log that is missing") {
  test::MemoryFileSystem files;
  files.put("/console", "usage: autopkgtest\n");

  const auto output = worker::collect(files, "/o", "/console");

  CHECK(output.files == codec::TarFiles{{"log", "usage: autopkgtest\n"}});
  CHECK(output.problem.empty());
  CHECK(worker::collect(files, "/o", "/none").files.at("log").empty());
}

TEST_CASE("collect: a log that is too long keeps its beginning and its end") {
  test::MemoryFileSystem files;
  files.put("/o/log", "begin" + std::string(worker::kLogBytesMax, 'x') + "end");

  const auto log = worker::collect(files, "/o", "/console").files.at("log");

  CHECK(log.starts_with("begin"));
  CHECK(log.ends_with("end"));
  CHECK(log.contains("cut here"));
  CHECK(log.size() < worker::kLogBytesMax + 100);
}

// autopkgtest 2.5; testgrid 1.3
TEST_CASE("collect: evidence is the summary, the exit code, and which files there are") {
  adt::RequestMessage request;
  request.package = "gzip";
  request.triggers = {"glibc/2.36-9"};
  const codec::TarFiles files{{"log", "setup\nautopkgtest [1:0:0]: test a: [------------\nbody\n"},
                              {"summary", "a PASS\n"},
                              {"testbed-packages", ""}};

  const auto evidence = worker::evidence_of(files, {143, sys::GroupEnding::limit}, request,
                                            adt::TestbedKind::isolated);

  CHECK(evidence.exit_code == 143);
  CHECK(evidence.over_limit);
  CHECK(evidence.sources == std::vector<std::string>{"gzip", "glibc"});
  CHECK(evidence.summary.tests.size() == 1);
  CHECK(evidence.booted);
  CHECK_FALSE(evidence.has_source);
  CHECK(evidence.setup_log == "setup\n");
  CHECK(evidence.test_log.ends_with("body\n"));
}
