#include "cli/serve_config.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>

#include "support/job_desk_world.h"

namespace sluice::cli {

// decision 12
TEST_CASE("serve config: every key") {
  const auto read = parse_serve_config(
      "state: /srv/s\nresults: /srv/r\naddress: 127.0.0.2\nport: 8301\ngate: /etc/britney.conf\n"
      "interval: 30\napply: /bin/true\npublish_db: noble\nrescan: 7\ninfra_attempts: "
      "2\ncancel_running: "
      "false\nstorm_max: 30000\nclass_shares: {rdeps_huge: 40, own_tests: 10}\n"
      "hold_hours: {gate: 48, manual: 24, upstream: 6}\n"
      "amqp:\n  url: amqp://h\n  mode: egress\n  queues: [debci-noble-amd64]\n  listener: gate\n",
      {});
  REQUIRE(read);
  CHECK(read->state == "/srv/s");
  CHECK(read->results == "/srv/r");
  CHECK(read->address == "127.0.0.2");
  CHECK(read->port == 8301);
  CHECK(read->gate_config == "/etc/britney.conf");
  CHECK(read->interval_minutes == 30);
  CHECK(read->apply_command == "/bin/true");
  CHECK(read->releases == std::vector<std::string>{"noble"});
  CHECK(read->rescan_minutes == 7);
  CHECK(read->limits.jobs.infra_attempts_max == 2);
  CHECK_FALSE(read->limits.cancel_running);
  CHECK(read->limits.storm_max == 30'000);
  // What is not named stays what it was.
  CHECK(read->limits.shares.percent_min == std::array<int, 8>{0, 0, 10, 0, 40, 5, 0, 0});
  CHECK(read->limits.jobs.hold_gate == std::chrono::hours(48));
  CHECK(read->limits.jobs.hold_manual == std::chrono::hours(24));
  CHECK(read->limits.jobs.hold_upstream == std::chrono::hours(6));
  CHECK(read->amqp.url == "amqp://h");
  CHECK(read->amqp.mode == AmqpMode::egress);
  CHECK(read->amqp.queues == std::vector<std::string>{"debci-noble-amd64"});
  CHECK(read->amqp.listener == "gate");
}

// autopkgtest 1.1
TEST_CASE("serve config: queues of any name have a place") {
  const auto read = parse_serve_config(
      "amqp:\n  url: amqp://h\n  queues:\n    laptop: {release: noble, arch: amd64}\n", {});
  REQUIRE(read);
  CHECK(read->amqp.named.at("laptop") == adt::QueueName{"", "noble", "amd64"});
}

namespace {

flow::DeskLimits limits_of(const char* text) { return parse_serve_config(text, {}).value().limits; }

flow::Submission submission_of(adt::JobClass job_class, const char* package) {
  auto submission = test::DeskWorld::submission(package);
  submission.job_class = job_class;
  return submission;
}

// Of a test with this class and context, in a world with these limits.
std::chrono::hours hold_time(const flow::DeskLimits& limits, adt::JobClass job_class,
                             const char* context) {
  test::DeskWorld w(limits);
  auto submission = submission_of(job_class, "foo");
  submission.queue.context = context;
  submission.producer = "jane";
  const auto id = w.desk.submit(submission, w.now).value().job;
  REQUIRE(w.desk.apply(id, adt::HoldAdded{{adt::HoldKind::poison, "", w.now, {}, ""}}, w.now));
  return std::chrono::duration_cast<std::chrono::hours>(*w.job(id).hold_deadline - w.now);
}

}  // namespace

// testgrid 6.5
TEST_CASE("serve config: the cap of a storm comes to the desk") {
  test::DeskWorld w(limits_of("storm_max: 1"));
  w.submit("foo");
  const auto second = w.desk.submit(test::DeskWorld::submission("bar"), w.now).value();
  CHECK(second.how == flow::SubmitHow::refused);
  CHECK(second.why.starts_with("more than 1 open requests"));
}

// testgrid 6.5
TEST_CASE("serve config: the share of a class comes to the desk") {
  const auto second_with = [](const char* config) {
    test::DeskWorld w(limits_of(config));
    for (const char* package : {"a", "b"})
      CHECK(w.desk.submit(submission_of(adt::JobClass::manual, package), w.now));
    CHECK(w.desk.submit(submission_of(adt::JobClass::speculative, "c"), w.now));
    CHECK(w.lease("host-1")->request.package == "a");
    return w.lease("host-2")->request.package;
  };
  CHECK(second_with("state: x") == "b");
  CHECK(second_with("class_shares: {speculative: 10}") == "c");
}

// testgrid 1.5
TEST_CASE("serve config: how long each kind of test is held comes to the desk") {
  const auto limits = limits_of("hold_hours: {gate: 48, manual: 24, upstream: 6}");
  CHECK(hold_time(limits, adt::JobClass::rdeps_small, "") == std::chrono::hours(48));
  CHECK(hold_time(limits, adt::JobClass::manual, "") == std::chrono::hours(24));
  CHECK(hold_time(limits, adt::JobClass::manual, "upstream") == std::chrono::hours(6));
}

// decision 12
TEST_CASE("serve config: what is wrong is named, an unknown key with the nearest") {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"stat: x", "there is no key \"stat\"; did you mean \"state\"?"},
      {"prot: 1", "did you mean \"port\"?"},
      {"port: 70000", "port: expected a whole number from 0 to 65535"},
      {"port: x", "port: expected a whole number"},
      {"state: [a]", "state: expected a text"},
      {"- a", "expected keys with values"},
      {"amqp: {url: \"amqp://h\"}", "amqp: expected the key queues"},
      {"amqp: {queues: [a]}", "amqp: expected the key url"},
      {"amqp: {url: a, mode: both, queues: [a]}", "amqp: mode: expected ingress or egress"},
      {"amqp: {url: a, queues: {x: {arch: b}}}", "expected release and arch for the queue x"},
      {"amqp: {url: a, queues: {x: {release: n, arch: b, tags: [y]}}}",
       "queue x: there is no key \"tags\""},
      {"amqp: {url: a, queues: {x: {release: n, arch: b, context: a-b}}}", "queue x: queue"},
      {"amqp: {url: a, queues: {x: noble}}", "queue x: expected keys"},
      {"storm_max: 0", "storm_max: expected a whole number from 1 to 5000000"},
      {"storm_max: many", "storm_max: expected a whole number from 1 to 5000000"},
      {"class_shares: 15", "class_shares: expected keys with values"},
      {"class_shares: {huge: 15}", "class_shares: there is no key \"huge\"; did you mean"},
      {"class_shares: {manual: -1}", "class_shares: manual: expected a whole number from 0 to 100"},
      {"class_shares: {manual: 1.5}", "class_shares: manual: expected a whole number"},
      {"class_shares: {manual: 81}", "class_shares: expected at most 100 percent in all classes"},
      {"hold_hours: 24", "hold_hours: expected keys with values"},
      {"hold_hours: {gates: 24}", "there is no key \"gates\"; did you mean \"gate\"?"},
      {"hold_hours: {gate: 0}", "hold_hours: gate: expected a whole number from 1 to 8760"},
      {"hold_hours: {manual: 3d}", "hold_hours: manual: expected a whole number"},
      {"hold_hours: {upstream: 8761}", "hold_hours: upstream: expected a whole number"},
      {"amqp: {ulr: a}", "did you mean \"url\"?"},
  };
  for (const auto& c : cases) {
    const auto read = parse_serve_config(c.text, {});
    REQUIRE_MESSAGE(!read, c.text);
    CHECK_MESSAGE(read.error().text().find(c.error) != std::string::npos, read.error().text());
  }
}

}  // namespace sluice::cli
