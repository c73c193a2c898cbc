#include "adt/request.h"

#include <doctest/doctest.h>

using namespace sluice::adt;

namespace {

TestRequest lightgreen_request() {
  return {"debci-testing-amd64", "lightgreen", "amd64", {"lightgreen/2", "green/2"}, {}, ""};
}

}  // namespace

// migration 4.6.6
TEST_CASE("request: a file gets one line with one string of triggers") {
  auto sent = lightgreen_request();
  sent.submit_time = "2026-01-02 03:04:05";
  CHECK(request_line(sent) ==
        "debci-testing-amd64:lightgreen {\"triggers\": [\"lightgreen/2 green/2\"], "
        "\"submit-time\": \"2026-01-02 03:04:05\"}\n");
}

// migration 4.6.6, 4.8
TEST_CASE("request: a message has separate triggers, or one string under Debian's rules") {
  CHECK(amqp_body(lightgreen_request(), TriggerStyle::list) ==
        "lightgreen\n{\"triggers\": [\"lightgreen/2\", \"green/2\"]}");
  CHECK(amqp_body(lightgreen_request(), TriggerStyle::one_string) ==
        "lightgreen\n{\"triggers\": [\"lightgreen/2 green/2\"]}");
}

// migration 4.6.6, 4.8
TEST_CASE("request: archives to add stand between triggers and time, escaped") {
  auto sent = lightgreen_request();
  sent.triggers = {"green/2"};
  sent.ppas = {"team/one", "a\"b"};
  CHECK(request_json(sent, TriggerStyle::list) ==
        R"({"triggers": ["green/2"], "ppas": ["team/one", "a\"b"]})");
  sent.submit_time = "2026-01-02 03:04:05";
  CHECK(request_json(sent, TriggerStyle::list) ==
        R"({"triggers": ["green/2"], "ppas": ["team/one", "a\"b"], )"
        R"("submit-time": "2026-01-02 03:04:05"})");
}
