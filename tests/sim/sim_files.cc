#include "sim/sim_files.h"

#include <algorithm>

namespace sluice::sim {
namespace {

using base::ErrorKind;

class View final : public sys::FileView {
 public:
  explicit View(FileRef file) : file_(std::move(file)) {}
  std::string_view bytes() const override { return file_->bytes; }

 private:
  FileRef file_;
};

class Lock final : public sys::FileLock {};

base::Result<void> result_of(DiskAnswer answer, const std::string& path) {
  if (answer == DiskAnswer::ok) return {};
  return base::fail(ErrorKind::unavailable,
                    path + (answer == DiskAnswer::full ? ": No space left" : ": I/O error"));
}

std::unexpected<base::Error> missing(const std::string& path) {
  return base::fail(ErrorKind::not_found, path + ": No such file");
}

}  // namespace

base::Result<std::unique_ptr<sys::FileView>> SimFiles::open(const std::string& path) {
  auto file = disk_.find(path);
  if (!file) return missing(path);
  if (auto fine = result_of(disk_.read(), path); !fine) return std::unexpected(fine.error());
  return std::make_unique<View>(std::move(file));
}

base::Result<sys::FileStatus> SimFiles::status(const std::string& path) {
  const auto file = disk_.find(path);
  if (!file) return missing(path);
  return sys::FileStatus{
      .size = file->bytes.size(), .modified_ns = file->changed, .inode = file->number};
}

base::Result<std::vector<std::string>> SimFiles::list(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& path : disk_.paths())
    if (path.starts_with(directory + "/") && path.find('/', directory.size() + 1) == path.npos)
      names.push_back(path.substr(directory.size() + 1));
  return names;
}

base::Result<void> SimFiles::replace(const std::string& path, std::string_view bytes) {
  const auto beside = path + ".tmp";
  FileRef file;
  auto done = disk_.create(beside, file);
  if (done == DiskAnswer::ok) done = disk_.write(*file, 0, bytes);
  if (done == DiskAnswer::ok) done = disk_.sync(*file);
  if (done == DiskAnswer::ok) done = disk_.rename(beside, path);
  if (done == DiskAnswer::ok) done = disk_.sync_names();
  if (done != DiskAnswer::ok && disk_.find(beside)) (void)disk_.remove(beside);
  return result_of(done, path);
}

base::Result<void> SimFiles::append(const std::string& path, std::string_view bytes) {
  auto file = disk_.find(path);
  auto done = DiskAnswer::ok;
  if (!file) done = disk_.create(path, file);
  if (done == DiskAnswer::ok && !bytes.empty())
    done = disk_.write(*file, file->bytes.size(), bytes);
  if (done == DiskAnswer::ok) done = disk_.sync(*file);
  return result_of(done, path);
}

base::Result<void> SimFiles::create_directories(const std::string&) { return {}; }

base::Result<void> SimFiles::remove(const std::string& path) {
  if (!disk_.find(path)) return missing(path);
  return result_of(disk_.remove(path), path);
}

base::Result<void> SimFiles::rename(const std::string& from, const std::string& to) {
  if (!disk_.find(from)) return missing(from);
  return result_of(disk_.rename(from, to), from);
}

// One process at a time has the machine: there is nobody to be kept out.
base::Result<std::unique_ptr<sys::FileLock>> SimFiles::lock(const std::string&) {
  return std::make_unique<Lock>();
}

}  // namespace sluice::sim
