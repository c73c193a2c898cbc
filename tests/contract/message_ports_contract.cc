#include "contract/message_ports_contract.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace sluice::test {
namespace {

using namespace std::chrono_literals;
using queue::MessageSource;
using queue::SendState;
using queue::Settle;
using Bodies = std::vector<std::string>;

// A broker of another process takes its time; never slept through.
constexpr std::chrono::milliseconds kComes = 20s, kNothing = 100ms;

void send(MessageWorld& world, const Bodies& bodies) {
  const auto sink = world.sink();
  std::vector<queue::AmqpMessage> messages;
  for (const auto& body : bodies) messages.push_back({"", world.queue_name(), body});
  const auto outcomes = sink->publish(messages);
  REQUIRE(outcomes.size() == bodies.size());
  for (const auto& outcome : outcomes)
    REQUIRE_MESSAGE(outcome.state == SendState::confirmed, outcome.why);
}

// The next messages: those that one call brings.
std::vector<queue::AmqpDelivery> receive(MessageSource& source,
                                         std::chrono::milliseconds wait = kComes) {
  auto got = source.receive(wait);
  REQUIRE_MESSAGE(got, got.error().text());
  return std::move(*got);
}

// The first message, which is alone.
queue::AmqpDelivery receive_one(MessageSource& source) {
  const auto got = receive(source);
  REQUIRE(got.size() == 1);
  return got[0];
}

void check_none(MessageWorld& world) {
  const auto source = world.source();
  CHECK(receive(*source, kNothing).empty());
}

// autopkgtest 1.4
void nothing_comes_of_nothing(MessageWorld& world) { check_none(world); }

// autopkgtest 1.1, 1.4
void what_was_sent_comes_once_in_its_order(MessageWorld& world) {
  const Bodies sent = {"one", std::string("two\0\n\xff", 6), ""};
  send(world, sent);
  Bodies got;

  const auto source = world.source();
  while (got.size() < sent.size()) {
    const auto some = receive(*source);
    REQUIRE_FALSE(some.empty());
    for (const auto& each : some) {
      CHECK(each.queue == world.queue_name());
      CHECK_FALSE(each.redelivered);
      got.push_back(each.body);
    }
    REQUIRE(source->settle(std::vector<Settle>(some.size(), Settle::accept)));
  }

  CHECK(got == sent);
  source->drop();
  check_none(world);
}

// autopkgtest 1.4
void what_is_rejected_does_not_come_again(MessageWorld& world) {
  send(world, {"garbage"});
  const auto source = world.source();
  CHECK(receive_one(*source).body == "garbage");

  REQUIRE(source->settle(std::vector{Settle::reject}));

  source->drop();
  check_none(world);
}

// autopkgtest 1.4: a dead worker's request goes to the next
void what_was_not_settled_comes_again(MessageWorld& world) {
  send(world, {"work"});
  const auto source = world.source();
  CHECK_FALSE(receive_one(*source).redelivered);

  source->drop();

  const auto again = receive_one(*source);
  CHECK(again.body == "work");
  CHECK(again.redelivered);
  CHECK(source->settle(std::vector{Settle::accept}));
}

// autopkgtest 1.4
void what_one_has_taken_nobody_else_gets(MessageWorld& world) {
  send(world, {"work"});
  auto first = world.source();
  CHECK(receive_one(*first).body == "work");
  const auto second = world.source();
  CHECK(receive(*second, kNothing).empty());

  first.reset();  // its process is dead

  CHECK(receive_one(*second).body == "work");
  CHECK(second->settle(std::vector{Settle::accept}));
}

// autopkgtest 1.4; testgrid 7.5: A32
void a_broker_that_is_gone_is_unavailable_and_forgets_nothing(MessageWorld& world) {
  send(world, {"work"});
  const auto source = world.source();
  CHECK(receive_one(*source).body == "work");
  const auto sink = world.sink();

  world.cut();
  const auto cut = source->receive(kNothing);
  const auto unsent = sink->publish(std::vector<queue::AmqpMessage>{{"", world.queue_name(), "x"}});
  world.mend();

  REQUIRE_FALSE(cut);
  CHECK(cut.error().kind == base::ErrorKind::unavailable);
  REQUIRE(unsent.size() == 1);
  CHECK(unsent[0].state != SendState::confirmed);
  source->drop();
  CHECK(receive_one(*source).body == "work");
  CHECK(source->settle(std::vector{Settle::accept}));
}

constexpr MessagePromise kMessagePromises[] = {
    {"nothing comes of nothing", nothing_comes_of_nothing},
    {"what was sent comes once, in its order", what_was_sent_comes_once_in_its_order},
    {"what is rejected does not come again", what_is_rejected_does_not_come_again},
    {"what was not settled comes again", what_was_not_settled_comes_again},
    {"what one has taken nobody else gets", what_one_has_taken_nobody_else_gets},
    {"a broker that is gone is unavailable and forgets nothing",
     a_broker_that_is_gone_is_unavailable_and_forgets_nothing},
};

}  // namespace

std::span<const MessagePromise> message_port_promises() { return kMessagePromises; }

}  // namespace sluice::test
