// DiskShortage: a disk of the worker's host that has less room than it must. A value. Source:
// testgrid 1.1 (INFRA.DISK.WORKER).
#pragma once

#include <cstdint>
#include <string>

namespace sluice::adt {

struct DiskShortage {
  std::string path;  // by which the disk was looked at
  std::uint64_t free_bytes = 0, min_bytes = 0;

  friend bool operator==(const DiskShortage&, const DiskShortage&) = default;
};

// "/tmp: 1048576 bytes free, fewer than 268435456".
std::string text_of(const DiskShortage& shortage);

}  // namespace sluice::adt
