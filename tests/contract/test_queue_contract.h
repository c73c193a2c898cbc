// What every TestQueue promises (queue/test_queue.h), asked of whichever a test brings.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "queue/test_queue.h"

namespace sluice::test {

// Where the specification allows queues to differ.
struct QueueTraits {
  // The queue itself knows its leases: it numbers the jobs and their leases, lets leases that are
  // not kept run out, and refuses what a worker says without one. A broker knows connections and
  // no leases: whose connection is lost may run the test to its end, it counts, and the request
  // may run twice. Source: testgrid 1.4 and autopkgtest 1.4, options (a) and (b).
  bool fences = true;
  // A running test can be cancelled; with a broker there is nobody who could say so. Source:
  // testgrid 1.5 (T12), autopkgtest 1.5.
  bool cancels = true;
};

// A queue with everything around it: producers, workers 1 to 4, time and the network.
class QueueWorld {
 public:
  QueueWorld() = default;
  QueueWorld(const QueueWorld&) = delete;
  QueueWorld& operator=(const QueueWorld&) = delete;
  virtual ~QueueWorld() = default;

  virtual QueueTraits traits() const { return {}; }
  // A release whose queues no other world has.
  virtual std::string release() const { return "noble"; }
  // A producer asks for a test; `json` has the parameters of a request message.
  virtual void submit(const adt::QueueName& queue, const std::string& package,
                      const std::string& json) = 0;
  // The side of this worker, made at the first call; of one thread then.
  virtual queue::TestQueue& worker(int number) = 0;
  // Time passes, as far as the queue's clock is concerned.
  virtual void pass(std::chrono::seconds time) = 0;
  // The queue takes this worker for dead; what the request rests after that is over, too.
  virtual void lose(int worker) = 0;
  virtual void cancel(const queue::Lease& lease) = 0;
  // The worker's network: gone; giving no answers but delivering what is said; whole again.
  virtual void cut(int worker) = 0;
  virtual void lose_answers(int worker) = 0;
  virtual void mend(int worker) = 0;
  // "bash PASS" of each run that counts, sorted. The same run told twice is one.
  virtual std::vector<std::string> counted() = 0;
};

struct QueuePromise {
  const char* name;
  void (*check)(QueueWorld& world);  // of a world of its own
};

std::vector<QueuePromise> test_queue_promises();
// Of these, the ones about waiting, crowds and the network.
std::span<const QueuePromise> promises_in_trouble();

}  // namespace sluice::test
