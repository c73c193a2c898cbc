#include "worker/lease_keeper.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::worker {
namespace {

constexpr const char* kPrivateTail = "The log of a private test is not shown.\n";

}  // namespace

LeaseKeeper::LeaseKeeper(const queue::Lease& lease, Doors& doors, DiskWatch& disk)
    : lease_(lease),
      doors_(doors),
      disk_(disk),
      begin_(doors.clock.now()),
      next_(begin_ + lease.heartbeat) {}

std::chrono::seconds LeaseKeeper::duration() {
  const auto passed = std::chrono::duration_cast<std::chrono::seconds>(doors_.clock.now() - begin_);
  return std::max(passed, std::chrono::seconds(0));  // the clock may be set back
}

queue::Progress LeaseKeeper::progress(const LogTail& tail, queue::Phase phase) {
  const bool is_private = lease_.request.is_private();
  return {.phase = phase,
          .duration = duration(),
          .log_bytes = tail.bytes(),
          .log_tail = is_private ? kPrivateTail : tail.text(),
          .test = is_private ? "" : tail.test(),
          .log_piece = is_private ? queue::LogPiece() : tail.since(heard_),
          .reached = tail.reached(),
          .load = load()};
}

queue::HostLoad LeaseKeeper::load() {
  queue::HostLoad load;
  if (group_) load.rss_bytes = doors_.gauge.resident_bytes(*group_);
  (void)disk_.look();  // whether it is enough is another's to ask
  load.disk_free_bytes = disk_.latest();
  load.pressure = doors_.gauge.pressure();
  return load;
}

Verdict LeaseKeeper::look(const LogTail& tail, queue::Phase phase) {
  if (verdict_ != Verdict::wanted) return verdict_;
  if (wish_of(doors_.signals.seen()) == Wish::stop_now) return verdict_ = Verdict::stop_now;
  const auto now = doors_.clock.now();
  // The clock may also jump back: then the next heartbeat must not be hours away.
  const bool is_over = phase == queue::Phase::collecting && !has_told_end_;
  if (!is_over && now < next_ && next_ - now <= lease_.heartbeat) return verdict_;
  has_told_end_ = has_told_end_ || is_over;
  next_ = now + lease_.heartbeat;
  const auto told = progress(tail, phase);
  const auto order = doors_.queue.heartbeat(lease_, told);
  if (order) heard_ = told.log_bytes;
  if (order && *order == queue::Order::stop) verdict_ = Verdict::cancelled;
  if (!order && order.error().kind == base::ErrorKind::conflict && !is_over)
    verdict_ = Verdict::lost;
  if (!order && order.error().kind != base::ErrorKind::conflict)
    doors_.log.warn(
        fmt::format("worker: heartbeat of job {}: {}", lease_.job, order.error().text()));
  return verdict_;
}

}  // namespace sluice::worker
