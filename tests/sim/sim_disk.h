// SimDisk: the disk of a simulated machine, and the machine's power. What was written is there for
// who reads; what was not synced may vanish, tear at a sector, or be kept without what was written
// before it when the power is cut. A killed process leaves what it wrote. When the machine is off
// nothing changes any more and every call fails: the objects of the dead process can be dropped.
// Source: architecture 10 (phase 2); all man pages of write, fsync and rename promise no more.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/coverage.h"
#include "sim/sim_random.h"

namespace sluice::sim {

enum class DiskAnswer : std::uint8_t { ok, io_error, full, off };
enum class DiskFault : std::uint8_t { read_error, write_error, sync_error };
enum class Death : std::uint8_t { kill, power_cut };

// One file, whatever its names are.
struct DiskFile {
  struct Piece {  // what the disk may keep by itself: at most a sector, or a cut to a size
    std::size_t offset = 0;
    std::string bytes;
    bool is_cut = false;  // to `offset` bytes
  };
  std::string bytes;            // as readers see it
  std::string synced;           // on the platters
  std::vector<Piece> unsynced;  // since then, in order
  std::uint64_t number = 0;     // of its making, as inode
  std::int64_t changed = 0;     // number of the last write
};
using FileRef = std::shared_ptr<DiskFile>;

class SimDisk {
 public:
  SimDisk(SimRandom& random, Coverage& coverage) : random_(random), coverage_(coverage) {}

  bool is_on() const { return is_on_; }
  void die(Death how);
  // At the Nth call from now that changes something (1 = the next).
  void die_in(int calls, Death how) { fuse_ = {calls, how}; }
  // A door of the machine that is no disk: it may die here too. False: it is off.
  bool pass_door();
  void turn_on();

  // The next call of its kind fails, after `calls` of them.
  void fail_in(int calls, DiskFault fault) { faults_[fault] = calls; }
  void set_full(bool full) { is_full_ = full; }
  bool is_full() const { return is_full_; }
  // No faults and no death, for who watches from outside.
  void set_calm(bool calm) { is_calm_ = calm; }
  void heal();  // of all that was asked for and did not happen yet

  FileRef find(const std::string& path) const;  // null: none
  std::vector<std::string> paths() const;       // sorted
  DiskAnswer create(const std::string& path, FileRef& made);
  DiskAnswer remove(const std::string& path);
  DiskAnswer rename(const std::string& from, const std::string& to);
  DiskAnswer sync_names();

  DiskAnswer read() { return pass_read(); }  // may the bytes be read?
  DiskAnswer write(DiskFile& file, std::size_t offset, std::string_view bytes);
  DiskAnswer cut(DiskFile& file, std::size_t size);
  DiskAnswer sync(DiskFile& file);

  std::int64_t calls() const { return calls_; }  // that changed something

 private:
  struct Fuse {
    int calls = 0;  // 0: none
    Death how = Death::kill;
  };
  struct NameChange {
    std::string path;
    FileRef file;  // null: gone
  };

  DiskAnswer pass_read();
  DiskAnswer pass(DiskFault fault);
  bool burns();
  bool strikes(DiskFault fault);
  void keep_some(DiskFile& file, int percent);
  void set_name(const std::string& path, FileRef file);
  static void apply(std::string& to, const DiskFile::Piece& piece);

  SimRandom& random_;
  Coverage& coverage_;
  std::map<std::string, FileRef> names_, synced_names_;
  std::vector<std::vector<NameChange>> unsynced_names_;  // each all at once
  std::map<DiskFault, int> faults_;
  Fuse fuse_;
  std::int64_t calls_ = 0;
  std::uint64_t files_ = 0;
  bool is_on_ = true, is_full_ = false, is_calm_ = false;
};

}  // namespace sluice::sim
