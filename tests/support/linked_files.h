// LinkedFiles: a disk in memory with symbolic links, on which a program can be killed before any of
// its steps. Passes the contract of the machine's disk (tests/contract/file_system_contract.cc).
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/memory_files.h"

namespace sluice::test {

// Thrown where the program dies: nothing that it had still to do is done.
struct Killed {};

class LinkedFiles final : public sys::FileSystem {
 public:
  // The step number `nth` from now (1 = the next) that changes the disk is not done.
  void kill_at(int nth) { steps_left_ = nth; }
  void let_live() { steps_left_ = 0; }
  // From now on nothing can be written, or everything.
  void set_full(bool full) { full_ = full; }
  // What it takes to read the disk as it is, and to break it.
  MemoryFileSystem& inner() { return inner_; }

  base::Result<std::unique_ptr<sys::FileView>> open(const std::string& path) override {
    return inner_.open(resolve(path));
  }
  base::Result<sys::FileStatus> status(const std::string& path) override {
    return inner_.status(resolve(path));
  }
  base::Result<std::vector<std::string>> list(const std::string& directory) override {
    const auto real = resolve(directory);
    auto names = inner_.list(real);
    if (!names) return names;
    for (const auto& [path, target] : links_)
      if (directory_of(path) == real) names->push_back(path.substr(real.size() + 1));
    std::ranges::sort(*names);
    names->erase(std::ranges::unique(*names).begin(), names->end());
    return names;
  }
  base::Result<void> replace(const std::string& path, std::string_view bytes) override {
    if (auto done = step(path); !done) return done;
    return inner_.replace(resolve(path), bytes);
  }
  base::Result<void> append(const std::string& path, std::string_view bytes) override {
    if (auto done = step(path); !done) return done;
    return inner_.append(resolve(path), bytes);
  }
  base::Result<void> create_directories(const std::string& path) override {
    if (auto done = step(path); !done) return done;
    return inner_.create_directories(resolve(path));
  }
  base::Result<void> remove(const std::string& path) override {
    if (auto done = step(""); !done) return done;
    if (links_.erase(beside(path)) > 0) return {};
    return inner_.remove(beside(path));
  }
  base::Result<void> rename(const std::string& from, const std::string& to) override {
    if (auto done = step(""); !done) return done;
    const auto link = links_.extract(beside(from));
    links_.erase(beside(to));
    if (link.empty()) return inner_.rename(beside(from), beside(to));
    links_[beside(to)] = link.mapped();
    return {};
  }
  base::Result<std::unique_ptr<sys::FileLock>> lock(const std::string& path) override {
    return inner_.lock(resolve(path));
  }
  base::Result<void> link(const std::string& target, const std::string& path) override {
    if (auto done = step(path); !done) return done;
    const auto real = beside(path);
    if (auto made = inner_.create_directories(directory_of(real)); !made) return made;
    if (const auto there = inner_.status(real); there && there->directory)
      return base::fail(base::ErrorKind::invalid, "cannot link " + path + ": Is a directory");
    (void)inner_.remove(real);
    links_[real] = target;
    return {};
  }
  base::Result<std::vector<std::string>> tree(const std::string& directory,
                                              std::size_t files_max) override {
    return inner_.tree(resolve(directory), files_max);  // which knows no links
  }
  base::Result<void> remove_tree(const std::string& directory) override {
    const auto real = beside(directory);
    if (links_.contains(real)) return remove(directory);
    std::vector<std::string> below;
    if (const auto files = inner_.tree(real, 100'000))
      for (const auto& file : *files) below.push_back((real + "/").append(file));
    for (const auto& [path, target] : links_)
      if (path.starts_with(real + "/")) below.push_back(path);
    for (const auto& path : below)
      if (auto done = remove(path); !done) return done;
    return {};
  }

 private:
  static std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
  }
  // Where the path leads; more than forty links are a circle.
  std::string resolve(std::string path) const {
    for (int hops = 0; hops < 40; ++hops) {
      const auto at = std::ranges::find_if(links_, [&](const auto& link) {
        return path == link.first || path.starts_with(link.first + "/");
      });
      if (at == links_.end()) return path;
      path = at->second + path.substr(at->first.size());
    }
    return path;
  }
  // The same, but for a link that stands at the end.
  std::string beside(const std::string& path) const {
    return resolve(directory_of(path)) + path.substr(directory_of(path).size());
  }
  base::Result<void> step(const std::string& written) {
    if (steps_left_ > 0 && --steps_left_ == 0) throw Killed{};
    if (full_ && !written.empty())
      return base::fail(base::ErrorKind::unavailable,
                        "cannot write " + written + ": No space left on device");
    return {};
  }

  MemoryFileSystem inner_;
  std::map<std::string, std::string> links_;
  int steps_left_ = 0;  // 0: no death is planned
  bool full_ = false;
};

}  // namespace sluice::test
