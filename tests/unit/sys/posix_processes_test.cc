#include <doctest/doctest.h>

#include "sys/processes.h"

using namespace sluice;

namespace {

struct Outcome {
  base::Result<int> code = 0;
  std::vector<std::string> lines;
};

Outcome run(std::vector<std::string> argv) {
  Outcome outcome;
  outcome.code =
      sys::posix_processes()->run({std::move(argv), {{"SLUICE_PROBE", "set"}}},
                                  [&](std::string_view line) { outcome.lines.emplace_back(line); });
  return outcome;
}

}  // namespace

TEST_CASE("processes: lines of both outputs arrive, and the exit code") {
  const auto outcome = run({"sh", "-c", "echo one; echo two >&2; printf 'no newline'; exit 7"});

  REQUIRE(outcome.code);
  CHECK(*outcome.code == 7);
  CHECK(outcome.lines == std::vector<std::string>{"one", "two", "no newline"});
}

TEST_CASE("processes: the environment is extended, input is empty") {
  const auto outcome = run({"sh", "-c", "echo $SLUICE_PROBE; cat; test -n \"$PATH\""});

  REQUIRE(outcome.code);
  CHECK(*outcome.code == 0);
  CHECK(outcome.lines == std::vector<std::string>{"set"});
}

TEST_CASE("processes: death by a signal is told from an exit") {
  CHECK(run({"sh", "-c", "kill -9 $$"}).code.value_or(0) == 137);
}

TEST_CASE("processes: a program that does not exist is an error") {
  const auto outcome = run({"/nonexistent/program"});

  REQUIRE_FALSE(outcome.code);
  CHECK(outcome.code.error().kind == base::ErrorKind::not_found);
}
