#include "sim/foreign.h"

#include <fmt/format.h>

#include "adt/message.h"
#include "adt/run_messages.h"
#include "sim/runs.h"

namespace sluice::sim {
namespace {

using namespace std::chrono_literals;

const adt::QueueName kForeignGrid{"", "noble", "s390x"};

}  // namespace

void Foreign::begin() {
  world_.after(10s, [this] { produce(); });
  world_.after(20s, [this] { work(); });
}

void Foreign::produce() {
  if (world_.is_calm) return;
  adt::RequestMessage request;
  request.package = "f" + std::to_string(world_.random.below(6));
  request.triggers = {"zlib/" + std::to_string(world_.random.below(4))};
  if (world_.random.chance(30)) request.requester = "kim";
  const auto body_named = [&] {
    request.uuid = "11111111-2222-4333-8444-" + fmt::format("{:012}", ++requests_);
    return adt::message_body(request);
  };
  const auto body = body_named();
  world_.broker.put(kIngestQueue, body);
  if (world_.random.chance(15)) {
    world_.coverage.hit("broker: message twice");
    world_.broker.put(kIngestQueue, body_named());
  }
  if (world_.random.chance(10)) {
    world_.coverage.hit("broker: damaged message");
    world_.broker.put(kIngestQueue, body.substr(0, body.size() - 3) + "\xff{");
    world_.broker.put(kEndsQueue, R"({"arch": "s390x", "package": 1})");
  }
  world_.after(world_.some(30'000, 900'000), [this] { produce(); });
}

void Foreign::work() {
  for (auto& message : world_.broker.queues[kForeignQueue]) {
    if (message.is_taken) continue;
    message.is_taken = true;
    world_.after(world_.some(10'000, 900'000),
                 [this, id = message.id, body = message.body] { run(id, body); });
    break;
  }
  world_.after(world_.pace(20s), [this] { work(); });
}

void Foreign::run(std::uint64_t message, const std::string& body) {
  const auto request = adt::parse_message(body);
  if (!request) return world_.break_with("the grid published what is no request: " + body);
  const auto outcome = world_.random.chance(70) ? adt::Outcome::pass : adt::Outcome::fail;
  const auto end = end_of_run(world_, *request, kForeignGrid, ++runs_, outcome);
  if (!store_run(world_, *request, end)) {
    world_.after(60s, [this, message, body] { run(message, body); });
    return;
  }
  world_.ledger.runs[end.place.directory] = {outcome, 0, 0};
  const auto told = adt::complete_body(adt::complete_of(*request, kForeignGrid, end));
  if (world_.is_calm || world_.random.chance(90)) world_.broker.put_end(told);
  if (world_.random.chance(10)) world_.broker.put_end(told);
  if (!world_.is_calm && world_.random.chance(15)) {  // its acknowledgement was lost
    world_.coverage.hit("foreign: run twice");
    return world_.broker.give_back({message});
  }
  world_.broker.forget(message);
}

}  // namespace sluice::sim
