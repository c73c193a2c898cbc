// The contract of test queues, asked of the one in memory and of a whole grid over HTTP. The real
// RabbitMQ: real_rabbitmq_test.cc.
//
// covers: http_test_queue.cc
#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "contract/test_queue_contract.h"
#include "queue/http_test_queue.h"
#include "support/memory_test_queue.h"
#include "support/relay.h"
#include "support/served_grid.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using Fault = test::MemoryTestQueue::Fault;

class QueueInMemory final : public test::QueueWorld {
 public:
  void submit(const adt::QueueName& queue, const std::string& package,
              const std::string& json) override {
    grid_.add(queue, adt::parse_message(package, json).value());
  }
  queue::TestQueue& worker(int number) override { return side(number); }
  void pass(std::chrono::seconds time) override { clock_.advance(time); }
  void lose(int) override {
    grid_.expire_leases();
    pass(test::MemoryGrid::kBackoff);
  }
  void cancel(const queue::Lease& lease) override { grid_.cancel(lease.job); }
  void cut(int worker) override { side(worker).always = Fault::question_lost; }
  void lose_answers(int worker) override { side(worker).always = Fault::answer_lost; }
  void mend(int worker) override { side(worker).always = Fault::none; }
  std::vector<std::string> counted() override {
    auto all = grid_.counted();
    std::ranges::sort(all);
    return all;
  }

 private:
  test::MemoryTestQueue& side(int number) {
    return sides_.try_emplace(number, grid_).first->second;
  }

  test::ShiftedClock clock_;
  test::MemoryGrid grid_{clock_, test::MemoryGrid::Waits::sleep};
  std::map<int, test::MemoryTestQueue> sides_;
};

class OverHttp final : public test::QueueWorld {
 public:
  explicit OverHttp(std::string database = ":memory:") : grid(std::move(database)) {}

  void submit(const adt::QueueName& queue, const std::string& package,
              const std::string& json) override {
    codec::Map request{{"queue", queue.text()},
                       {"package", package},
                       {"parameters", codec::parse_json(json).value()}};
    grid.ask(sys::HttpMethod::post, "jobs", std::move(request));
  }
  queue::TestQueue& worker(int number) override { return side(number).queue; }
  void pass(std::chrono::seconds time) override { grid.pass(time); }
  void lose(int) override {
    grid.pass(91s);    // the time of the lease
    grid.pass(10min);  // the rest after an attempt that failed
  }
  void cancel(const queue::Lease& lease) override {
    grid.ask(sys::HttpMethod::post, "jobs/j-" + std::to_string(lease.job) + ":cancel",
             codec::Map{{"by", "jane"}});
  }
  void cut(int worker) override { side(worker).relay.set(test::Relay::Mode::cut); }
  void lose_answers(int worker) override {
    side(worker).relay.set(test::Relay::Mode::lose_answers);
  }
  void mend(int worker) override { side(worker).relay.set(test::Relay::Mode::pass); }
  std::vector<std::string> counted() override {
    const auto answer = grid.ask(sys::HttpMethod::get, "runs?limit=500");
    std::vector<std::string> all;
    for (const auto& run : *answer.find("runs")->list())
      all.push_back(*run.find("package")->string() + " " + *run.find("outcome")->string());
    std::ranges::sort(all);
    return all;
  }

  test::ServedGrid grid;

 private:
  struct Side {
    explicit Side(int port) : relay(port) {}
    test::Relay relay;
    std::unique_ptr<sys::HttpClient> http = sys::curl_http_client();
    queue::HttpTestQueue queue{*http, "http://127.0.0.1:" + std::to_string(relay.port()), ""};
  };
  Side& side(int number) { return sides_.try_emplace(number, grid.port()).first->second; }

  std::map<int, Side> sides_;
};

}  // namespace

// testgrid 1.4
TEST_CASE_TEMPLATE("test queue: every promise is kept", World, QueueInMemory, OverHttp) {
  for (const auto& promise : test::test_queue_promises()) {
    INFO(std::string(promise.name));
    World world;
    promise.check(world);
  }
}

// testgrid 1.4
TEST_CASE("test queue: a lease survives the server, and so does what it fences") {
  auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
  const std::string directory = ::mkdtemp(pattern.data());
  const adt::QueueName queue{"", "noble", "amd64"};
  {
    OverHttp world(directory + "/grid.db");
    auto& worker = world.worker(1);
    world.submit(queue, "bash", R"({"triggers": ["glibc/2.40-1"]})");
    const auto lease = worker.lease({"host1-1", {queue}, 0s}).value();
    REQUIRE(lease);

    world.grid.stop();
    const auto down = worker.heartbeat(*lease, {});
    world.grid.start();

    REQUIRE_FALSE(down);
    CHECK(down.error().kind == base::ErrorKind::unavailable);
    CHECK(worker.heartbeat(*lease, {}) == queue::Order::go_on);
    CHECK(world.worker(2).lease({"host2-1", {queue}, 0s}).value() == std::nullopt);
    auto stale = *lease;
    --stale.epoch;
    CHECK(worker.heartbeat(stale, {}).error().kind == base::ErrorKind::conflict);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace sluice
