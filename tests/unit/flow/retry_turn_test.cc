#include "flow/retry_turn.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/recording_log.h"

using namespace sluice;

// autopkgtest 1.1: a broker that is away for days
TEST_CASE("retry turn: a failure is told once, its end once, and each try waits longer") {
  test::RecordingLog log;
  flow::RetryTurn retry(log, "no bread is baked", "bread is baked again");
  const auto error = base::fail(base::ErrorKind::unavailable, "no flour").error();
  retry.succeeded();
  CHECK(log.lines.empty());
  const auto first = retry.failed(error), second = retry.failed(error);
  CHECK(second > first);
  CHECK(log.lines == std::vector<std::string>{"W: no bread is baked: no flour"});
  retry.succeeded();
  retry.succeeded();
  CHECK(log.lines.size() == 2);
  CHECK(log.has("I: bread is baked again"));
  CHECK(retry.failed(error) == first);
}
