#include "cli/console_log.h"

#include <doctest/doctest.h>

using namespace sluice;
using base::Level;

// migration 1.4
TEST_CASE("console log: lines have the peers' letter and time") {
  const auto now = base::instant_of_seconds(1795205706);

  CHECK(cli::log_line(Level::info, "x", now) == "I: [2026-11-20T20:15:06+0000] - x\n");
  CHECK(cli::log_line(Level::warning, "", now) == "W: [2026-11-20T20:15:06+0000] - \n");
  CHECK(cli::log_line(Level::error, "x", now).starts_with("E: "));
  CHECK(cli::log_line(Level::critical, "x", now).starts_with("F: "));
  CHECK(cli::log_line(Level::debug, "x", now).starts_with("N: "));
}

// migration 1.1
TEST_CASE("console log: -v shows information, BRITNEY_DEBUG everything") {
  CHECK(cli::wanted_level(0, nullptr) == Level::warning);
  CHECK(cli::wanted_level(1, nullptr) == Level::info);
  CHECK(cli::wanted_level(2, nullptr) == Level::info);
  CHECK(cli::wanted_level(0, "1") == Level::debug);
  CHECK(cli::wanted_level(0, "0") == Level::warning);
  CHECK(cli::wanted_level(1, "") == Level::info);
  CHECK(cli::wanted_level(0, "yes") == Level::warning);
}
