// What a worker needs of the world, all of it ports. Source: autopkgtest 2.
#pragma once

#include <string>

#include "base/log.h"
#include "queue/test_queue.h"
#include "results/result_store.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/host_gauge.h"
#include "sys/processes.h"
#include "sys/signals.h"
#include "sys/waiter.h"
#include "worker/config.h"
#include "worker/ppa.h"
#include "worker/remotes.h"
#include "worker/tool.h"

namespace sluice::worker {

// Of one slot. Queue and store are its own, the others may be shared by threads.
struct Doors {
  sys::FileSystem& files;
  sys::Clock& clock;
  sys::Waiter& waiter;
  sys::Signals& signals;
  sys::ProcessGroups& groups;
  sys::HostGauge& gauge;
  queue::TestQueue& queue;
  results::ResultStore& store;
  PpaKeys& keys;
  base::Log& log;
};

// What stays the same from the start of a worker to its end.
struct Settings {
  WorkerConfig config;
  ToolOptions tool;
  std::string program = "autopkgtest";
  std::string work_directory;  // nobody else's; everything in it may be removed at the start
  std::string temporary_directory = "/tmp";  // where the tool and its servers put what they need
  std::string host;
  std::string instance;  // which of those that were started under its name it is (names.h)
  Variables variables;   // of -v
};

// The variable that every process of a worker's tests carries, with the work directory as its
// value: by it a new worker finds what a dead one has left.
inline constexpr const char* kMark = "SLUICE_WORKER_DIRECTORY";

// What an operator wants of all slots.
enum class Wish : std::uint8_t { go_on, finish, stop_now };

// TERM: finish the test; a second TERM: stop it now. HUP: finish the test. Source: autopkgtest 2.8.
inline Wish wish_of(const sys::SignalCounts& seen) {
  if (seen.terminations > 1) return Wish::stop_now;
  return seen.terminations + seen.hangups > 0 ? Wish::finish : Wish::go_on;
}

}  // namespace sluice::worker
