#include "contract/request_queue_contract.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sluice::test {
namespace {

using adt::TestRequest;
using queue::SendOutcome;
using queue::SendState;
using Requests = std::vector<TestRequest>;
using States = std::vector<SendState>;
using Texts = std::vector<std::string>;

TestRequest request_for(const RequestWorld& world, const std::string& source) {
  return {.queue = world.queue_name(),
          .source = source,
          .arch = "amd64",
          .triggers = {"glibc/2.40-1"},
          .ppas = {},
          .submit_time = "2026-01-02 03:04:05"};
}

// States alone; a refusal has a reason, and what was confirmed needs none.
States publish(queue::RequestQueue& queue, const Requests& requests) {
  const auto outcomes = queue.publish(requests);
  States states;
  for (const auto& [state, why] : outcomes) {
    CHECK(why.empty() == (state == SendState::confirmed));
    states.push_back(state);
  }
  return states;
}

// migration 4.6.6
void nothing_sent_is_nothing_told(RequestWorld& world) {
  CHECK(world.queue().publish({}).empty());
  CHECK(world.queue().look_for({}).value().empty());
  CHECK(world.queue().batch_max() >= 1);
  CHECK(world.arrived().empty());
}

// migration 4.6.6
void what_is_confirmed_is_there_whole_and_once(RequestWorld& world) {
  auto first = request_for(world, "g++-13"), second = request_for(world, "0ad");
  first.triggers = {"glibc/2.40-1", "gcc-14/1:14.2~rc+b1-1"};
  second.ppas = {"jane/one:FINGER", "jane/two"};

  CHECK(publish(world.queue(), {first, second}) == States(2, SendState::confirmed));

  CHECK(world.arrived() == Texts{"g++-13 glibc/2.40-1 gcc-14/1:14.2~rc+b1-1",
                                 "0ad glibc/2.40-1 jane/one:FINGER jane/two"});
}

// migration 4.6.6
void a_storm_arrives_in_its_order(RequestWorld& world) {
  Requests storm;
  Texts wanted;
  for (int i = 0; i < 250; ++i) {
    storm.push_back(request_for(world, "p" + std::to_string(i)));
    wanted.push_back(storm.back().source + " glibc/2.40-1");
  }

  CHECK(publish(world.queue(), storm) == States(storm.size(), SendState::confirmed));

  CHECK(world.arrived() == wanted);
}

// autopkgtest 1.1
void a_bad_queue_costs_its_own_requests(RequestWorld& world) {
  auto wrong = request_for(world, "bash");
  wrong.queue = "nobody-has-this-queue-here";

  const auto states =
      publish(world.queue(), {request_for(world, "dash"), wrong, request_for(world, "zsh")});

  REQUIRE(states.size() == 3);
  CHECK(states[0] == SendState::confirmed);
  CHECK(states[2] == SendState::confirmed);
  if (!world.traits().knows_queues) return;
  CHECK((states[1] == SendState::returned || states[1] == SendState::not_sent));
  CHECK(world.arrived() == Texts{"dash glibc/2.40-1", "zsh glibc/2.40-1"});
}

// migration 4.6.6, testgrid 6.5
void the_same_request_is_confirmed_again(RequestWorld& world) {
  const Requests once{request_for(world, "bash")};

  CHECK(publish(world.queue(), once) == States{SendState::confirmed});
  CHECK(publish(world.later(), once) == States{SendState::confirmed});

  CHECK(world.arrived().size() == (world.traits().merges ? 1U : 2U));
}

// migration 4.6.6
void a_later_run_learns_what_arrived(RequestWorld& world) {
  const Requests sent{request_for(world, "bash"), request_for(world, "zsh")};
  REQUIRE(publish(world.queue(), sent) == States(2, SendState::confirmed));

  const Requests asked{sent[0], request_for(world, "dash"), sent[1]};
  const auto found = world.later().look_for(asked);

  REQUIRE(found);
  if (world.traits().can_be_read)
    CHECK(*found == States{SendState::confirmed, SendState::not_sent, SendState::confirmed});
  else
    CHECK(*found == States(3, SendState::unconfirmed));
  CHECK(world.arrived().size() == 2);
}

// migration 4.6.6
void nothing_is_confirmed_that_did_not_arrive(RequestWorld& world) {
  REQUIRE(publish(world.queue(), {request_for(world, "bash")}) == States{SendState::confirmed});
  if (!world.be_gone()) return;

  const Requests lost{request_for(world, "dash"), request_for(world, "zsh")};
  for (auto* queue : {&world.queue(), &world.later()}) {
    const auto states = publish(*queue, lost);
    REQUIRE(states.size() == 2);
    CHECK(std::ranges::count(states, SendState::confirmed) == 0);
  }
}

constexpr RequestPromise kRequestPromises[] = {
    {"nothing sent is nothing told", nothing_sent_is_nothing_told},
    {"what is confirmed is there, whole and once", what_is_confirmed_is_there_whole_and_once},
    {"a storm arrives in its order", a_storm_arrives_in_its_order},
    {"a bad queue costs its own requests", a_bad_queue_costs_its_own_requests},
    {"the same request is confirmed again", the_same_request_is_confirmed_again},
    {"a later run learns what arrived", a_later_run_learns_what_arrived},
    {"nothing is confirmed that did not arrive", nothing_is_confirmed_that_did_not_arrive},
};

}  // namespace

std::span<const RequestPromise> request_queue_promises() { return kRequestPromises; }

}  // namespace sluice::test
