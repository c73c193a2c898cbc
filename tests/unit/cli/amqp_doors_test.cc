#include "cli/amqp_doors.h"

#include <doctest/doctest.h>

#include <string>

#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"

namespace sluice::cli {
namespace {

struct World {
  World() { keeper->start(); }

  base::Result<std::unique_ptr<AmqpDoors>> open(AmqpArguments arguments) {
    return AmqpDoors::open(arguments, *keeper, log);
  }

  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  std::unique_ptr<flow::Keeper> keeper = flow::Keeper::open(":memory:", {}, clock, log).value();
};

// Nobody listens on port 1 of the loopback.
AmqpArguments arguments_for(AmqpMode mode) {
  AmqpArguments arguments;
  arguments.url = "amqp://u:s3cret@127.0.0.1:1/";
  arguments.mode = mode;
  arguments.queues = {"debci-noble-amd64"};
  return arguments;
}

}  // namespace

// decision 18
TEST_CASE("amqp doors: what is configured wrongly is an error without the password") {
  World w;
  auto arguments = arguments_for(AmqpMode::ingress);
  arguments.url = "http://u:s3cret@h/";
  const auto wrong = w.open(arguments);
  REQUIRE_FALSE(wrong);
  CHECK_FALSE(wrong.error().text().contains("s3cret"));
  arguments = arguments_for(AmqpMode::ingress);
  arguments.queues = {"nonsense"};
  CHECK(w.open(arguments).error().kind == base::ErrorKind::invalid);
}

// autopkgtest 1.1
TEST_CASE("amqp doors: a broker that is away is waited for, and can be given up at any time") {
  World w;
  for (const auto mode : {AmqpMode::ingress, AmqpMode::egress}) {
    auto doors = w.open(arguments_for(mode));
    REQUIRE(doors);
    doors->reset();
  }
  w.keeper->stop();
}

}  // namespace sluice::cli
