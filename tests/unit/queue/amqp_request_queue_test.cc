// The client against a broker that misbehaves on purpose; against a real one:
// tests/contract/rabbitmq_test.py.
#include "queue/amqp_request_queue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "support/fake_broker.h"

namespace sluice::queue {
namespace {

using test::FakeBroker;
using test::Peer;
using Then = FakeBroker::Then;
namespace amqp = test::amqp;
using namespace std::chrono_literals;

// Short only where the test waits for its end: a busy machine lets a broker wait, too.
constexpr AmqpLimits kPatient = {.connect = 30s, .confirm = 30s};
constexpr AmqpLimits kOneSilence = {.connect = 30s, .confirm = 1s};

std::vector<adt::TestRequest> requests(int count,
                                       const std::string& queue = "debci-testing-amd64") {
  std::vector<adt::TestRequest> all;
  for (int i = 0; i < count; ++i)
    all.push_back({.queue = queue,
                   .source = "src" + std::to_string(i),
                   .arch = "amd64",
                   .triggers = {"green/2", "blue/1"},
                   .ppas = {},
                   .submit_time = ""});
  return all;
}

std::unique_ptr<RequestQueue> queue_at(int port, AmqpLimits limits = kPatient) {
  return amqp_request_queue({.host = "127.0.0.1", .port = port}, adt::TriggerStyle::list, limits);
}

long count(const std::vector<SendOutcome>& outcomes, SendState state) {
  return std::ranges::count(outcomes, state, &SendOutcome::state);
}

}  // namespace

// migration 4.6.6, autopkgtest 1.6
TEST_CASE("amqp: persistent and mandatory messages to the queue's name, each confirmed") {
  std::mutex mutex;
  std::vector<FakeBroker::Message> messages;
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    const std::scoped_lock lock(mutex);
    messages.push_back(message);
    peer.send(amqp::ack(message.tag, false));
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(2));

  CHECK(outcomes == std::vector<SendOutcome>(2, {SendState::confirmed, ""}));
  const std::scoped_lock lock(mutex);
  REQUIRE(messages.size() == 2);
  CHECK(messages[1].queue == "debci-testing-amd64");
  CHECK(messages[1].body == "src1\n{\"triggers\": [\"green/2\", \"blue/1\"]}");
  CHECK(messages[1].mandatory);
  CHECK(messages[1].persistent);
}

// migration 4.6.1
TEST_CASE("amqp: never more than a hundred unconfirmed; one ack may speak for many") {
  std::mutex mutex;
  std::uint64_t acked = 0, most = 0;
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    const std::scoped_lock lock(mutex);
    most = std::max(most, message.tag - acked);
    if (message.tag % 100 == 0 || message.tag == 250) {
      peer.send(amqp::ack(message.tag, true));
      acked = message.tag;
    }
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(250));

  CHECK(count(outcomes, SendState::confirmed) == 250);
  CHECK(most == 100);
}

TEST_CASE("amqp: acks out of order, twice and of numbers that never were") {
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    if (message.tag == 3)
      peer.send(amqp::ack(999, false) + amqp::ack(0, false) + amqp::ack(2, false) +
                amqp::ack(2, false) + amqp::ack(3, true));
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(3));

  CHECK(count(outcomes, SendState::confirmed) == 3);
}

// autopkgtest 1.1
TEST_CASE("amqp: a queue that nobody declared gives its message back") {
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    if (message.body.starts_with("src1\n")) peer.send(amqp::give_back(message.queue, message.body));
    peer.send(amqp::ack(message.tag, false));
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(3));

  CHECK(outcomes[0].state == SendState::confirmed);
  CHECK(outcomes[1].state == SendState::returned);
  CHECK(outcomes[1].why == "queue debci-testing-amd64: 312 NO_ROUTE");
  CHECK(outcomes[2].state == SendState::confirmed);
}

TEST_CASE("amqp: a refused message is not sent") {
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    if (message.tag == 2) peer.send(amqp::nack(2, true));
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(2));

  CHECK(count(outcomes, SendState::not_sent) == 2);
}

TEST_CASE("amqp: a broker that falls silent leaves the rest unconfirmed") {
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    peer.send(amqp::ack(message.tag, false));
    return message.tag == 2 ? Then::be_silent : Then::go_on;
  });

  const auto outcomes = queue_at(broker.port(), kOneSilence)->publish(requests(5));

  CHECK(count(outcomes, SendState::confirmed) == 2);
  CHECK(count(outcomes, SendState::unconfirmed) == 3);
  CHECK(outcomes[4].why.contains("no confirm within"));
}

// migration 4.6.1: at most a hundred are sent again later, however many there are
TEST_CASE("amqp: a broker that never confirms gets a hundred messages and no more") {
  std::atomic<int> arrived = 0;
  const FakeBroker broker([&](Peer&, const FakeBroker::Message&) {
    ++arrived;
    return Then::go_on;
  });
  const auto queue = queue_at(broker.port(), kOneSilence);

  const auto first = queue->publish(requests(60));
  const auto others = queue->publish(requests(300));

  CHECK(count(first, SendState::unconfirmed) == 60);
  CHECK(count(others, SendState::unconfirmed) == 40);
  CHECK(count(others, SendState::not_sent) == 260);
  CHECK(others.back().why.contains("100 messages were not confirmed"));
  CHECK(arrived <= 100);
}

TEST_CASE("amqp: a connection cut in between; what was confirmed stays so, nothing is claimed") {
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    if (message.tag > 2) return Then::hang_up;
    peer.send(amqp::ack(message.tag, false));
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(5));

  // Acks that were on their way when the connection broke may be lost with it.
  CHECK(count(outcomes, SendState::confirmed) <= 2);
  CHECK(outcomes[2].state != SendState::confirmed);
  CHECK(outcomes[2].state != SendState::returned);
}

TEST_CASE("amqp: a later batch gets a new connection, but not for ever") {
  const FakeBroker broker([&](Peer&, const FakeBroker::Message&) { return Then::hang_up; });
  const auto queue = queue_at(broker.port());

  for (int i = 0; i < kConnectionsMax; ++i)
    CHECK(queue->publish(requests(1))[0].state == SendState::unconfirmed);
  const auto last = queue->publish(requests(1))[0];

  CHECK(broker.connections() == kConnectionsMax);
  CHECK(last.state == SendState::not_sent);
  CHECK(last.why.contains("lost too often"));
}

TEST_CASE("amqp: missing rights: nothing was sent") {
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    if (message.tag == 1) peer.send(amqp::close_channel(403, "ACCESS_REFUSED"));
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(3));

  CHECK(count(outcomes, SendState::not_sent) == 3);
  CHECK(outcomes[0].why.contains("the broker closed the channel: 403 ACCESS_REFUSED"));
}

TEST_CASE("amqp: a broker that stops") {
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    if (message.tag == 3) peer.send(amqp::close_connection(320, "CONNECTION_FORCED"));
    return Then::go_on;
  });

  const auto outcomes = queue_at(broker.port())->publish(requests(3));

  CHECK(count(outcomes, SendState::unconfirmed) == 3);
  CHECK(outcomes[0].why.contains("320 CONNECTION_FORCED"));
}

TEST_CASE("amqp: nobody there: not sent, and not asked again") {
  int port = 0;
  {
    const FakeBroker gone([](Peer&, const FakeBroker::Message&) { return Then::go_on; });
    port = gone.port();
  }
  const auto queue =
      amqp_request_queue({.host = "127.0.0.1", .port = port, .user = "me", .password = "secret"},
                         adt::TriggerStyle::list, kPatient);

  const auto outcomes = queue->publish(requests(250));

  CHECK(count(outcomes, SendState::not_sent) == 250);
  CHECK(outcomes[0].why.starts_with("cannot use amqp://127.0.0.1:"));
  CHECK_FALSE(outcomes[0].why.contains("secret"));
}

TEST_CASE("amqp: a port that never greets, and one that speaks something else") {
  test::Listener silent([](Peer& peer) { peer.stay_silent(); });
  test::Listener other([](Peer& peer) { peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });

  CHECK(queue_at(silent.port(), {.connect = 300ms})->publish(requests(1))[0].state ==
        SendState::not_sent);
  CHECK(queue_at(other.port())->publish(requests(1))[0].state == SendState::not_sent);
}

TEST_CASE("amqp: what is uncertain stays so: a broker cannot be looked into") {
  const auto states = queue_at(1)->look_for(requests(2));

  CHECK(states.value() == std::vector<SendState>(2, SendState::unconfirmed));
}

}  // namespace sluice::queue
