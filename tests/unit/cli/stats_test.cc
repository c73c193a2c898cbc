#include "cli/stats.h"

#include <doctest/doctest.h>

using namespace sluice;

TEST_CASE("stats: a span is told in seconds and mebibytes") {
  sys::Usage from, to;
  from.user_seconds = 1;
  to.user_seconds = 1.25;
  to.wall_seconds = 2;
  to.anonymous_bytes = 3 << 20;

  CHECK(cli::stats_text(from, to) == "user_s=0.250 system_s=0.000 wall_s=2.000 anon_mib=3.0");
}

TEST_CASE("stats: every phase has a line, and the total is last") {
  cli::Stats stats;
  stats.end_phase("load");
  stats.end_phase("write");

  const auto lines = stats.lines();

  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("stats: phase=load user_s="));
  CHECK(lines[1].starts_with("stats: phase=write "));
  CHECK(lines[2].starts_with("stats: total "));
  CHECK(lines[2].find("peak_anon_mib=") != std::string::npos);
}
