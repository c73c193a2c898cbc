// What every RequestQueue promises (queue/request_queue.h), asked of whichever a test brings.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "queue/request_queue.h"

namespace sluice::test {

// Where the specification allows queues to differ.
struct RequestTraits {
  // What a run that died left uncertain can be looked up; a broker cannot be read. Source:
  // migration 4.6.6.
  bool can_be_read = true;
  // The same request twice is one: the grid has a key for it, a file or a broker has two. Source:
  // testgrid 6.5 (item 1).
  bool merges = false;
  // Requests for a queue that nobody has are refused; a file takes what it is given. Source:
  // autopkgtest 1.1.
  bool knows_queues = true;
};

class RequestWorld {
 public:
  RequestWorld() = default;
  RequestWorld(const RequestWorld&) = delete;
  RequestWorld& operator=(const RequestWorld&) = delete;
  virtual ~RequestWorld() = default;

  virtual RequestTraits traits() const = 0;
  virtual queue::RequestQueue& queue() = 0;
  // The same queue as a later run finds it.
  virtual queue::RequestQueue& later() = 0;
  virtual std::string queue_name() const { return "debci-noble-amd64"; }
  // "bash glibc/2.40-1 gcc-14/14-1" of what is there: source, triggers and PPAs, in the order of
  // arrival.
  virtual std::vector<std::string> arrived() = 0;
  // From now on nothing arrives. False: it lives in this process and cannot be gone.
  virtual bool be_gone() = 0;
};

struct RequestPromise {
  const char* name;
  void (*check)(RequestWorld& world);  // of a world of its own
};

std::span<const RequestPromise> request_queue_promises();

}  // namespace sluice::test
