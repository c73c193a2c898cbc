// LogRings: the latest bytes of the logs of tests that run, one ring a lease, for who follows them.
// In memory and bounded: they are gone with the process, and the stored log of the run is the whole
// one. One thread. Source: testgrid 1.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::grid {

struct LogLimits {
  std::size_t each = std::size_t{256} << 10;  // bytes of one lease
  std::size_t all = std::size_t{64} << 20;    // of all together: 256 that are full
};

// Bytes of a log without a gap.
struct LogSlice {
  std::int64_t epoch = 0;  // of the lease that wrote them; 0: there is no log
  std::uint64_t from = 0;  // where they begin in its log
  std::string bytes;       // "": nothing yet
  friend bool operator==(const LogSlice&, const LogSlice&) = default;
};

class LogRings {
 public:
  explicit LogRings(LogLimits limits = {}) : limits_(limits) {}

  // `bytes` stand at `from` in the log of the lease. What is known already is passed over; between
  // this and the last bytes there may be a gap. Beyond the limits the oldest bytes go, of all
  // leases those of the longest. `from` plus the size fits its type.
  void add(std::int64_t job, std::int64_t epoch, std::uint64_t from, std::string_view bytes);

  // The first bytes at `from` or after it, a part of them: ask again from where they end. Once the
  // lease has no more and a later one has a log, that one's from its beginning. `epoch` 0: of the
  // latest lease.
  LogSlice read(std::int64_t job, std::int64_t epoch, std::uint64_t from) const;

  void forget(std::int64_t job, std::int64_t epoch);
  void clear();
  std::size_t size() const { return size_; }  // bytes of all

 private:
  struct Piece {
    std::uint64_t from = 0;
    std::string bytes;
    std::uint64_t end() const { return from + bytes.size(); }
  };
  struct Ring {
    std::deque<Piece> pieces;  // by place, none empty, none reaches into the next
    std::size_t size = 0;
  };
  using Rings = std::map<std::pair<std::int64_t, std::int64_t>, Ring>;  // by job and epoch

  void shorten(Ring& ring, std::size_t size_max);

  LogLimits limits_;
  Rings rings_;
  std::size_t size_ = 0;
};

}  // namespace sluice::grid
