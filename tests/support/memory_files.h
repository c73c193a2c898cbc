// MemoryFileSystem: a disk in memory that can be full, and that forgets at a crash what was not
// synced. Passes the same contract as the machine's disk (tests/contract/file_system_contract.cc).
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/files.h"

namespace sluice::test {

class MemoryFileSystem final : public sys::FileSystem {
 public:
  // Puts a file there without counting as a write; it is durable.
  // Every file that there is, sorted.
  std::vector<std::string> paths() const {
    std::vector<std::string> all;
    for (const auto& [path, bytes] : live_) all.push_back(path);
    return all;
  }

  void put(const std::string& path, std::string_view bytes) {
    (void)create_directories(directory_of(path));
    live_[path] = durable_[path] = bytes;
  }

  // The Nth replace, append or directory from now (1 = the next) fails as on a full disk, and so do
  // all that follow.
  void fill_up_at(int nth) { writes_left_ = nth - 1; }

  // What a power cut leaves: removals and renames that no later write into the same directory
  // synced did not happen.
  void crash() { live_ = durable_; }

  int writes() const { return writes_; }

  // What is free on the disk of the nearest directory that is named here; else it is not known.
  std::map<std::string, std::uint64_t> free;

  std::optional<std::uint64_t> free_bytes(const std::string& path) override {
    for (auto part = path; !part.empty(); part = directory_of(part))
      if (const auto at = free.find(part); at != free.end()) return at->second;
    return std::nullopt;
  }

  base::Result<std::unique_ptr<sys::FileView>> open(const std::string& path) override {
    if (directories_.contains(path))
      return base::fail(base::ErrorKind::invalid, "cannot open " + path + ": Is a directory");
    const auto at = live_.find(path);
    if (at == live_.end()) return missing("open", path);
    return std::make_unique<View>(at->second);
  }

  base::Result<sys::FileStatus> status(const std::string& path) override {
    if (path.empty() || directories_.contains(path)) return sys::FileStatus{.directory = true};
    const auto at = live_.find(path);
    if (at == live_.end()) return missing("look at", path);
    return sys::FileStatus{.size = at->second.size(),
                           .modified_ns = changes_[path],
                           .inode = std::hash<std::string>()(path)};
  }

  base::Result<std::vector<std::string>> list(const std::string& directory) override {
    if (!directories_.contains(directory)) return missing("list", directory);
    std::vector<std::string> names;
    const auto add = [&](const std::string& path) {
      if (directory_of(path) == directory) names.push_back(path.substr(path.rfind('/') + 1));
    };
    for (const auto& [path, bytes] : live_) add(path);
    for (const auto& path : directories_) add(path);
    std::ranges::sort(names);
    return names;
  }

  base::Result<void> replace(const std::string& path, std::string_view bytes) override {
    return store(path, std::string(bytes));
  }

  base::Result<void> append(const std::string& path, std::string_view bytes) override {
    const auto at = live_.find(path);
    return store(path, (at == live_.end() ? std::string() : at->second) + std::string(bytes));
  }

  base::Result<std::unique_ptr<sys::FileLock>> lock(const std::string& path) override {
    if (!locked_->insert(path).second)
      return base::fail(base::ErrorKind::conflict, path + " is locked by another process");
    return std::make_unique<Lock>(locked_, path);
  }

  base::Result<void> create_directories(const std::string& path) override {
    for (auto part = path; !part.empty() && part != "."; part = directory_of(part)) {
      if (live_.contains(part))
        return base::fail(base::ErrorKind::not_found,
                          "cannot create directory " + path + ": Not a directory");
    }
    for (auto part = path; !part.empty() && part != "."; part = directory_of(part))
      directories_.insert(part);
    return {};
  }

  base::Result<void> remove(const std::string& path) override {
    if (live_.erase(path) == 0) return missing("remove", path);
    return {};
  }

  base::Result<void> rename(const std::string& from, const std::string& to) override {
    const auto at = live_.find(from);
    if (at == live_.end()) return missing("rename", from);
    auto bytes = std::move(at->second);
    live_.erase(at);
    live_[to] = std::move(bytes);
    return {};
  }

 private:
  class View final : public sys::FileView {
   public:
    explicit View(std::string bytes) : bytes_(std::move(bytes)) {}
    std::string_view bytes() const override { return bytes_; }

   private:
    std::string bytes_;
  };

  class Lock final : public sys::FileLock {
   public:
    Lock(std::shared_ptr<std::set<std::string>> locked, std::string path)
        : locked_(std::move(locked)), path_(std::move(path)) {}
    ~Lock() override { locked_->erase(path_); }

   private:
    std::shared_ptr<std::set<std::string>> locked_;
    std::string path_;
  };

  static std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
  }

  static std::unexpected<base::Error> missing(const std::string& verb, const std::string& path) {
    return base::fail(base::ErrorKind::not_found,
                      "cannot " + verb + " " + path + ": No such file or directory");
  }

  base::Result<void> store(const std::string& path, std::string bytes) {
    ++writes_;
    if (writes_left_ == 0)
      return base::fail(base::ErrorKind::unavailable,
                        "cannot write " + path + ": No space left on device");
    if (writes_left_ > 0) --writes_left_;
    if (directories_.contains(path))
      return base::fail(base::ErrorKind::invalid, "cannot replace " + path + ": Is a directory");
    if (auto made = create_directories(directory_of(path)); !made) return made;
    live_[path] = std::move(bytes);
    changes_[path] = writes_;
    sync_directory(directory_of(path));
    return {};
  }

  // Writing syncs the file and its directory, hence also what was renamed or removed there before.
  void sync_directory(const std::string& directory) {
    std::erase_if(durable_,
                  [&](const auto& file) { return directory_of(file.first) == directory; });
    for (const auto& [path, bytes] : live_)
      if (directory_of(path) == directory) durable_[path] = bytes;
  }

  std::map<std::string, std::string> live_, durable_;
  std::map<std::string, std::int64_t> changes_;  // path -> number of the write, as its time
  std::set<std::string> directories_;
  std::shared_ptr<std::set<std::string>> locked_ = std::make_shared<std::set<std::string>>();
  int writes_ = 0;
  int writes_left_ = -1;  // negative: no limit
};

}  // namespace sluice::test
