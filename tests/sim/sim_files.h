// SimFiles: a FileSystem on a SimDisk, which does what that of the machine does: written beside,
// synced, renamed, and the directory synced. Directories themselves are always there and never
// lost.
#pragma once

#include "sim/sim_disk.h"
#include "sys/files.h"

namespace sluice::sim {

class SimFiles final : public sys::FileSystem {
 public:
  explicit SimFiles(SimDisk& disk) : disk_(disk) {}

  base::Result<std::unique_ptr<sys::FileView>> open(const std::string& path) override;
  base::Result<sys::FileStatus> status(const std::string& path) override;
  base::Result<std::vector<std::string>> list(const std::string& directory) override;
  base::Result<void> replace(const std::string& path, std::string_view bytes) override;
  base::Result<void> append(const std::string& path, std::string_view bytes) override;
  base::Result<void> create_directories(const std::string& path) override;
  base::Result<void> remove(const std::string& path) override;
  base::Result<void> rename(const std::string& from, const std::string& to) override;
  base::Result<std::unique_ptr<sys::FileLock>> lock(const std::string& path) override;

 private:
  SimDisk& disk_;
};

}  // namespace sluice::sim
