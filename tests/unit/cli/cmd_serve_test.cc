#include "cli/cmd_serve.h"

#include <doctest/doctest.h>

#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"

namespace sluice::cli {
namespace {

struct ServeScene {
  ServeScene() { arguments.state = "state"; }
  int run() { return run_serve(arguments, files, clock); }

  ServeArguments arguments;
  test::MemoryFileSystem files;
  test::ManualClock clock{test::kNow};
};

}  // namespace

// Running servers are those of tests/e2e/grid_commands_test.py; here is what never begins.

// testgrid 1.4
TEST_CASE("serve: a state that another server has is left alone") {
  ServeScene s;
  const auto lock = s.files.lock("state/lock").value();
  CHECK(s.run() == 1);
  CHECK(s.files.paths().empty());
}

// testgrid 7.1
TEST_CASE("serve: without a token it listens on the loopback only") {
  ServeScene s;
  s.arguments.address = "0.0.0.0";
  CHECK(s.run() == 1);
  s.arguments.address = "::";
  CHECK(s.run() == 1);
  s.arguments.address = "12.7.0.1";
  CHECK(s.run() == 1);
}

TEST_CASE("serve: a state on a disk that cannot be written is an error") {
  ServeScene s;
  s.files.put("state", "a file");
  CHECK(s.run() == 1);
}

}  // namespace sluice::cli
