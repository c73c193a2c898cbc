// covers: cmd_grid.cc
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "cli/cmd_grid.h"
#include "support/grid_scene.h"

namespace sluice::cli {
namespace {

using test::GridScene;

std::string pause_list(const std::string& pauses) { return "{\"pauses\": [" + pauses + "]}"; }

}  // namespace

// testgrid 1.7
TEST_CASE("pause: one is added, listed and lifted") {
  GridScene s;
  s.answer("POST", "pauses", 201, R"({"pause": "p-3"})");
  PauseArguments arguments;
  arguments.action = "add";
  arguments.scope = "arch:riscv64";
  arguments.reason = "power";
  arguments.hours = 8;
  CHECK(run_pause(arguments, s.parties) == 0);
  CHECK(s.printed == "p-3\n");
  CHECK(s.http.sent[0].body == R"({"by": "jane", "hours": 8, "mode": "soft", "reason": "power", )"
                               R"("scope": "arch:riscv64"})");
  s.answer("GET", "pauses", 200, pause_list(R"({"pause": "p-3", "scope": "grid"})"));
  s.printed.clear();
  CHECK(run_pause({}, s.parties) == 0);
  CHECK(s.printed == "p-3\tgrid\t\t\t\t\t\n");
  s.answer("DELETE", "pauses/p-3", 200, "{}");
  arguments.action = "lift";
  arguments.id = "p-3";
  CHECK(run_pause(arguments, s.parties) == 0);
}

// testgrid 1.7
TEST_CASE("pause: drain returns when nothing runs there any more") {
  GridScene s;
  s.answer("POST", "pauses", 201, R"({"pause": "p-3"})");
  s.answer("GET", "pauses", 200, pause_list(R"({"pause": "p-3", "running": 2})"));
  s.http.fail(GridScene::asked("GET", "pauses"));  // the controller restarts
  s.answer("GET", "pauses", 200, pause_list(R"({"pause": "p-3", "running": 0})"));
  PauseArguments arguments;
  arguments.action = "add";
  arguments.mode = "drain";
  CHECK(run_pause(arguments, s.parties) == 0);
  CHECK(s.printed == "p-3\n");
  CHECK(s.waiter.waits == 2);
}

// testgrid 1.7
TEST_CASE("pause: one that ends while it drains is said, and so is who may not look") {
  GridScene s;
  s.answer("POST", "pauses", 201, R"({"pause": "p-3"})");
  s.answer("GET", "pauses", 200, pause_list(R"({"pause": "p-2", "running": 0})"));
  s.answer("GET", "pauses", 403, R"({"detail": "more rights"})");
  PauseArguments arguments;
  arguments.action = "add";
  arguments.mode = "drain";
  CHECK(run_pause(arguments, s.parties) == 1);
  CHECK(s.complaints == std::vector<std::string>{"p-3 has ended before all that ran there did"});
  CHECK(run_pause(arguments, s.parties) == 6);
}

TEST_CASE("pause: none is said, a refusal too, and lifting needs a number") {
  GridScene s;
  s.answer("GET", "pauses", 200, pause_list(""));
  CHECK(run_pause({}, s.parties) == 0);
  CHECK(s.printed == "nothing is paused\n");
  s.answer("POST", "pauses", 403, R"({"detail": "more rights"})");
  PauseArguments arguments;
  arguments.action = "add";
  CHECK(run_pause(arguments, s.parties) == 6);
  arguments.action = "lift";
  CHECK(run_pause(arguments, s.parties) == 2);
  CHECK(s.http.asked.size() == 2);
}

}  // namespace sluice::cli
