#include "cli/serve_config.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::cli {

// decision 12
TEST_CASE("serve config: every key") {
  const auto read = parse_serve_config(
      "state: /srv/s\nresults: /srv/r\naddress: 127.0.0.2\nport: 8301\ngate: /etc/britney.conf\n"
      "interval: 30\napply: /bin/true\npublish_db: noble\nrescan: 7\ninfra_attempts: "
      "2\ncancel_running: "
      "false\n"
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
  CHECK(read->infra_attempts == 2);
  CHECK_FALSE(read->cancel_running);
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
      {"amqp: {ulr: a}", "did you mean \"url\"?"},
  };
  for (const auto& c : cases) {
    const auto read = parse_serve_config(c.text, {});
    REQUIRE_MESSAGE(!read, c.text);
    CHECK_MESSAGE(read.error().text().find(c.error) != std::string::npos, read.error().text());
  }
}

}  // namespace sluice::cli
