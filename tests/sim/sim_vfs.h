// SimVfs: SQLite's files on a SimDisk, for all databases of the program while it lives. Does what
// SQLite's own does on Unix, names and order of syncs included; the memory that connections share
// for a log (WAL) is gone with its last user. One world at a time. Source: sqlite.org/c3ref/vfs.
#pragma once

#include <memory>

#include "sim/sim_disk.h"
#include "sys/clock.h"

namespace sluice::sim {

struct VfsState;

class SimVfs {
 public:
  SimVfs(SimDisk& disk, SimRandom& random, sys::Clock& clock);
  SimVfs(const SimVfs&) = delete;
  SimVfs& operator=(const SimVfs&) = delete;
  ~SimVfs();

 private:
  std::unique_ptr<VfsState> state_;
};

}  // namespace sluice::sim
