// The consumer's side against a broker that misbehaves on purpose; against a real one:
// tests/contract/amqp_test.py.
// covers: amqp_connection.cc
#include "queue/amqp_ingress.h"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "support/fake_broker.h"

namespace sluice::queue {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using test::FakeBroker;
using test::Peer;
using Then = FakeBroker::Then;
namespace amqp = test::amqp;

const std::string kIngressQueue = "debci-noble-amd64";

// Long, as a busy machine lets a broker wait, too.
AmqpLimits ingress_limits() {
  AmqpLimits limits;
  limits.connect = limits.confirm = 30s;
  limits.body_max = 64;
  return limits;
}

AmqpBrokers at(int port) { return {{.host = "127.0.0.1", .port = port}}; }

Then ignore(Peer&, const FakeBroker::Message&) { return Then::go_on; }

// A broker that has these bytes for who begins to consume, and notes what it is told of them.
struct IngressScene {
  explicit IngressScene(std::string on_consume) : bytes(std::move(on_consume)) {}

  Then on_method(Peer& peer, std::uint64_t method, std::string_view fields) {
    const std::scoped_lock lock(mutex);
    if (method == amqp::kConsume) {
      peer.send(amqp::method(1, 60, 21, amqp::short_text(kIngressQueue)) + bytes);
      return Then::answered;
    }
    if (method == amqp::kQueueDeclare) declared.emplace(fields);
    if (method == amqp::kAck) acked.push_back(amqp::read_number(fields.substr(0, 8)));
    if (method == amqp::kReject) rejected.push_back(amqp::read_number(fields.substr(0, 8)));
    return Then::go_on;
  }

  std::string bytes;
  std::mutex mutex;
  std::set<std::string> declared;
  std::vector<std::uint64_t> acked, rejected;
  FakeBroker broker{ignore, [this](Peer& peer, std::uint64_t method, std::string_view fields) {
                      return on_method(peer, method, fields);
                    }};
  AmqpIngress ingress{at(broker.port()), {{kIngressQueue}, {}, {}}, ingress_limits()};
};

}  // namespace

// autopkgtest 1.1
TEST_CASE("amqp ingress: queues are declared as the peers do: durable, no more, no arguments") {
  IngressScene s("");
  REQUIRE(s.ingress.receive(0ms));
  s.ingress.drop();
  const std::scoped_lock lock(s.mutex);
  CHECK(s.declared == std::set<std::string>{amqp::number(0, 2) + amqp::short_text(kIngressQueue) +
                                            amqp::number(0b00010, 1) + amqp::number(0, 4)});
}

// autopkgtest 1.4
TEST_CASE("amqp ingress: each message is answered for, one by one, when its owner knows") {
  IngressScene s(amqp::deliver(kIngressQueue, 1, "foo") + amqp::deliver(kIngressQueue, 2, "bar") +
                 amqp::deliver(kIngressQueue, 3, ""));
  const auto taken = s.ingress.receive(30s);
  REQUIRE(taken);
  REQUIRE(taken->size() == 3);
  CHECK(taken->at(0).body == "foo");
  CHECK(taken->at(0).queue == kIngressQueue);
  CHECK(taken->at(2).body.empty());
  {
    const std::scoped_lock lock(s.mutex);
    CHECK(s.acked.empty());
  }
  const std::vector<Settle> fates{Settle::accept, Settle::reject, Settle::accept};
  CHECK(s.ingress.settle(fates));
  s.ingress.drop();  // says goodbye and waits for the answer: by then all was read
  const std::scoped_lock lock(s.mutex);
  CHECK(s.acked == std::vector<std::uint64_t>{1, 3});
  CHECK(s.rejected == std::vector<std::uint64_t>{2});
}

// autopkgtest 1.4
TEST_CASE("amqp ingress: of a body that is too long only the beginning is kept, and its length") {
  IngressScene s(amqp::deliver(kIngressQueue, 1, std::string(1'000, 'x')));
  const auto taken = s.ingress.receive(30s);
  REQUIRE(taken);
  REQUIRE(taken->size() == 1);
  CHECK(taken->front().body.size() == 64);
  CHECK(taken->front().body_bytes == 1'000);
}

TEST_CASE("amqp ingress: a message that is cut in the middle is none, and the next call connects") {
  const auto whole = amqp::deliver(kIngressQueue, 1, "foo");
  std::atomic<int> consumers = 0;
  const FakeBroker broker(ignore, [&](Peer& peer, std::uint64_t method, std::string_view) {
    if (method != amqp::kConsume) return Then::go_on;
    const auto consume_ok = amqp::method(1, 60, 21, amqp::short_text(kIngressQueue));
    peer.send(consume_ok + (++consumers == 1 ? whole.substr(0, whole.size() - 3) : whole));
    return consumers == 1 ? Then::hang_up : Then::answered;
  });
  AmqpIngress ingress(at(broker.port()), {{kIngressQueue}, {}, {}}, ingress_limits());
  const auto cut = ingress.receive(30s);
  REQUIRE_FALSE(cut);
  CHECK(cut.error().kind == ErrorKind::unavailable);
  const auto taken = ingress.receive(30s);
  REQUIRE(taken);
  CHECK(taken->front().body == "foo");
}

TEST_CASE("amqp ingress: a message that comes byte by byte, over several calls, is one") {
  const auto whole = amqp::deliver(kIngressQueue, 1, "foo");
  const FakeBroker broker(ignore, [&](Peer& peer, std::uint64_t method, std::string_view) {
    if (method == amqp::kConsume)
      peer.send(amqp::method(1, 60, 21, amqp::short_text(kIngressQueue)) + whole.substr(0, 30));
    if (method == amqp::kReject)  // the test's sign that it has seen that much
      for (const char byte : whole.substr(30)) peer.send({&byte, 1});
    return method == amqp::kConsume ? Then::answered : Then::go_on;
  });
  const auto connection = AmqpConnection::open(at(broker.port()).front(), ingress_limits()).value();
  REQUIRE(connection->consume(kIngressQueue, 1));
  CHECK(connection->receive(0ms).value() == std::nullopt);
  REQUIRE(connection->reject(99));
  const auto event = connection->receive(30s).value();
  REQUIRE(event);
  CHECK(std::get<AmqpDelivery>(*event).body == "foo");
}

TEST_CASE("amqp ingress: answers for messages of a lost connection are an error, not another's") {
  IngressScene s(amqp::deliver(kIngressQueue, 1, "foo"));
  REQUIRE(s.ingress.receive(30s)->size() == 1);
  s.ingress.drop();
  const std::vector<Settle> fates{Settle::accept};
  CHECK_FALSE(s.ingress.settle(fates));
}

TEST_CASE("amqp ingress: a broker that only greets is given up after a time") {
  const test::Listener silent([](Peer& peer) { peer.stay_silent(); });
  AmqpIngress ingress(at(silent.port()), {{kIngressQueue}, {}, {}}, {.connect = 300ms});
  const auto taken = ingress.receive(0ms);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == ErrorKind::unavailable);
}

// autopkgtest 1.1
TEST_CASE("amqp ingress: of several brokers the first that answers; none: what each said") {
  int gone = 0;
  {
    const FakeBroker refused(ignore);
    gone = refused.port();
  }
  IngressScene s(amqp::deliver(kIngressQueue, 1, "foo"));
  auto brokers = at(gone);
  brokers.front().password = "secret";
  AmqpIngress none(brokers, {{kIngressQueue}, {}, {}}, ingress_limits());
  const auto refused = none.receive(0ms);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text().contains("cannot use amqp://127.0.0.1:"));
  CHECK_FALSE(refused.error().text().contains("secret"));
  brokers.push_back(at(s.broker.port()).front());
  AmqpIngress second(brokers, {{kIngressQueue}, {}, {}}, ingress_limits());
  CHECK(second.receive(30s)->size() == 1);
}

// autopkgtest 1.1
TEST_CASE("amqp ingress: a queue that exists in another form is left as it is and used") {
  std::atomic<int> channels = 0;
  const FakeBroker broker(ignore, [&](Peer& peer, std::uint64_t method, std::string_view) {
    if (method == 0x0014000A) ++channels;
    if (method == amqp::kQueueDeclare) {
      peer.send(amqp::close_channel(406, "PRECONDITION_FAILED"));
      return Then::answered;
    }
    if (method == amqp::kConsume)
      peer.send(amqp::method(1, 60, 21, amqp::short_text(kIngressQueue)) +
                amqp::deliver(kIngressQueue, 1, "foo"));
    return method == amqp::kConsume ? Then::answered : Then::go_on;
  });
  AmqpIngress ingress(at(broker.port()), {{kIngressQueue}, {}, {}}, ingress_limits());
  const auto taken = ingress.receive(30s);
  REQUIRE(taken);
  CHECK(taken->size() == 1);
  CHECK(channels == 2);
}

TEST_CASE("amqp ingress: a queue that is deleted under us is an error, and declared again") {
  IngressScene s(amqp::method(1, 60, 30, amqp::short_text(kIngressQueue) + amqp::number(1, 1)));
  const auto taken = s.ingress.receive(30s);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().text().contains("the broker gives no more of queue " + kIngressQueue));
}

}  // namespace sluice::queue
