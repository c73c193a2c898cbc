#include "cli/grid_command_line.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "cli/command_line.h"

namespace sluice::cli {
namespace {

using Words = std::vector<std::string>;

template <class Arguments>
Arguments parsed(const Words& words) {
  const auto line = parse_command_line("sluice", words);
  const auto* grid = std::get_if<GridArguments>(&line);
  if (const auto* answer = std::get_if<Answer>(&line)) INFO(answer->error);
  REQUIRE(grid != nullptr);
  REQUIRE(std::holds_alternative<Arguments>(*grid));
  return std::get<Arguments>(*grid);
}

int exit_code(const Words& words) {
  const auto line = parse_command_line("sluice", words);
  const auto* answer = std::get_if<Answer>(&line);
  return answer == nullptr ? -1 : answer->exit_code;
}

}  // namespace

// testgrid 5.3
TEST_CASE("grid command line: every option of serve is understood") {
  const auto a = parsed<ServeArguments>(
      {"serve", "--state",      "s",     "--results",  "r", "--address", "::1", "--port",
       "0",     "--gate",       "g",     "--interval", "5", "--apply",   "p",   "--publish-db",
       "noble", "--publish-db", "jammy", "--rescan",   "0", "-v",        "-v"});
  CHECK(a.state == "s");
  CHECK(a.results == "r");
  CHECK(a.address == "::1");
  CHECK(a.port == 0);
  CHECK(a.gate_config == "g");
  CHECK(a.interval_minutes == 5);
  CHECK(a.apply_command == "p");
  CHECK(a.releases == Words{"noble", "jammy"});
  CHECK(a.rescan_minutes == 0);
  CHECK(a.verbosity == 2);
}

TEST_CASE("grid command line: serve listens on the loopback unless it is told") {
  const auto a = parsed<ServeArguments>({"serve"});
  CHECK(a.state == "/var/lib/sluice");
  CHECK(a.address == "127.0.0.1");
  CHECK(a.port == 8300);
  CHECK(a.gate_config.empty());
}

// testgrid 5.3
TEST_CASE("grid command line: request takes packages before and after its options") {
  const auto a = parsed<RequestArguments>(
      {"request",     "foo",    "-s",         "noble",     "-a",
       "amd64",       "--arch", "arm64",      "--trigger", "a/1",
       "--ppa",       "o/p",    "--env",      "A=b",       "--all-proposed",
       "--bulk",      "--wait", "--timeout",  "9",         "--json",
       "--requester", "joe",    "--testname", "t",         "--server",
       "http://x",    "bar"});
  CHECK(a.packages == Words{"foo", "bar"});
  CHECK(a.architectures == Words{"amd64", "arm64"});
  CHECK(a.triggers == Words{"a/1"});
  CHECK(a.ppas == Words{"o/p"});
  CHECK(a.env == Words{"A=b"});
  CHECK((a.all_proposed && a.bulk && a.wait && a.json));
  CHECK(a.timeout_minutes == 9);
  CHECK(a.requester == "joe");
  CHECK(a.server.url == "http://x");
}

// autopkgtest 1.6
TEST_CASE("grid command line: readers of a private test, whose end is not waited for") {
  const Words words{"request", "foo",           "-s",       "noble",         "-a", "amd64", "--ppa",
                    "o/p",     "--readable-by", "jane,joe", "--readable-by", "kim"};
  CHECK(parsed<RequestArguments>(words).readable_by == Words{"jane", "joe", "kim"});
  auto waits = words;
  waits.emplace_back("--wait");
  CHECK(exit_code(waits) == 2);
}

TEST_CASE("grid command line: retry takes failures unless outcomes are named") {
  CHECK(parsed<RetryArguments>({"retry"}).outcomes == Words{"FAIL", "FAIL_TIMEOUT"});
  CHECK(parsed<RetryArguments>({"retry", "--outcome", "NEUTRAL"}).outcomes == Words{"NEUTRAL"});
}

// testgrid 5.3
TEST_CASE("grid command line: actions of job and pause") {
  const auto job = parsed<JobArguments>({"job", "extend", "j-7", "--hours", "3", "--reason", "r"});
  CHECK(job.action == "extend");
  CHECK(job.id == "j-7");
  CHECK(job.hours == 3);
  const auto pause = parsed<PauseArguments>({"pause", "add", "--scope", "grid", "--mode", "hard"});
  CHECK(pause.action == "add");
  CHECK(pause.scope == "grid");
  CHECK(pause.mode == "hard");
  CHECK(parsed<PauseArguments>({"pause", "lift", "p-3"}).id == "p-3");
}

// autopkgtest 2.8
TEST_CASE(
    "grid command line: a token of a PPA is refused, told what to do instead, and not shown") {
  const Words words{"request", "foo", "-s", "noble", "-a", "amd64", "--ppa", "me:s3cret@o/p"};
  const auto line = parse_command_line("sluice", words);
  const auto* answer = std::get_if<Answer>(&line);
  REQUIRE(answer != nullptr);
  CHECK(answer->exit_code == 2);
  CHECK(answer->error.contains("list of processes"));
  CHECK(answer->error.contains("/api/v1/jobs"));
  CHECK_FALSE(answer->error.contains("s3cret"));
}

// autopkgtest 6: all that are configured
TEST_CASE("grid command line: a request without an architecture is for all of the environment") {
  ::setenv("SLUICE_ARCHITECTURES", "amd64 arm64", 1);
  CHECK(parsed<RequestArguments>({"request", "foo", "-s", "noble", "--trigger", "a/1"})
            .architectures == Words{"amd64", "arm64"});
  CHECK(
      parsed<RequestArguments>({"request", "foo", "-s", "noble", "--trigger", "a/1", "-a", "i386"})
          .architectures == Words{"i386"});
  ::unsetenv("SLUICE_ARCHITECTURES");
}

TEST_CASE("grid command line: queue, log and token") {
  const auto queue = parsed<QueueArguments>({"queue", "--jobs", "-a", "amd64", "--state", "held"});
  CHECK(queue.jobs);
  CHECK(queue.arch == "amd64");
  CHECK(queue.state == "held");
  CHECK(parsed<LogArguments>({"log", "j-1", "--follow"}).follow);
  const auto token = parsed<TokenArguments>({"token", "worker", "host-1", "f", "--state", "s"});
  CHECK(token.role == "worker");
  CHECK(token.name == "host-1");
  CHECK(token.file == "f");
  CHECK(token.state == "s");
}

// testgrid 5.3
TEST_CASE("grid command line: wrong usage ends with 2") {
  CHECK(exit_code({"request", "foo", "-s", "noble", "--trigger", "a/1"}) == 2);
  CHECK(exit_code({"request", "foo", "-s", "noble", "-a", "amd64"}) == 2);  // autopkgtest 6
  CHECK(exit_code({"request", "-s", "noble", "-a", "amd64"}) == 2);
  CHECK(exit_code({"request", "foo", "-s", "n", "-a", "a", "--timeout", "-1"}) == 2);
  CHECK(exit_code({"serve", "--port", "65536"}) == 2);
  CHECK(exit_code({"serve", "--interval", "0"}) == 2);
  CHECK(exit_code({"job", "explode", "j-1"}) == 2);
  CHECK(exit_code({"job", "extend", "j-1", "--hours", "-4"}) == 2);
  CHECK(exit_code({"job", "show"}) == 2);
  CHECK(exit_code({"retry", "--max-age", "-1"}) == 2);
  CHECK(exit_code({"pause", "stop"}) == 2);
  CHECK(exit_code({"pause", "add", "--mode", "medium"}) == 2);
  CHECK(exit_code({"token", "king", "jane", "f"}) == 2);
  CHECK(exit_code({"log"}) == 2);
}

}  // namespace sluice::cli
