#include "sim/sim_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "base/check.h"

namespace sluice::sim {

constexpr int kSlots = SQLITE_SHM_NLOCK;

// What the connections to one file share in memory: locks, and the index of the log.
struct SharedFile {
  int readers = 0;                  // with SQLITE_LOCK_SHARED or more
  const void* reserved = nullptr;   // who has RESERVED, PENDING or EXCLUSIVE
  bool is_exclusive = false;        // `reserved` has PENDING or EXCLUSIVE
  std::array<int, kSlots> slots{};  // of the log: -1 exclusive, else how many share it
  std::vector<std::unique_ptr<char[]>> regions;
  int users = 0;  // of the log's memory
};

namespace {

struct Handle {
  sqlite3_file base;  // first: SQLite sees no more
  SimDisk* disk;
  FileRef file;
  std::shared_ptr<SharedFile> shared;
  std::string path;  // "" without a name
  int lock = SQLITE_LOCK_NONE;
  bool sync_names = false, drop_at_close = false;
  std::array<int, kSlots> slots{};  // -1 exclusive, 1 shared
  bool uses_log = false;
};

Handle& of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }

int code_of(DiskAnswer answer, int error) {
  if (answer == DiskAnswer::ok) return SQLITE_OK;
  return answer == DiskAnswer::full ? SQLITE_FULL : error;
}

int unlock(sqlite3_file* raw, int level) {
  auto& h = of(raw);
  auto& s = *h.shared;
  if (s.reserved == &h && level < SQLITE_LOCK_RESERVED) {
    s.reserved = nullptr;
    s.is_exclusive = false;
  }
  if (h.lock >= SQLITE_LOCK_SHARED && level == SQLITE_LOCK_NONE) --s.readers;
  h.lock = std::min(h.lock, level);
  return SQLITE_OK;
}

int lock(sqlite3_file* raw, int level) {
  auto& h = of(raw);
  auto& s = *h.shared;
  if (h.lock >= level) return SQLITE_OK;
  if (s.reserved != nullptr && s.reserved != &h && (s.is_exclusive || level > SQLITE_LOCK_SHARED))
    return SQLITE_BUSY;
  if (h.lock == SQLITE_LOCK_NONE) ++s.readers;
  if (level >= SQLITE_LOCK_RESERVED) s.reserved = &h;
  if (level >= SQLITE_LOCK_PENDING) {
    s.is_exclusive = true;
    h.lock = SQLITE_LOCK_PENDING;
    if (s.readers > 1) return SQLITE_BUSY;
  }
  h.lock = level;
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* raw, int* answer) {
  *answer = of(raw).shared->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* raw, int first, int count, int flags) {
  auto& h = of(raw);
  auto& slots = h.shared->slots;
  for (int i = first; i < first + count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      if (h.slots.at(at) < 0) slots.at(at) = 0;
      if (h.slots.at(at) > 0) --slots.at(at);
      h.slots.at(at) = 0;
    } else if ((flags & SQLITE_SHM_SHARED) != 0) {
      if (h.slots.at(at) != 0) continue;
      if (slots.at(at) < 0) return SQLITE_BUSY;
      ++slots.at(at);
      h.slots.at(at) = 1;
    } else if (slots.at(at) != 0) {
      return SQLITE_BUSY;
    }
  }
  if ((flags & SQLITE_SHM_LOCK) == 0 || (flags & SQLITE_SHM_EXCLUSIVE) == 0) return SQLITE_OK;
  for (int i = first; i < first + count; ++i)
    slots.at(static_cast<std::size_t>(i)) = h.slots.at(static_cast<std::size_t>(i)) = -1;
  return SQLITE_OK;
}

int shm_map(sqlite3_file* raw, int page, int size, int extend, void volatile** answer) {
  auto& h = of(raw);
  auto& regions = h.shared->regions;
  *answer = nullptr;
  if (!h.disk->is_on()) return SQLITE_IOERR_SHMMAP;
  if (!h.uses_log) ++h.shared->users;
  h.uses_log = true;
  const auto at = static_cast<std::size_t>(page);
  if (at >= regions.size() && extend == 0) return SQLITE_OK;
  while (at >= regions.size())
    regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));  // zeros
  *answer = regions[at].get();
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* raw, int) {
  auto& h = of(raw);
  (void)shm_lock(raw, 0, kSlots, SQLITE_SHM_UNLOCK);
  if (h.uses_log && --h.shared->users == 0) h.shared->regions.clear();
  h.uses_log = false;
  return SQLITE_OK;
}

int read(sqlite3_file* raw, void* to, int amount, sqlite3_int64 offset) {
  auto& h = of(raw);
  const auto size = static_cast<std::size_t>(amount), from = static_cast<std::size_t>(offset);
  if (const auto answer = h.disk->read(); answer != DiskAnswer::ok) return SQLITE_IOERR_READ;
  const auto& bytes = h.file->bytes;
  const auto there = from >= bytes.size() ? 0 : std::min(size, bytes.size() - from);
  if (there > 0) std::memcpy(to, bytes.data() + from, there);
  if (there == size) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + there, 0, size - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* raw, const void* from, int amount, sqlite3_int64 offset) {
  auto& h = of(raw);
  const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(amount));
  return code_of(h.disk->write(*h.file, static_cast<std::size_t>(offset), bytes),
                 SQLITE_IOERR_WRITE);
}

int cut(sqlite3_file* raw, sqlite3_int64 size) {
  auto& h = of(raw);
  return code_of(h.disk->cut(*h.file, static_cast<std::size_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int sync(sqlite3_file* raw, int) {
  auto& h = of(raw);
  if (const auto answer = h.disk->sync(*h.file); answer != DiskAnswer::ok)
    return SQLITE_IOERR_FSYNC;
  if (!h.sync_names) return SQLITE_OK;
  if (const auto answer = h.disk->sync_names(); answer != DiskAnswer::ok)
    return SQLITE_IOERR_DIR_FSYNC;
  h.sync_names = false;
  return SQLITE_OK;
}

int size_of(sqlite3_file* raw, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(of(raw).file->bytes.size());
  return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }  // as SQLite on Unix
int traits(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int close(sqlite3_file* raw) {
  auto& h = of(raw);
  (void)shm_unmap(raw, 0);
  (void)unlock(raw, SQLITE_LOCK_NONE);
  if (h.drop_at_close && !h.path.empty() && h.disk->find(h.path)) (void)h.disk->remove(h.path);
  h.~Handle();
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {2,           close,       read,    write,   cut,
                                     sync,        size_of,     lock,    unlock,  check_reserved,
                                     control,     sector_size, traits,  shm_map, shm_lock,
                                     shm_barrier, shm_unmap,   nullptr, nullptr};

}  // namespace

struct VfsState {
  VfsState(SimDisk& d, SimRandom& r, sys::Clock& c) : disk(d), random(r), clock(c) {}
  sqlite3_vfs vfs{};
  SimDisk& disk;
  SimRandom& random;
  sys::Clock& clock;
  std::map<std::uint64_t, std::weak_ptr<SharedFile>> shared;  // by number of the file
};

namespace {

VfsState& state_of(sqlite3_vfs* vfs) { return *static_cast<VfsState*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* raw, int flags, int* flags_out) {
  auto& state = state_of(vfs);
  raw->pMethods = nullptr;
  if (!state.disk.is_on()) return SQLITE_IOERR;
  const std::string path = name == nullptr ? "" : name;
  auto file = path.empty() ? std::make_shared<DiskFile>() : state.disk.find(path);
  const bool is_new = !file;
  if (is_new && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
  if (is_new)
    if (const auto answer = state.disk.create(path, file); answer != DiskAnswer::ok)
      return SQLITE_CANTOPEN;
  auto& known = state.shared[file->number];
  auto shared = path.empty() ? nullptr : known.lock();
  if (!shared) shared = std::make_shared<SharedFile>();
  if (!path.empty()) known = shared;
  auto* h = new (raw) Handle{{&kMethods}, &state.disk, std::move(file), std::move(shared), path};
  constexpr int kLogs = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
  // Also of one that is there: who made it may not have synced its name.
  h->sync_names = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kLogs) != 0;
  h->drop_at_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  auto& disk = state_of(vfs).disk;
  if (!disk.find(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (const auto answer = disk.remove(name); answer != DiskAnswer::ok) return SQLITE_IOERR_DELETE;
  if (sync_directory == 0) return SQLITE_OK;
  return disk.sync_names() == DiskAnswer::ok ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int access(sqlite3_vfs* vfs, const char* name, int, int* answer) {
  const auto file = state_of(vfs).disk.find(name);
  // As SQLite on Unix: an empty file counts as none.
  *answer = file && !file->bytes.empty() ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<char>(state_of(vfs).random.below(256));
  return size;
}

int pass_time(sqlite3_vfs*, int micros) { return micros; }

// Milliseconds since noon of a day in 4714 BC.
int time_of(sqlite3_vfs* vfs, sqlite3_int64* out) {
  constexpr sqlite3_int64 kEpoch = 210'866'760'000'000;
  *out = kEpoch + state_of(vfs).clock.now().time_since_epoch().count() / 1'000;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

SimVfs::SimVfs(SimDisk& disk, SimRandom& random, sys::Clock& clock)
    : state_(std::make_unique<VfsState>(disk, random, clock)) {
  auto& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 512;
  vfs.zName = "sim";
  vfs.pAppData = state_.get();
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xAccess = access;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = pass_time;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = time_of;
  base::check(sqlite3_vfs_register(&vfs, /*as default=*/1) == SQLITE_OK, "SQLite takes the VFS");
  sqlite3_randomness(0, nullptr);  // it begins anew, with ours
}

SimVfs::~SimVfs() { sqlite3_vfs_unregister(&state_->vfs); }

}  // namespace sluice::sim
