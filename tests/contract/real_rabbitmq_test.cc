// The contracts of the two kinds of queues, asked of the RabbitMQ that the environment names;
// queues_amqp_test.py starts one. Skipped without.
//
// covers: amqp_test_queue.cc amqp_request_queue.cc
#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "adt/exit_code.h"
#include "base/text.h"
#include "contract/message_ports_contract.h"
#include "contract/request_queue_contract.h"
#include "contract/test_queue_contract.h"
#include "queue/amqp_fanout.h"
#include "queue/amqp_ingress.h"
#include "queue/amqp_request_queue.h"
#include "queue/amqp_sink.h"
#include "queue/amqp_test_queue.h"
#include "support/relay.h"
#include "support/served_grid.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

// `which`: "" for the account that may do everything, "SUBMIT_" for one that may publish to queues
// which exist and nothing else, as gates have it.
std::string url_text(const std::string& which = "") {
  const char* value = ::getenv(("SLUICE_TEST_AMQP_" + which + "URL").c_str());
  return value == nullptr ? "" : value;
}

bool has_no_broker() { return url_text().empty(); }

class OverAmqp final : public test::QueueWorld {
 public:
  explicit OverAmqp(const std::string& name) : name_(name) {
    listener_ = queue::AmqpConnection::open(url_, {}).value();
    REQUIRE(listener_->declare(queue::fanout_topology()));
    REQUIRE(listener_->declare(queue::completion_listener(name_)));
  }

  // Nobody numbers leases or could stop a test: the reasons stand at the traits.
  test::QueueTraits traits() const override { return {.fences = false, .cancels = false}; }
  std::string release() const override { return name_; }
  void submit(const adt::QueueName& queue, const std::string& package,
              const std::string& json) override {
    queue::AmqpSink sink({url_}, {{queue.text()}, {}, {}}, {});
    const std::vector<queue::AmqpMessage> messages{{"", queue.text(), package + "\n" + json}};
    REQUIRE(sink.publish(messages).at(0).state == queue::SendState::confirmed);
  }
  queue::TestQueue& worker(int number) override { return side(number).queue; }
  void pass(std::chrono::seconds) override {}  // a broker has no clock that tests could set
  void lose(int worker) override {
    cut(worker);
    mend(worker);
  }
  void cancel(const queue::Lease&) override { FAIL("a broker cancels nothing"); }
  void cut(int worker) override { side(worker).relay.set(test::Relay::Mode::cut); }
  void lose_answers(int worker) override {
    side(worker).relay.set(test::Relay::Mode::lose_answers);
  }
  void mend(int worker) override { side(worker).relay.set(test::Relay::Mode::pass); }

  std::vector<std::string> counted() override {
    const auto queue = queue::completion_listener(name_).queues.at(0);
    for (auto got = listener_->get(queue).value(); got; got = listener_->get(queue).value()) {
      REQUIRE(listener_->acknowledge(got->tag));
      const auto complete = adt::parse_complete(got->body).value();
      const auto outcome = adt::text_of(adt::outcome_of_exit(complete.exit_code));
      runs_.emplace(complete.place.directory, complete.package + " " + std::string(outcome));
    }
    std::vector<std::string> all;
    for (const auto& [directory, text] : runs_) all.push_back(text);
    std::ranges::sort(all);
    return all;
  }

 private:
  struct Side {
    Side(const queue::AmqpUrl& url, std::uint64_t seed)
        : relay(url.port), queue({with_port(url, relay.port())}, limits(), *clock, seed, log) {}

    static queue::AmqpUrl with_port(queue::AmqpUrl url, int port) {
      url.port = port;
      return url;
    }
    static queue::AmqpLimits limits() {
      auto limits = queue::standalone_limits();
      limits.connect = limits.confirm = 30s;
      return limits;
    }

    test::Relay relay;
    test::SilentLog log;
    std::unique_ptr<sys::Clock> clock = sys::system_clock();
    queue::AmqpTestQueue queue;
  };
  Side& side(int number) {
    auto& side = sides_[number];
    if (!side) side = std::make_unique<Side>(url_, static_cast<std::uint64_t>(number));
    return *side;
  }

  std::string name_;
  queue::AmqpUrl url_ = queue::parse_amqp_url(url_text()).value();
  std::unique_ptr<queue::AmqpConnection> listener_;
  std::map<std::string, std::string> runs_;  // directory -> "bash PASS"
  std::map<int, std::unique_ptr<Side>> sides_;
};

class MessagesOverAmqp final : public test::MessageWorld {
 public:
  explicit MessagesOverAmqp(const std::string& name) : queue_name_("debci-" + name + "-amd64") {
    const auto owner = queue::AmqpConnection::open(to_, {}).value();
    REQUIRE(owner->declare({{queue_name_}, {}, {}}));
    to_.port = relay_.port();
  }
  std::string queue_name() const override { return queue_name_; }
  std::unique_ptr<queue::MessageSource> source() override {
    return std::make_unique<queue::AmqpIngress>(
        queue::AmqpBrokers{to_}, queue::AmqpTopology{{queue_name_}, {}, {}}, queue::AmqpLimits{});
  }
  std::unique_ptr<queue::MessageSink> sink() override {
    return std::make_unique<queue::AmqpSink>(queue::AmqpBrokers{to_}, queue::AmqpTopology{},
                                             queue::AmqpLimits{});
  }
  void cut() override { relay_.set(test::Relay::Mode::cut); }
  void mend() override { relay_.set(test::Relay::Mode::pass); }

 private:
  std::string queue_name_;
  queue::AmqpUrl to_ = queue::parse_amqp_url(url_text()).value();
  test::Relay relay_{to_.port};
};

class RequestsOverAmqp final : public test::RequestWorld {
 public:
  explicit RequestsOverAmqp(std::string name) : queue_name_("debci-" + name + "-amd64") {
    reader_ = queue::AmqpConnection::open(queue::parse_amqp_url(url_text()).value(), {}).value();
    REQUIRE(reader_->declare({{queue_name_}, {}, {}}));
  }

  test::RequestTraits traits() const override { return {.can_be_read = false}; }
  queue::RequestQueue& queue() override { return *queue_; }
  queue::RequestQueue& later() override { return *later_; }
  std::string queue_name() const override { return queue_name_; }
  std::vector<std::string> arrived() override {
    for (auto got = reader_->get(queue_name_).value(); got;
         got = reader_->get(queue_name_).value()) {
      REQUIRE(reader_->acknowledge(got->tag));
      const auto message = adt::parse_message(got->body).value();
      auto text = message.package;
      for (const auto* words : {&message.triggers, &message.ppas})
        if (!words->empty()) text += " " + base::join(*words, " ");
      arrived_.push_back(std::move(text));
    }
    return arrived_;
  }
  bool be_gone() override {
    relay_.set(test::Relay::Mode::cut);
    return true;
  }

 private:
  std::unique_ptr<queue::RequestQueue> open() {
    auto url = queue::parse_amqp_url(url_text("SUBMIT_")).value();
    url.port = relay_.port();
    return queue::amqp_request_queue(std::move(url), adt::TriggerStyle::list, {});
  }

  std::string queue_name_;
  test::Relay relay_{queue::parse_amqp_url(url_text()).value().port};
  std::unique_ptr<queue::AmqpConnection> reader_;
  std::vector<std::string> arrived_;
  std::unique_ptr<queue::RequestQueue> queue_ = open(), later_ = open();
};

}  // namespace

// autopkgtest 1.1, migration 4.6.6
TEST_CASE("real RabbitMQ: every promise of request queues is kept" *
          doctest::skip(has_no_broker())) {
  int number = 0;
  for (const auto& promise : test::request_queue_promises()) {
    INFO(std::string(promise.name));
    RequestsOverAmqp world("r" + std::to_string(++number));
    promise.check(world);
  }
}

// autopkgtest 1.1, 1.4
TEST_CASE("real RabbitMQ: every promise of messages to and from a broker is kept" *
          doctest::skip(has_no_broker())) {
  int number = 0;
  for (const auto& promise : test::message_port_promises()) {
    INFO(std::string(promise.name));
    MessagesOverAmqp world("m" + std::to_string(++number));
    promise.check(world);
  }
}

// autopkgtest 1.4, testgrid 1.4
TEST_CASE("real RabbitMQ: every promise of test queues is kept" * doctest::skip(has_no_broker())) {
  int number = 0;
  for (const auto& promise : test::test_queue_promises()) {
    INFO(std::string(promise.name));
    OverAmqp world("c" + std::to_string(++number));
    promise.check(world);
  }
}

// autopkgtest 2.6; testgrid 1.5 (T10)
TEST_CASE("real RabbitMQ: attempts are counted from worker to worker, the third is the last" *
          doctest::skip(has_no_broker())) {
  OverAmqp world("h1");
  const adt::QueueName name{"", world.release(), "amd64"};
  world.submit(name, "bash", "{}");
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const auto lease = world.worker(attempt).lease({"w", {name}, 1s}).value();
    REQUIRE(lease);
    CHECK(lease->attempt == attempt);
    adt::AttemptEnd end;
    end.outcome = adt::Outcome::infra_boot;
    REQUIRE(world.worker(attempt).finish(*lease, end));
  }
  CHECK_FALSE(world.worker(1).lease({"w", {name}, 1s}).value());
  const auto reader = queue::AmqpConnection::open(queue::parse_amqp_url(url_text()).value(), {});
  const auto held = (*reader)->get(queue::held_queue_of(name.text())).value();
  REQUIRE(held);
  CHECK(held->body == "bash\n{}");
  CHECK(held->attempts == 3);
  CHECK((*reader)->acknowledge(held->tag));
}

}  // namespace sluice
