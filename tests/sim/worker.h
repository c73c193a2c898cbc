// Worker: one slot of a worker of ours: asks for a test, says that it lives, stores the files,
// tells the end. For each test it draws how it behaves: well, slowly, not at all, or as a liar.
#pragma once

#include <string>

#include "queue/test_queue.h"
#include "sim/caller.h"

namespace sluice::sim {

class Worker {
 public:
  Worker(World& world, std::string name) : world_(world), name_(std::move(name)) {}

  void begin();
  void calm_down();  // honest from the next test on; one that is gone comes back

 private:
  enum class Manner : std::uint8_t {
    ok,
    slow,
    lost,
    dies_preparing,
    dies_running,
    dies_collecting,
    infra,
    gives_back,
    says_again,
    stale_epoch,
    other_files,
    no_files,  // or an exit code that the outcome contradicts
    other_lease
  };

  // Runs `what` later, unless the worker left this test meanwhile.
  void later(World::Time delay, std::function<void()> what);
  void ask();
  void take(const queue::Lease& lease);
  void beat(queue::Phase phase);
  void keep_beating(queue::Phase phase);
  void run();
  void end_run();
  void cast_doubt(adt::AttemptEnd& end);
  void upload(const adt::AttemptEnd& end, int tries);
  void tell(const adt::AttemptEnd& end);
  void say_again(const adt::AttemptEnd& end);
  void ask_retry(std::int64_t job);
  void give_back();
  void lie();
  void tell_lie(const flow::LeaseRef& as, const adt::AttemptEnd& end, std::string_view what);
  void die(World::Time away);
  void hit(std::string_view what) { world_.coverage.hit(what); }

  World& world_;
  std::string name_;
  Manner manner_ = Manner::ok;
  queue::Lease lease_;
  std::uint64_t life_ = 0;  // grows when it leaves a test
};

}  // namespace sluice::sim
