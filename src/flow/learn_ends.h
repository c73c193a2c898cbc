// LearnEnds: the runs of workers that are not ours become run rows, and the ends of the jobs that
// were published for them. Source: autopkgtest 1.3; decision 18 (b).
#pragma once

#include <chrono>

#include "flow/take_messages.h"

namespace sluice::flow {

// Of a completion message; an honest one has some hundred bytes and its triggers.
inline constexpr std::size_t kCompleteBytesMax = std::size_t{1} << 20;

class LearnEnds {
 public:
  // Borrows all; `source` is the thread's from start() on, its topology
  // queue::completion_listener().
  LearnEnds(queue::MessageSource& source, Keeper& keeper, base::Log& log);

  void start() { messages_.start(); }
  // Before the keeper is stopped.
  void stop() { messages_.stop(); }

  // What has come, as rows; answers how long to wait before the next turn.
  std::chrono::milliseconds turn() { return messages_.turn(); }

 private:
  TakeMessages messages_;
};

}  // namespace sluice::flow
