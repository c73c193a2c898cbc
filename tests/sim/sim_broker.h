// SimBroker: a message broker on a machine of its own, and the server's connections to it. Messages
// wait in queues; one that was taken and not settled comes again. Source: autopkgtest 1.1 to 1.4.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "queue/message_ports.h"
#include "sim/ledger.h"
#include "sim/sim_disk.h"

namespace sluice::sim {

class SimBroker {
 public:
  struct Message {
    std::uint64_t id = 0;
    std::string body;
    bool is_taken = false, was_taken = false;
  };

  void put(const std::string& queue, const std::string& body) {
    queues[queue].push_back({++messages_, body, false, false});
  }
  // To all who listen to the exchange of ends.
  void put_end(const std::string& body);
  void give_back(const std::set<std::uint64_t>& ids);
  void forget(std::uint64_t id);
  std::size_t waiting() const;

  std::map<std::string, std::deque<Message>> queues;
  std::map<std::string, int> sent;  // requests by body that the server got into a queue
  bool is_down = false;

 private:
  std::uint64_t messages_ = 0;
};

inline constexpr const char* kEndsQueue = "complete-listener-sim";
inline constexpr const char* kForeignQueue = "debci-noble-s390x";
inline constexpr const char* kIngestQueue = "debci-noble-amd64";

// What the connections of one server share.
struct BrokerLink {
  SimBroker& broker;
  SimDisk& machine;
  SimRandom& random;
  Coverage& coverage;
  Ledger& ledger;
  bool& is_calm;  // no faults any more
};

class SimSink final : public queue::MessageSink {
 public:
  explicit SimSink(BrokerLink link) : link_(link) {}
  std::vector<queue::SendOutcome> publish(std::span<const queue::AmqpMessage> messages) override;

 private:
  queue::SendOutcome send(const queue::AmqpMessage& message);
  void arrive(const queue::AmqpMessage& message);

  BrokerLink link_;
};

class SimSource final : public queue::MessageSource {
 public:
  SimSource(BrokerLink link, std::string queue) : link_(link), queue_(std::move(queue)) {}
  ~SimSource() override { drop(); }  // the connection ends: what was taken comes again
  base::Result<std::vector<queue::AmqpDelivery>> receive(std::chrono::milliseconds wait) override;
  base::Result<void> settle(std::span<const queue::Settle> fates) override;
  void drop() override;

 private:
  BrokerLink link_;
  std::string queue_;
  std::vector<SimBroker::Message> taken_;
};

}  // namespace sluice::sim
