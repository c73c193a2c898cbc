// The doors of a worker: which queue and which store, as the command line and the environment name
// them. The only place that makes them. Source: autopkgtest 2.1.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command_line.h"
#include "queue/amqp_url.h"
#include "queue/test_queue.h"
#include "results/result_store.h"
#include "results/swift_access.h"
#include "results/swift_account.h"
#include "sys/host_gauge.h"
#include "sys/http_client.h"
#include "sys/processes.h"
#include "sys/waiter.h"
#include "worker/doors.h"

namespace sluice::cli {

// What all slots share; every one may be used by several threads.
struct SharedDoors {
  sys::FileSystem& files;
  sys::Clock& clock;
  sys::Signals& signals;
  sys::ProcessGroups& groups;
  sys::HostGauge& gauge;
  sys::Processes& processes;
  base::Log& log;
};

// Where results go. `access` counts if it has an address.
struct StorePlace {
  std::string directory;
  results::SwiftAccess access;
};

struct Places {
  std::string server, token;
  std::optional<queue::AmqpBrokers> brokers;  // in place of the server
  StorePlace store;
};

// From `--results` (an http address is a Swift store, all else a directory), else SWIFT_AUTH_URL,
// else a directory; who we are to Swift stands in SWIFT_USERNAME and the like. Errors: invalid.
base::Result<StorePlace> store_place(const std::string& results);

// What a slot has for itself, in the order in which one thing refers to another.
class SlotDoors {
 public:
  SlotDoors(const SharedDoors& shared, const worker::Settings& settings, const worker::Slot& slot,
            const Places& places);
  worker::Doors doors();

 private:
  SharedDoors shared_;
  std::unique_ptr<sys::Waiter> waiter_;
  std::unique_ptr<sys::HttpClient> queue_http_, store_http_;
  std::unique_ptr<queue::TestQueue> queue_;
  std::unique_ptr<results::SwiftAccount> account_;
  std::unique_ptr<results::ResultStore> store_;
  std::unique_ptr<worker::PpaKeys> keys_;
};

}  // namespace sluice::cli
