#include "sim/sim_disk.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace sluice::sim {
namespace {

constexpr std::size_t kSector = 512;

}  // namespace

void SimDisk::apply(std::string& to, const DiskFile::Piece& piece) {
  if (piece.is_cut) {
    to.resize(std::min(to.size(), piece.offset));
    return;
  }
  if (to.size() < piece.offset + piece.bytes.size()) to.resize(piece.offset + piece.bytes.size());
  to.replace(piece.offset, piece.bytes.size(), piece.bytes);
}

// Pieces that are not kept never come: a later sync does not write them, as a page that the kernel
// took for clean after an error.
void SimDisk::keep_some(DiskFile& file, int percent) {
  bool has_lost = false;
  for (const auto& piece : file.unsynced) {
    if (random_.chance(percent)) {
      if (has_lost) coverage_.hit("disk: a later write outlived an earlier one");
      apply(file.synced, piece);
      continue;
    }
    has_lost = true;
    coverage_.hit("disk: a write vanished");
  }
  file.unsynced.clear();
}

void SimDisk::die(Death how) {
  if (!is_on_) return;
  is_on_ = false;
  fuse_ = {};
  faults_.clear();
  if (how == Death::kill) return;
  static constexpr std::array kKept = {0, 50, 90, 100};
  const auto percent = kKept.at(random_.below(kKept.size()));
  std::vector<FileRef> all;
  std::set<const DiskFile*> seen;
  const auto gather = [&](const FileRef& file) {
    if (file && seen.insert(file.get()).second) all.push_back(file);
  };
  for (const auto& [path, file] : names_) gather(file);
  for (const auto& [path, file] : synced_names_) gather(file);
  for (const auto& change : unsynced_names_)
    for (const auto& name : change) gather(name.file);
  // By the order of their making: addresses differ between two runs of one seed.
  std::ranges::sort(all, {}, [](const FileRef& file) { return file->number; });
  for (const auto& file : all) {
    keep_some(*file, percent);
    file->bytes = file->synced;
  }
  // Names are kept in their order: file systems have a journal for them.
  const auto kept = random_.below(unsynced_names_.size() + 1);
  if (kept < unsynced_names_.size()) coverage_.hit("disk: a name was not synced");
  names_ = synced_names_;
  for (std::size_t i = 0; i < kept; ++i)
    for (const auto& [path, file] : unsynced_names_[i]) set_name(path, file);
  synced_names_ = names_;
  unsynced_names_.clear();
}

void SimDisk::turn_on() { is_on_ = true; }

void SimDisk::heal() {
  faults_.clear();
  fuse_ = {};
  is_full_ = false;
}

// True: now.
bool SimDisk::burns() {
  ++calls_;
  if (is_calm_ || fuse_.calls == 0 || --fuse_.calls > 0) return false;
  return true;
}

bool SimDisk::pass_door() {
  if (!is_on_) return false;
  if (burns()) die(fuse_.how);
  return is_on_;
}

bool SimDisk::strikes(DiskFault fault) {
  const auto at = faults_.find(fault);
  if (is_calm_ || at == faults_.end() || --at->second > 0) return false;
  faults_.erase(at);
  return true;
}

DiskAnswer SimDisk::pass_read() {
  if (!is_on_) return DiskAnswer::off;
  if (!strikes(DiskFault::read_error)) return DiskAnswer::ok;
  coverage_.hit("disk: read error");
  return DiskAnswer::io_error;
}

DiskAnswer SimDisk::pass(DiskFault fault) {
  if (!is_on_) return DiskAnswer::off;
  if (burns()) {
    coverage_.hit(fuse_.how == Death::kill ? "crash: kill in a disk call"
                                           : "crash: power cut in a disk call");
    die(fuse_.how);
    return DiskAnswer::off;
  }
  if (!strikes(fault)) return DiskAnswer::ok;
  coverage_.hit(fault == DiskFault::write_error ? "disk: write error" : "disk: sync error");
  return DiskAnswer::io_error;
}

FileRef SimDisk::find(const std::string& path) const {
  const auto at = names_.find(path);
  return at == names_.end() ? nullptr : at->second;
}

std::vector<std::string> SimDisk::paths() const {
  std::vector<std::string> all;
  for (const auto& [path, file] : names_) all.push_back(path);
  return all;
}

void SimDisk::set_name(const std::string& path, FileRef file) {
  if (file)
    names_[path] = std::move(file);
  else
    names_.erase(path);
}

DiskAnswer SimDisk::create(const std::string& path, FileRef& made) {
  if (const auto answer = pass(DiskFault::write_error); answer != DiskAnswer::ok) return answer;
  made = std::make_shared<DiskFile>();
  made->number = ++files_;
  names_[path] = made;
  unsynced_names_.push_back({{path, made}});
  return DiskAnswer::ok;
}

DiskAnswer SimDisk::remove(const std::string& path) {
  if (const auto answer = pass(DiskFault::write_error); answer != DiskAnswer::ok) return answer;
  names_.erase(path);
  unsynced_names_.push_back({{path, nullptr}});
  return DiskAnswer::ok;
}

DiskAnswer SimDisk::rename(const std::string& from, const std::string& to) {
  if (const auto answer = pass(DiskFault::write_error); answer != DiskAnswer::ok) return answer;
  const auto file = names_.at(from);
  names_.erase(from);
  names_[to] = file;
  unsynced_names_.push_back({{from, nullptr}, {to, file}});
  return DiskAnswer::ok;
}

DiskAnswer SimDisk::sync_names() {
  if (const auto answer = pass(DiskFault::sync_error); answer != DiskAnswer::ok) return answer;
  synced_names_ = names_;
  unsynced_names_.clear();
  return DiskAnswer::ok;
}

DiskAnswer SimDisk::write(DiskFile& file, std::size_t offset, std::string_view bytes) {
  const bool was_on = is_on_;
  const auto how = fuse_.how;
  auto answer = pass(DiskFault::write_error);
  // Room is needed where there was none: beyond the end.
  if (answer == DiskAnswer::ok && is_full_ && !is_calm_ &&
      offset + bytes.size() > file.bytes.size()) {
    coverage_.hit("disk: full");
    answer = DiskAnswer::full;
  }
  if (answer == DiskAnswer::full) return answer;
  if (answer == DiskAnswer::off && (!was_on || how == Death::power_cut)) return answer;
  std::size_t left = bytes.size();
  if (answer != DiskAnswer::ok) {  // of the write that failed, or that a kill ended, some may come
    left = random_.below(bytes.size() / kSector + 1) * kSector;
    if (left > 0) coverage_.hit("disk: a write was torn");
  }
  for (auto rest = bytes.substr(0, left); !rest.empty();) {
    const auto size = std::min(rest.size(), kSector - offset % kSector);
    file.unsynced.push_back({offset, std::string(rest.substr(0, size)), false});
    apply(file.bytes, file.unsynced.back());
    rest.remove_prefix(size);
    offset += size;
  }
  file.changed = calls_;
  return answer;
}

DiskAnswer SimDisk::cut(DiskFile& file, std::size_t size) {
  if (const auto answer = pass(DiskFault::write_error); answer != DiskAnswer::ok) return answer;
  file.unsynced.push_back({size, "", true});
  apply(file.bytes, file.unsynced.back());
  file.changed = calls_;
  return DiskAnswer::ok;
}

DiskAnswer SimDisk::sync(DiskFile& file) {
  const auto answer = pass(DiskFault::sync_error);
  if (answer == DiskAnswer::io_error) keep_some(file, 50);
  if (answer != DiskAnswer::ok) return answer;
  for (const auto& piece : file.unsynced) apply(file.synced, piece);
  file.unsynced.clear();
  return DiskAnswer::ok;
}

}  // namespace sluice::sim
