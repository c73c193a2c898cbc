// The contract of messages to a broker and from it, asked of the simulator's. The real RabbitMQ:
// real_rabbitmq_test.cc.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "contract/message_ports_contract.h"
#include "sim/sim_broker.h"

namespace sluice {
namespace {

// Of a machine that stays on, without the faults that chance would bring.
class SimulatedBroker final : public test::MessageWorld {
 public:
  std::string queue_name() const override { return "debci-noble-riscv64"; }
  std::unique_ptr<queue::MessageSource> source() override {
    return std::make_unique<sim::SimSource>(link(), queue_name());
  }
  std::unique_ptr<queue::MessageSink> sink() override {
    return std::make_unique<sim::SimSink>(link());
  }
  void cut() override { broker_.is_down = true; }
  void mend() override { broker_.is_down = false; }

 private:
  sim::BrokerLink link() { return {broker_, disk_, random_, coverage_, ledger_, is_calm_}; }

  sim::SimRandom random_{1};
  sim::Coverage coverage_;
  sim::SimDisk disk_{random_, coverage_};
  sim::SimBroker broker_;
  sim::Ledger ledger_;
  bool is_calm_ = true;
};

}  // namespace

// autopkgtest 1.4
TEST_CASE("message ports: the simulated broker keeps every promise") {
  for (const auto& promise : test::message_port_promises()) {
    INFO(std::string(promise.name));
    SimulatedBroker world;
    promise.check(world);
  }
}

}  // namespace sluice
