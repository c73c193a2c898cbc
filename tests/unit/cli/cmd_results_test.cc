#include "cli/cmd_results.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "support/memory_result_store.h"

namespace sluice::cli {
namespace {

const std::string kRun = "noble/amd64/g/green/20260101_000000_aaaaa@";

struct ResultsScene {
  ResultsParties parties() {
    return {store,
            files,
            clock,
            [this] { return address; },
            [this](const std::string& key) -> base::Result<void> {
              announced = key;
              return {};
            },
            [this](std::string_view text) { printed += text; },
            [this](std::string_view line) { complaints.emplace_back(line); },
            [](std::string_view) {}};
  }
  int run(int (*action)(const ResultsArguments&, const ResultsParties&),
          std::vector<std::string> names) {
    printed.clear();
    complaints.clear();
    arguments.names = std::move(names);
    return action(arguments, parties());
  }
  void put_run() {
    files.put("/run/log.gz", "log");
    files.put("/run/result.tar", "tar");
    files.put("/run/artifacts.tar.gz", "artifacts");
    REQUIRE(run(&results_put, {"/run", "autopkgtest-noble/" + kRun}) == 0);
  }

  test::MemoryFileSystem files;
  test::MemoryResultStore store;
  test::ManualClock clock{test::kNow};
  base::Result<std::string> address = std::string("http://h:8300/results/");
  ResultsArguments arguments;
  std::string printed, announced;
  std::vector<std::string> complaints;
};

}  // namespace

// autopkgtest 2.7
TEST_CASE("results put: a run's directory, with result.tar last, as often as one likes") {
  ResultsScene s;
  s.put_run();
  const auto lines = "autopkgtest-noble/" + kRun + "/artifacts.tar.gz\nautopkgtest-noble/" + kRun +
                     "/log.gz\nautopkgtest-noble/" + kRun + "/result.tar\n";
  CHECK(s.printed == lines);
  CHECK(s.run(&results_put, {"/run", "autopkgtest-noble/" + kRun + "/"}) == 0);
  CHECK(s.printed == lines);
  const auto log = s.store.get("autopkgtest-noble", kRun + "/log.gz").value();
  CHECK(log.head.content_encoding == "gzip");
  CHECK(log.head.content_type == "text/plain; charset=UTF-8");
  CHECK(s.store.readers_of("autopkgtest-noble")->everybody);

  s.files.put("/run/log.gz", "another log");
  CHECK(s.run(&results_put, {"/run", "autopkgtest-noble/" + kRun}) == 1);
  CHECK(s.complaints.at(0).contains("log.gz"));
  CHECK(s.run(&results_put, {"/nothing", "autopkgtest-noble/x"}) == 1);
  CHECK(s.run(&results_put, {"/run"}) == 2);
}

// autopkgtest 2.7, 3
TEST_CASE("results put: a new private container is nobody's but its reader's") {
  ResultsScene s;
  s.files.put("/x", "x");
  CHECK(s.run(&results_put, {"/x", "private-autopkgtest-noble-a-b/x"}) == 0);
  CHECK_FALSE(s.store.readers_of("private-autopkgtest-noble-a-b")->everybody);
  s.arguments.reader = "jane";
  CHECK(s.run(&results_put, {"/x", "mine/x"}) == 0);
  CHECK(s.store.readers_of("mine")->user == "jane");
  s.arguments.reader = "jo";  // one that is there keeps its readers
  CHECK(s.run(&results_put, {"/x", "mine/x"}) == 0);
  CHECK(s.store.readers_of("mine")->user == "jane");
}

// autopkgtest 3
TEST_CASE("results list: containers, names, directories") {
  ResultsScene s;
  s.put_run();
  CHECK(s.run(&results_list, {}) == 0);
  CHECK(s.printed == "autopkgtest-noble\n");
  CHECK(s.run(&results_list, {"autopkgtest-noble/" + kRun + "/l"}) == 0);
  CHECK(s.printed == kRun + "/log.gz\n");
  s.arguments.delimiter = "@";
  CHECK(s.run(&results_list, {"autopkgtest-noble/noble/amd64/g/"}) == 0);
  CHECK(s.printed == kRun + "\n");
  s.arguments.json = true;
  CHECK(s.run(&results_list, {"autopkgtest-noble"}) == 0);
  CHECK(s.printed == "{\"subdir\": \"" + kRun + "\"}\n");
  s.arguments.delimiter.clear();
  CHECK(s.run(&results_list, {"autopkgtest-noble/" + kRun + "/result"}) == 0);
  CHECK(s.printed.contains("\"bytes\": 3"));
  CHECK(s.run(&results_list, {"nothing"}) == 1);
}

// autopkgtest 3
TEST_CASE("results list: a store may cut its pages anywhere") {
  ResultsScene s;
  REQUIRE(s.store.ensure_container("c", {}));
  for (int i = 0; i < 2'500; ++i)
    REQUIRE(s.store.put("c", std::to_string(10'000 + i), results::Object{}));
  CHECK(s.run(&results_list, {"c"}) == 0);
  CHECK(std::ranges::count(s.printed, '\n') == 2'500);
}

// autopkgtest 3
TEST_CASE("results get: to a file, or to standard output") {
  ResultsScene s;
  s.put_run();
  const auto name = "autopkgtest-noble/" + kRun + "/log.gz";
  CHECK(s.run(&results_get, {name}) == 0);
  CHECK(s.printed == "log");
  CHECK(s.run(&results_get, {name, "-"}) == 0);
  CHECK(s.printed == "log");
  CHECK(s.run(&results_get, {name, "/out"}) == 0);
  CHECK(s.printed.empty());
  CHECK(s.files.read("/out") == "log");
  CHECK(s.run(&results_get, {name + "x"}) == 1);
  CHECK(s.run(&results_get, {"autopkgtest-noble"}) == 1);
  CHECK(s.run(&results_get, {}) == 2);
}

// autopkgtest 3 (temp URL)
TEST_CASE("results url: signed with the key of the file, until its time") {
  ResultsScene s;
  s.files.put("/key", "secret\n");
  s.arguments.key = "/key";
  s.arguments.hours = 2;
  CHECK(s.run(&results_url, {"private-x/r/log.gz"}) == 0);
  const auto expires = std::to_string(1'800'000'000 + 2 * 3'600);
  CHECK(s.printed.starts_with("http://h:8300/results/private-x/r/log.gz?temp_url_sig="));
  CHECK(s.printed.ends_with("&temp_url_expires=" + expires + "\n"));
  CHECK_FALSE(s.printed.contains("secret"));
  s.arguments.address = "http://proxy.example/results";
  CHECK(s.run(&results_url, {"private-x/r/log.gz"}) == 0);
  CHECK(s.printed.starts_with("http://proxy.example/results/private-x/"));

  s.files.put("/key", " \n");
  CHECK(s.run(&results_url, {"private-x/r/log.gz"}) == 1);
  s.arguments.key.clear();
  CHECK(s.run(&results_url, {"private-x/r/log.gz"}) == 2);
  CHECK(s.run(&results_url, {}) == 2);
}

TEST_CASE("results: what the store does not permit is told by the exit code") {
  ResultsScene s;
  s.files.put("/key", "secret\n");
  s.arguments.key = "/key";
  s.address = base::fail(base::ErrorKind::denied, "wrong password");
  CHECK(s.run(&results_url, {"private-x/r/log.gz"}) == 6);
}

}  // namespace sluice::cli
