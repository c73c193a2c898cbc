// LogTail: what status messages show of a log that still grows, and what it says of the run's
// progress, for people: it proves nothing. Source: autopkgtest 1.2, 2.5.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "queue/test_queue.h"

namespace sluice::worker {

class LogTail {
 public:
  void add(std::string_view bytes);

  // The first five lines, a marker, and the last 2000 bytes from a line's beginning on; a short log
  // is there twice, as the peers have it. Valid UTF-8.
  std::string text() const;
  // The log from the byte `from` on, of that the last queue::kLogPieceMax bytes; as it was written.
  queue::LogPiece since(std::uint64_t from) const;
  std::uint64_t bytes() const { return bytes_; }
  queue::Phase phase() const { return phase_; }
  adt::RunPhase reached() const { return reached_; }  // never goes back
  const std::string& test() const { return test_; }   // that runs now; "" none

 private:
  void look_at(std::string_view line);
  void reach(adt::RunPhase phase);

  std::string head_, tail_;
  std::string line_;  // what has come of the line that has no end yet
  int head_lines_ = 0;
  std::uint64_t bytes_ = 0;
  queue::Phase phase_ = queue::Phase::preparing;
  adt::RunPhase reached_ = adt::RunPhase::prepare;
  std::string test_;
};

}  // namespace sluice::worker
