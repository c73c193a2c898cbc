#include "worker/disk_watch.h"

#include <algorithm>

namespace sluice::worker {

DiskWatch::DiskWatch(const Settings& settings, sys::FileSystem& files)
    : files_(files),
      paths_{settings.work_directory, settings.temporary_directory},
      min_bytes_(settings.config.disk_free_min) {}

std::optional<adt::DiskShortage> DiskWatch::look() {
  adt::DiskShortage tightest{"", 0, min_bytes_};
  latest_.reset();
  for (const auto& path : paths_) {
    const auto free = path.empty() ? std::nullopt : files_.free_bytes(path);
    if (!free || (latest_ && *latest_ <= *free)) continue;
    latest_ = tightest.free_bytes = *free;
    tightest.path = path;
  }
  if (!latest_) return std::nullopt;
  least_ = std::min(least_.value_or(*latest_), *latest_);
  if (*latest_ >= min_bytes_) return std::nullopt;
  return tightest;
}

}  // namespace sluice::worker
