#include "queue/amqp_url.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace sluice::queue {

// migration 1.3
TEST_CASE("amqp url: what is left out has the usual value") {
  CHECK(parse_amqp_url("amqp://broker.example").value() ==
        AmqpUrl{"broker.example", 5672, "/", "guest", "guest"});
  CHECK(parse_amqp_url("amqp://u:p@broker.example/").value() ==
        AmqpUrl{"broker.example", 5672, "/", "u", "p"});
}

// migration 1.3
TEST_CASE("amqp url: all parts, percent-encoded where they need it") {
  CHECK(parse_amqp_url("amqp://me:p%40ss%2f@[::1]:5673/tests%2fall").value() ==
        AmqpUrl{"::1", 5673, "tests/all", "me", "p@ss/"});
  CHECK(parse_amqp_url("amqp://me@h:1").value() == AmqpUrl{"h", 1, "/", "me", ""});
}

TEST_CASE("amqp url: messages show no user and no password") {
  CHECK(parse_amqp_url("amqp://me:secret@h/v").value().shown() == "amqp://h:5672/v");
  CHECK(parse_amqp_url("amqp://me:secret@[::1]").value().shown() == "amqp://[::1]:5672/");
}

TEST_CASE("amqp url: what makes no sense is refused, without telling the secret") {
  const std::vector<std::string> bad = {"",
                                        "amqp://",
                                        "amqps://u:secret@h",
                                        "http://u:secret@h",
                                        "amqp://u:secret@",
                                        "amqp://u:secret@h:0",
                                        "amqp://u:secret@h:99999",
                                        "amqp://u:secret@h:",
                                        "amqp://u:secret@[::1",
                                        "amqp://u:secret@[::1]x",
                                        "amqp://u:secret%4@h",
                                        "amqp://u:secret%00@h",
                                        "amqp://u:secret@h/%zz"};
  for (const auto& url : bad) {
    CAPTURE(url);
    const auto parsed = parse_amqp_url(url);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == base::ErrorKind::invalid);
    CHECK_FALSE(parsed.error().text().contains("secret"));
  }
}

// autopkgtest 2.1
TEST_CASE("amqp url: what the peers' units say, with any letters in the password") {
  const auto parsed = [](const char* host, const char* user, const char* password) {
    return parse_amqp_url(amqp_url_of(host, user, password)).value();
  };
  CHECK(parsed("broker.example", "worker", "p@s:s/%\xc3\xa4 #") ==
        AmqpUrl{"broker.example", 5672, "/", "worker", "p@s:s/%\xc3\xa4 #"});
  CHECK(parsed("broker.example:5673", "me@h", "") ==
        AmqpUrl{"broker.example", 5673, "/", "me@h", ""});
  CHECK(parsed("::1", "", "ignored") == AmqpUrl{"::1", 5672, "/", "guest", "guest"});
  CHECK(parsed("[::1]:5673", "u", "p") == AmqpUrl{"::1", 5673, "/", "u", "p"});
}

// autopkgtest 1.1
TEST_CASE("amqp url: several brokers keep their order; none, or a bad one, is an error") {
  const auto brokers = parse_amqp_brokers(" amqp://a  amqp://b:1\n").value();
  REQUIRE(brokers.size() == 2);
  CHECK(brokers[0].host == "a");
  CHECK(brokers[1].port == 1);
  CHECK_FALSE(parse_amqp_brokers(" "));
  CHECK_FALSE(parse_amqp_brokers("amqp://a amqp://u:secret@"));
}

}  // namespace sluice::queue
