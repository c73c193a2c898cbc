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

const std::string kTestQueue = "debci-noble-amd64";
const std::string kBody = "bash\n{\"triggers\": [\"glibc/2.40-1\"], \"requester\": \"jane\"}";

// A broker with one queue, whose every get has the next answer.
struct TestQueueScene {
  TestQueueScene() {
    AmqpLimits limits = standalone_limits();
    limits.connect = limits.confirm = 30s;
    queue.emplace(AmqpBrokers{{.host = "127.0.0.1", .port = broker.port()}}, limits, clock, 1U,
                  log);
  }

  void has(const std::string& body, amqp::Sent sent = amqp::Sent::first,
           std::uint32_t attempts = 0) {
    const std::scoped_lock lock(mutex);
    answers.push_back(amqp::got(++tags, kTestQueue, body, sent, attempts));
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
    if (message.queue == unknown) peer.send(amqp::give_back(message.queue, message.body));
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
  std::string unknown = "?";  // no such queue
  int cuts = 0;               // so many messages end the connection
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
  TestQueueScene s;
  s.has(kBody);
  const auto lease = s.lease();
  REQUIRE(lease);
  CHECK(lease->request.package == "bash");
  CHECK(lease->queue.text() == kTestQueue);
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
  TestQueueScene s;
  CHECK_FALSE(s.lease());
}

// autopkgtest 1.4
TEST_CASE("standalone: garbage is dropped with a line of log, and the next is taken") {
  TestQueueScene s;
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
  TestQueueScene s;
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
  TestQueueScene s;
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
  TestQueueScene s;
  s.has(kBody);
  CHECK(s.queue->finish(*s.lease(), ended(adt::Outcome::infra_boot)));
  s.leave();
  const std::scoped_lock lock(s.mutex);
  REQUIRE(s.messages.size() == 1);
  CHECK(s.messages[0].exchange.empty());
  CHECK(s.messages[0].queue == kTestQueue);
  CHECK(s.messages[0].body == kBody);
  CHECK(s.messages[0].mandatory);
  CHECK(s.messages[0].attempts == 1);
  CHECK(s.acked == std::vector<std::uint64_t>{1});
}

// autopkgtest 2.6; testgrid 1.1, 1.5 (T10)
TEST_CASE("standalone: what infrastructure ended three times waits for a human") {
  TestQueueScene s;
  s.has(kBody, amqp::Sent::first, 1);
  const auto second = s.lease();
  CHECK(second->attempt == 2);
  CHECK(s.queue->finish(*second, ended(adt::Outcome::infra_testbed_lost)));
  s.has(kBody, amqp::Sent::first, 2);
  CHECK(s.queue->finish(*s.lease(), ended(adt::Outcome::infra_testbed_lost)));
  s.leave();
  const std::scoped_lock lock(s.mutex);
  REQUIRE(s.messages.size() == 2);
  CHECK(s.messages[0].queue == kTestQueue);
  CHECK(s.messages[0].attempts == 2);
  CHECK(s.messages[1].queue == held_queue_of(kTestQueue));
  CHECK(s.messages[1].body == kBody);
  CHECK(s.messages[1].attempts == 3);
  CHECK(s.messages[1].mandatory);
  CHECK(s.acked == std::vector<std::uint64_t>{1, 2});
  REQUIRE(s.log.lines.size() == 1);
  CHECK(s.log.lines[0].contains("INFRA.TESTBED_LOST"));
}

// testgrid 1.1, 1.3; ADR 36
TEST_CASE("standalone: a suspect failure goes to the end of its queue, untold, and then stands") {
  TestQueueScene s;
  auto end = ended(adt::Outcome::fail);
  end.suspicion = "suspect-dns";
  s.has(kBody, amqp::Sent::first, 1);
  const auto second = s.lease();
  CHECK(second->suspect_reruns_left == 1);
  end.run_again = true;
  end.place.container += "-infra";
  CHECK(s.queue->finish(*second, end));
  s.has(kBody, amqp::Sent::first, 2);
  const auto third = s.lease();
  CHECK(third->suspect_reruns_left == 0);
  CHECK(s.queue->finish(*third, ended(adt::Outcome::fail)));
  s.leave();
  const std::scoped_lock lock(s.mutex);
  std::string sent;
  for (const auto& message : s.messages) sent += message.exchange + message.queue + " ";
  CHECK(sent == "teststatus.fanout " + kTestQueue + " testcomplete.fanout teststatus.fanout ");
  CHECK(s.acked == std::vector<std::uint64_t>{1, 2});
}

// testgrid 1.5 (T10)
TEST_CASE("standalone: a request whose held queue cannot be had is not lost") {
  TestQueueScene s;
  s.unknown = held_queue_of(kTestQueue);
  s.has(kBody, amqp::Sent::first, 2);
  const auto lease = s.lease();
  const auto end = ended(adt::Outcome::infra_boot);
  CHECK(s.queue->finish(*lease, end).error().kind == ErrorKind::unavailable);
  CHECK(s.queue->finish(*lease, end));
  s.leave();
  const std::scoped_lock lock(s.mutex);
  REQUIRE(s.messages.size() == 2);
  CHECK(s.messages[1].queue == kTestQueue);
  CHECK(s.messages[1].attempts == 3);
  CHECK(s.acked == std::vector<std::uint64_t>{1});
}

// testgrid 1.5 (T10): longer than the broker lets a delivery be held
TEST_CASE("standalone: an attempt that ends when the broker has the request again counts, too") {
  TestQueueScene s;
  s.has(kBody, amqp::Sent::first, 1);
  const auto lease = s.lease();
  s.cuts = 1;
  CHECK_FALSE(s.queue->heartbeat(*lease, after(20s)));
  CHECK(s.queue->finish(*lease, ended(adt::Outcome::infra_boot)));
  s.has(kBody, amqp::Sent::again, 1);
  CHECK(s.lease()->attempt == 3);
}

// The header is anybody's.
TEST_CASE("standalone: a number of attempts beyond all sense is none") {
  TestQueueScene s;
  s.has(kBody, amqp::Sent::first, 0xFFFFFFFF);
  CHECK(s.lease()->attempt == 1);
  s.has(kBody, amqp::Sent::first, 0x7FFFFFFF);
  CHECK(s.lease()->attempt == 1);
}

// autopkgtest 1.2
TEST_CASE("standalone: who was told that a test runs is told its end, with the last of its log") {
  using End = void (*)(TestQueueScene&, const Lease&);
  struct Case {
    const char* name;
    End end;
  };
  const Case cases[] = {
      {"ran", [](TestQueueScene& s,
                 const Lease& l) { CHECK(s.queue->finish(l, ended(adt::Outcome::fail))); }},
      {"untestable",
       [](TestQueueScene& s, const Lease& l) {
         CHECK(s.queue->finish(l, ended(adt::Outcome::untestable_deps)));
       }},
      {"infra", [](TestQueueScene& s,
                   const Lease& l) { CHECK(s.queue->finish(l, ended(adt::Outcome::infra_boot))); }},
      {"cancelled",
       [](TestQueueScene& s, const Lease& l) {
         CHECK(s.queue->finish(l, ended(adt::Outcome::cancelled)));
       }},
      {"given back",
       [](TestQueueScene& s, const Lease& l) { CHECK(s.queue->give_back(l, "stopping")); }},
      {"left", [](TestQueueScene& s, const Lease&) { CHECK_FALSE(s.lease()); }},
  };
  for (const auto& [name, end] : cases) {
    INFO(name);
    TestQueueScene s;
    s.has(kBody);
    const auto lease = s.lease();
    CHECK(s.queue->heartbeat(*lease, after(20s)));
    end(s, *lease);
    s.leave();
    const std::scoped_lock lock(s.mutex);
    std::vector<std::string> statuses;
    for (const auto& message : s.messages)
      if (message.exchange == "teststatus.fanout") statuses.push_back(message.body);
    REQUIRE(statuses.size() == 2);
    CHECK(statuses[1].contains("\"running\": false"));
    CHECK(statuses[1].contains("\"logtail\": \"line\""));
  }
}

// autopkgtest 1.2
TEST_CASE("standalone: of a short run that ran there is one status, of another none") {
  TestQueueScene s;
  s.has(kBody);
  const auto short_run = s.lease();
  CHECK(s.queue->heartbeat(*short_run, after(3s)));
  CHECK(s.queue->finish(*short_run, ended(adt::Outcome::pass)));
  s.has(kBody);
  const auto excluded = s.lease();
  CHECK(s.queue->heartbeat(*excluded, after(0s)));
  CHECK(s.queue->finish(*excluded, ended(adt::Outcome::excluded)));
  s.leave();
  const std::scoped_lock lock(s.mutex);
  REQUIRE(s.messages.size() == 3);  // two are the completions
  CHECK(s.messages[1].exchange == "teststatus.fanout");
  CHECK(s.messages[1].body.contains("\"logtail\": \"line\""));
  CHECK(s.messages[2].exchange == "testcomplete.fanout");
}

// autopkgtest 1.4
TEST_CASE("standalone: a lost connection ends no test; what comes again is not run again") {
  TestQueueScene s;
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
  TestQueueScene s;
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
  TestQueueScene s;
  test::ManualClock clock{base::Instant{}};
  AmqpTestQueue queue({{.host = "127.0.0.1", .port = 1, .password = "secret"}}, standalone_limits(),
                      clock, 1, s.log);
  const auto lease = queue.lease({"host-1", {{"", "noble", "amd64"}}, 0s});
  REQUIRE_FALSE(lease);
  CHECK(lease.error().kind == ErrorKind::unavailable);
  CHECK_FALSE(lease.error().text().contains("secret"));
}

}  // namespace sluice::queue
