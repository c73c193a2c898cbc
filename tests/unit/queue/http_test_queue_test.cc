#include "queue/http_test_queue.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "codec/json.h"
#include "queue/lease_json.h"

namespace sluice::queue {
namespace {

using namespace std::chrono_literals;

// Answers everything with one answer and keeps the last question.
class OneAnswer final : public sys::HttpClient {
 public:
  base::Result<sys::HttpResponse> get(const sys::HttpRequest&) override { return answer; }
  base::Result<sys::HttpResponse> send(const sys::HttpSend& request) override {
    asked = request;
    return answer;
  }
  base::Result<sys::HttpResponse> answer = sys::HttpResponse{204, ""};
  std::optional<sys::HttpSend> asked;
};

Lease lease_of_foo() {
  Lease lease;
  lease.job = 7;
  lease.epoch = 3;
  lease.queue = {"", "noble", "amd64"};
  lease.request.package = "foo";
  return lease;
}

const Lease kLease = lease_of_foo();

struct World {
  OneAnswer http;
  HttpTestQueue queue{http, "http://h:8300", "t0k"};
  void answer(int status, std::string body) { http.answer = sys::HttpResponse{status, body}; }
};

}  // namespace

// testgrid 1.4
TEST_CASE("http queue: a heartbeat does not hold up what it comes in the middle of") {
  World w;
  w.answer(200, R"({"order": "go_on"})");
  CHECK(w.queue.heartbeat(kLease, {}));
  CHECK(w.http.asked->time_max < kLease.heartbeat);
}

// testgrid 1.4
TEST_CASE("http queue: a lease, or nothing in time") {
  World w;
  const LeaseAsk ask{"h-1", {{"", "noble", "amd64"}}, 20s};
  CHECK(w.queue.lease(ask).value() == std::nullopt);
  CHECK(w.http.asked->url == "http://h:8300/api/v1/workers/h-1/lease");
  CHECK(w.http.asked->time_max == 50s);
  CHECK(sys::header_of(w.http.asked->headers, "Authorization") == "Bearer t0k");
  w.answer(200, codec::to_json(value_of(kLease), codec::JsonStyle::compact));
  const auto lease = w.queue.lease(ask).value();
  REQUIRE(lease);
  CHECK(lease->job == 7);
  CHECK(lease->request.package == "foo");
}

// testgrid 1.4
TEST_CASE("http queue: what is said names the instance, if the worker has told it") {
  World w;
  (void)w.queue.lease({"h-1", {{"", "noble", "amd64"}}, 0s, "h~1"});
  CHECK(codec::parse_json(w.http.asked->body)->text("instance") == "h~1");
  w.answer(200, "{\"order\": \"go_on\"}");
  (void)w.queue.heartbeat(kLease, {});
  CHECK(codec::parse_json(w.http.asked->body)->text("instance") == "h~1");
  (void)w.queue.lease({"h-1", {{"", "noble", "amd64"}}, 0s});
  CHECK(codec::parse_json(w.http.asked->body)->find("instance") == nullptr);
  w.answer(409, R"({"detail": "the name h-1 is another's"})");
  CHECK(w.queue.lease({"h-1", {{"", "noble", "amd64"}}, 0s, "h~2"}).error().kind ==
        base::ErrorKind::conflict);
}

// testgrid 1.4
TEST_CASE("http queue: heartbeat, end and return name lease and worker") {
  World w;
  (void)w.queue.lease({"h-1", {{"", "noble", "amd64"}}, 0s});
  w.answer(200, "{\"order\": \"stop\"}");
  CHECK(w.queue.heartbeat(kLease, {}).value() == Order::stop);
  CHECK(w.http.asked->url == "http://h:8300/api/v1/leases/j-7.3:heartbeat");
  CHECK(w.http.asked->body.find("\"worker\": \"h-1\"") != std::string::npos);
  CHECK(w.queue.finish(kLease, {}));
  CHECK(w.http.asked->url == "http://h:8300/api/v1/leases/j-7.3:complete");
  CHECK(w.queue.give_back(kLease, "stopped"));
  CHECK(w.http.asked->body.find("stopped") != std::string::npos);
}

// testgrid 1.4
TEST_CASE("http queue: what an answer means") {
  const struct {
    int status;
    base::ErrorKind kind;
  } cases[] = {{401, base::ErrorKind::denied},      {403, base::ErrorKind::denied},
               {404, base::ErrorKind::conflict},    {409, base::ErrorKind::conflict},
               {400, base::ErrorKind::invalid},     {429, base::ErrorKind::unavailable},
               {500, base::ErrorKind::unavailable}, {0, base::ErrorKind::unavailable}};
  World w;
  for (const auto& c : cases) {
    w.answer(c.status, "{\"detail\": \"the lease is over\"}");
    const auto error = w.queue.finish(kLease, {}).error();
    CHECK(error.kind == c.kind);
    if (c.status != 0) CHECK(error.what == "the lease is over");
  }
  w.answer(502, "<html>");
  CHECK(w.queue.finish(kLease, {}).error().what == "the controller answered 502");
  w.answer(200, "garbage");
  CHECK(w.queue.lease({"h-1", {}, 0s}).error().kind == base::ErrorKind::unavailable);
  CHECK(w.queue.heartbeat(kLease, {}).error().kind == base::ErrorKind::unavailable);
}

}  // namespace sluice::queue
