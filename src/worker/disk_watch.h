// DiskWatch: whether the disks that tests write to have the room that worker.conf wants
// (disk_free_min). Of one thread: a slot has one between its runs, and each run has its own. A disk
// that does not tell what is free is taken for one with room. Source: testgrid 1.1
// (INFRA.DISK.WORKER), 1.3 (item 2: telemetry of the worker, not of the testbed).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adt/disk_shortage.h"
#include "sys/files.h"
#include "worker/doors.h"

namespace sluice::worker {

class DiskWatch {
 public:
  // Looks at the work directory and at the one for temporary files; they may be on one disk.
  DiskWatch(const Settings& settings, sys::FileSystem& files);

  // The disk with the least room, if that is too little now. It asks the file system each time.
  std::optional<adt::DiskShortage> look();

  // The least that was free on any of the disks when somebody looked; nothing: none tells.
  std::optional<std::uint64_t> least() const { return least_; }
  // What the latest look found.
  std::optional<std::uint64_t> latest() const { return latest_; }

 private:
  sys::FileSystem& files_;
  std::vector<std::string> paths_;
  std::uint64_t min_bytes_;
  std::optional<std::uint64_t> least_, latest_;
};

}  // namespace sluice::worker
