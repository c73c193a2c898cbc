// TestQueue: a worker's side of a queue. It takes one request on a lease, says that it still works
// on it, and ends it. The lease is the guarantee, never a broker's acknowledgement.
// Source: testgrid 1.4; autopkgtest 1.4.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adt/attempt.h"
#include "adt/message.h"
#include "base/result.h"
#include "queue/host_load.h"

namespace sluice::queue {

struct LeaseAsk {
  std::string worker;                  // a name that no other slot of the grid has
  std::vector<adt::QueueName> queues;  // where it may take from; not empty
  std::chrono::seconds wait{0};        // how long to wait for work, at most
  // Which of those that were started under this name it is: the same when it starts again. "": it
  // does not say.
  std::string instance = {};
};

struct Lease {
  std::int64_t job = 0;    // number of the request in the grid
  std::int64_t epoch = 0;  // fencing token: grows with every lease of the job
  int attempt = 1;
  adt::QueueName queue;
  adt::RequestMessage request;
  std::chrono::seconds ttl{90};        // without a heartbeat for so long the lease is over
  std::chrono::seconds heartbeat{15};  // how often to send one
  // A failure with a suspicion runs again so often: it is then put aside (AttemptEnd::run_again).
  int suspect_reruns_left = 0;
};

enum class Phase : std::uint8_t { preparing, running, collecting };

// The most of a log that one heartbeat brings: a worker that writes more leaves out the older
// bytes.
inline constexpr std::size_t kLogPieceMax = std::size_t{64} << 10;

// The most of Progress::log_tail: a worker's own has a few lines and 2,000 bytes. What workers say
// is kept in memory for each lease.
inline constexpr std::size_t kLogTailMax = std::size_t{128} << 10;

// A part of a log, as the tests wrote it.
struct LogPiece {
  std::uint64_t from = 0;  // where it begins
  std::string bytes;       // any; at most kLogPieceMax
};

struct Progress {
  Phase phase = Phase::preparing;
  std::chrono::seconds duration{0};  // since the attempt began
  std::uint64_t log_bytes = 0;
  std::string log_tail;     // as status messages show it (autopkgtest 1.2); at most kLogTailMax
  std::string test;         // that runs now, "" unknown; one line, as adt::quoted() cuts it
  LogPiece log_piece = {};  // what the queue has not heard yet; never of a private run
  // How far the run came, as its log tells it: finer than the phase, and for people. Nothing: not
  // told.
  std::optional<adt::RunPhase> reached = std::nullopt;
  HostLoad load = {};
};

// What the queue wants of the worker.
enum class Order : std::uint8_t { go_on, stop };

using adt::AttemptEnd;

class TestQueue {
 public:
  TestQueue() = default;
  TestQueue(const TestQueue&) = delete;
  TestQueue& operator=(const TestQueue&) = delete;
  virtual ~TestQueue() = default;

  // The next request, or nothing when none came in time. Errors: unavailable (try again later),
  // denied, conflict (another instance has the name, and lives: nothing was changed).
  virtual base::Result<std::optional<Lease>> lease(const LeaseAsk& ask) = 0;

  // Keeps the lease, and the name for the instance that asked. Errors: conflict (it is lost: stop
  // the run, its result counts no more), unavailable (go on; the lease may still hold).
  virtual base::Result<Order> heartbeat(const Lease& lease, const Progress& progress) = 0;

  // The attempt is over and its files are stored. Saying it twice is harmless. Errors: conflict
  // (somebody else has the job), unavailable (say it again), invalid (it contradicts itself or the
  // lease: nothing was heard, and the lease holds as long as it is kept).
  virtual base::Result<void> finish(const Lease& lease, const AttemptEnd& end) = 0;

  // Did not run, another worker shall: at once, and nobody is to blame. Errors as finish().
  virtual base::Result<void> give_back(const Lease& lease, const std::string& why) = 0;
};

}  // namespace sluice::queue
