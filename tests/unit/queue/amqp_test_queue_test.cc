#include "queue/amqp_test_queue.h"

#include <doctest/doctest.h>

#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "support/fake_broker.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"

namespace sluice::queue {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using test::FakeBroker;
using test::Peer;
using Then = FakeBroker::Then;
namespace amqp = test::amqp;

const std::string kQueue = "debci-noble-amd64";
const std::string kBody = "bash\n{\"triggers\": [\"glibc/2.40-1\"], \"requester\": \"jane\"}";

// A broker with one queue, whose every get has the next answer.
struct Scene {
  Scene() {
    AmqpLimits limits = standalone_limits();
    limits.connect = limits.confirm = 300ms;
    queue.emplace(AmqpBrokers{{.host = "127.0.0.1", .port = broker.port()}}, limits, clock, 1U,
                  log);
  }

  void has(const std::string& body, amqp::Sent sent = amqp::Sent::first) {
    const std::scoped_lock lock(mutex);
    answers.push_back(amqp::got(++tags, kQueue, body, sent));
  }
  Then on_method(Peer& peer, std::uint64_t method, std::string_view fields) {
    const std::scoped_lock lock(mutex);
    if (method == amqp::kAck) acked.push_back(amqp::read_number(fields.substr(0, 8)));
    if (method == amqp::kReject)
      (fields[8] == 1 ? put_back : rejected).push_back(amqp::read_number(fields.substr(0, 8)));
    if (method != amqp::kGet || answers.empty()) return Then::go_on;
    peer.send(answers.front());
    answers.pop_front();
    return Then::answered;
  }
  Then on_message(Peer& peer, const FakeBroker::Message& message) {
    const std::scoped_lock lock(mutex);
    if (cuts > 0 && cuts-- > 0) return Then::hang_up;
    messages.push_back(message);
    peer.send(amqp::ack(message.tag, false));
    return Then::go_on;
  }
  std::optional<Lease> lease() {
    return queue->lease({"host-1", {{"", "noble", "amd64"}}, 0s}).value();
  }
  // Ends the connection in order, so that the broker has read all.
  void leave() { queue.reset(); }

  std::mutex mutex;
  std::deque<std::string> answers;
  std::uint64_t tags = 0;
  int cuts = 0;  // so many messages end the connection
  std::vector<std::uint64_t> acked, rejected, put_back;
  std::vector<FakeBroker::Message> messages;
  FakeBroker broker{[this](Peer& p, const FakeBroker::Message& m) { return on_message(p, m); },
                    [this](Peer& p, std::uint64_t method, std::string_view fields) {
                      return on_method(p, method, fields);
                    }};
  test::ManualClock clock{base::instant_of_seconds(1'800'000'000)};
  test::RecordingLog log;
  std::optional<AmqpTestQueue> queue;
};

AttemptEnd ended(adt::Outcome outcome) {
  AttemptEnd end;
  end.outcome = outcome;
  end.version = "bash 5.2-1";
  end.place = {"autopkgtest-noble", "noble/amd64/b/bash/20260102_030405_a1b2c@"};
  end.digest = "d";
  return end;
}

Progress after(std::chrono::seconds time) {
  Progress progress;
  progress.duration = time;
  progress.log_tail = "line";
  return progress;
}

}  // namespace

// autopkgtest 1.4; decision 18
TEST_CASE("standalone: a request is held while it runs, told, and acknowledged at the end") {
  Scene s;
  s.has(kBody);
  const auto lease = s.lease();
  REQUIRE(lease);
  CHECK(lease->request.package == "bash");
  CHECK(lease->queue.text() == kQueue);
  CHECK(s.queue->heartbeat(*lease, after(5s)) == Order::go_on);
  CHECK(s.queue->heartbeat(*lease, after(10s)) == Order::go_on);
  {
    const std::scoped_lock lock(s.mutex);
    CHECK(s.acked.empty());
    REQUIRE(s.messages.size() == 1);  // nothing in the first ten seconds
    CHECK(s.messages[0].exchange == "teststatus.fanout");
    CHECK(s.messages[0].body.contains("\"logtail\": \"line\""));
  }
  CHECK(s.queue->finish(*lease, ended(adt::Outcome::pass)));
  CHECK(s.queue->finish(*lease, ended(adt::Outcome::pass)));  // twice is harmless
  s.leave();
  const std::scoped_lock lock(s.mutex);
  CHECK(s.acked == std::vector<std::uint64_t>{1});
  REQUIRE(s.messages.size() == 3);
  CHECK(s.messages[1].exchange == "testcomplete.fanout");
  CHECK(s.messages[2].body.contains("\"running\": false"));
}

TEST_CASE("standalone: empty queues are no error") {
  Scene s;
  CHECK_FALSE(s.lease());
}

// autopkgtest 1.4
TEST_CASE("standalone: garbage is dropped with a line of log, and the next is taken") {
  Scene s;
  s.has("bash\n{\"triggers\"");
  s.has(std::string(100'000, 'x'));
  s.has(kBody);
  REQUIRE(s.lease());
  s.leave();
  const std::scoped_lock lock(s.mutex);
  CHECK(s.rejected == std::vector<std::uint64_t>{1, 2});
  CHECK(s.log.lines.size() == 2);
}

// autopkgtest 1.4
TEST_CASE("standalone: given back, a request is at the head of its queue again") {
  Scene s;
  s.has(kBody);
  const auto lease = s.lease();
  REQUIRE(lease);
  CHECK(s.queue->give_back(*lease, "stopping"));
  CHECK(s.queue->heartbeat(*lease, {}).error().kind == ErrorKind::conflict);
  CHECK(s.queue->finish(*lease, {}).error().kind == ErrorKind::conflict);
  s.leave();
  const std::scoped_lock lock(s.mutex);
  CHECK(s.put_back == std::vector<std::uint64_t>{1});
}

// testgrid 1.4: run paths are made of the epoch
TEST_CASE("standalone: epochs grow though the clock is set back") {
  Scene s;
  s.has(kBody);
  s.has(kBody);
  const auto first = s.lease();
  s.clock.now_ -= 1h;
  const auto second = s.lease();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(second->epoch > first->epoch);
}

// decision 14; testgrid 1.4
TEST_CASE("standalone: infrastructure is not told; the request goes to the end of its queue") {
  Scene s;
  s.has(kBody);
  CHECK(s.queue->finish(*s.lease(), ended(adt::Outcome::infra_boot)));
  s.leave();
  const std::scoped_lock lock(s.mutex);
  REQUIRE(s.messages.size() == 1);
  CHECK(s.messages[0].exchange.empty());
  CHECK(s.messages[0].queue == kQueue);
  CHECK(s.messages[0].body == kBody);
  CHECK(s.messages[0].mandatory);
  CHECK(s.acked == std::vector<std::uint64_t>{1});
}

// autopkgtest 1.4
TEST_CASE("standalone: a lost connection ends no test; what comes again is not run again") {
  Scene s;
  s.has(kBody);
  const auto lease = s.lease();
  s.cuts = 1;
  const auto cut = s.queue->heartbeat(*lease, after(20s));
  CHECK(cut.error().kind == ErrorKind::unavailable);
  CHECK(s.queue->heartbeat(*lease, after(30s)) == Order::go_on);
  CHECK(s.queue->finish(*lease, ended(adt::Outcome::fail)));
  s.has(kBody, amqp::Sent::again);
  CHECK_FALSE(s.lease());
  s.has(kBody);  // somebody wants it once more
  CHECK(s.lease());
  s.leave();
  const std::scoped_lock lock(s.mutex);
  CHECK(s.acked == std::vector<std::uint64_t>{2});
}

TEST_CASE("standalone: an end that could not be told is told later; nothing was acknowledged") {
  Scene s;
  s.has(kBody);
  const auto lease = s.lease();
  s.cuts = 1;
  CHECK(s.queue->finish(*lease, ended(adt::Outcome::fail)).error().kind == ErrorKind::unavailable);
  CHECK(s.queue->finish(*lease, ended(adt::Outcome::fail)));
  s.leave();
  const std::scoped_lock lock(s.mutex);
  CHECK(s.acked.empty());
  CHECK(s.messages.size() == 2);
}

TEST_CASE("standalone: without a broker there is no lease, only an error") {
  Scene s;
  test::ManualClock clock{base::Instant{}};
  AmqpTestQueue queue({{.host = "127.0.0.1", .port = 1, .password = "secret"}}, standalone_limits(),
                      clock, 1, s.log);
  const auto lease = queue.lease({"host-1", {{"", "noble", "amd64"}}, 0s});
  REQUIRE_FALSE(lease);
  CHECK(lease.error().kind == ErrorKind::unavailable);
  CHECK_FALSE(lease.error().text().contains("secret"));
}

}  // namespace sluice::queue
