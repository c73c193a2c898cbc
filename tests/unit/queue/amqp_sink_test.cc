#include "queue/amqp_sink.h"

#include <doctest/doctest.h>

#include <mutex>
#include <string>
#include <vector>

#include "support/fake_broker.h"

namespace sluice::queue {
namespace {

using namespace std::chrono_literals;
using test::FakeBroker;
using test::Peer;
using Then = FakeBroker::Then;
namespace amqp = test::amqp;

AmqpLimits sink_limits() {
  AmqpLimits limits;
  limits.connect = limits.confirm = 30s;
  return limits;
}

std::vector<AmqpMessage> messages(int count) {
  return std::vector<AmqpMessage>(static_cast<std::size_t>(count),
                                  {"testcomplete.fanout", "", "{}", AmqpRouting::may_vanish});
}

}  // namespace

// autopkgtest 1.3
TEST_CASE("amqp sink: through an exchange, persistent, not mandatory, confirmed") {
  std::mutex mutex;
  std::vector<FakeBroker::Message> got;
  const FakeBroker broker([&](Peer& peer, const FakeBroker::Message& message) {
    const std::scoped_lock lock(mutex);
    got.push_back(message);
    peer.send(amqp::ack(message.tag, false));
    return Then::go_on;
  });
  AmqpSink sink({{.host = "127.0.0.1", .port = broker.port()}}, {}, sink_limits());

  const auto outcomes = sink.publish(messages(1));

  CHECK(outcomes == std::vector<SendOutcome>(1, {SendState::confirmed, ""}));
  const std::scoped_lock lock(mutex);
  REQUIRE(got.size() == 1);
  CHECK(got[0].exchange == "testcomplete.fanout");
  CHECK(got[0].persistent);
  CHECK_FALSE(got[0].mandatory);
}

// autopkgtest 1.1
TEST_CASE("amqp sink: what may not be declared is used as it is") {
  const FakeBroker broker(
      [](Peer& peer, const FakeBroker::Message& message) {
        peer.send(amqp::ack(message.tag, false));
        return Then::go_on;
      },
      [](Peer& peer, std::uint64_t method, std::string_view) {
        if (method != amqp::kExchangeDeclare) return Then::go_on;
        peer.send(amqp::close_channel(403, "ACCESS_REFUSED"));
        return Then::answered;
      });
  AmqpSink sink({{.host = "127.0.0.1", .port = broker.port()}},
                {{}, {{"testcomplete.fanout", AmqpDurability::durable}}, {}}, sink_limits());

  CHECK(sink.publish(messages(2))[1].state == SendState::confirmed);
}

TEST_CASE("amqp sink: a lost connection ends a call; the next makes another") {
  const FakeBroker broker([](Peer&, const FakeBroker::Message&) { return Then::hang_up; });
  AmqpSink sink({{.host = "127.0.0.1", .port = broker.port()}}, {}, sink_limits());

  const auto first = sink.publish(messages(150));
  (void)sink.publish(messages(1));  // only for its connection

  CHECK(first[0].state == SendState::unconfirmed);
  CHECK(first[149].state == SendState::not_sent);
  CHECK(broker.connections() == 2);
}

}  // namespace sluice::queue
