#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "sys/files.h"

namespace sluice::sys {
namespace {

using base::ErrorKind;
using base::Result;

ErrorKind kind_of_file_error(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorKind::denied;
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP: return ErrorKind::invalid;
    default: return ErrorKind::unavailable;
  }
}

// Reads errno: call it before anything else can change that.
std::unexpected<base::Error> file_failure(std::string_view verb, const std::string& path) {
  const int code = errno;
  return base::fail(kind_of_file_error(code), "cannot " + std::string(verb) + " " + path + ": " +
                                                  std::generic_category().message(code));
}

class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

class MappedView final : public FileView {
 public:
  MappedView(void* begin, std::size_t size) : begin_(begin), size_(size) {}
  ~MappedView() override { ::munmap(begin_, size_); }
  std::string_view bytes() const override { return {static_cast<const char*>(begin_), size_}; }

 private:
  void* begin_;
  std::size_t size_;
};

// flock: the kernel lets go of it when the process dies, so a crash leaves no stale lock.
class PosixLock final : public FileLock {
 public:
  explicit PosixLock(const std::string& path)
      : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}
  const FileHandle& fd() const { return fd_; }

 private:
  FileHandle fd_;
};

class OwnedView final : public FileView {
 public:
  explicit OwnedView(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string_view bytes() const override { return bytes_; }

 private:
  std::string bytes_;
};

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string base_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Pipes, devices and what the kernel invents (/proc) cannot be mapped or have no size.
Result<std::string> read_all(int fd, const std::string& path) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) return bytes;
    if (got > 0) bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (got < 0 && errno != EINTR) return file_failure("read", path);
  }
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) return file_failure("write", path);
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

// Some file systems cannot sync a directory or a device (EINVAL): nothing more can be asked of
// them.
Result<void> sync(int fd, const std::string& path) {
  if (::fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP) return file_failure("sync", path);
  return {};
}

Result<void> sync_directory(const std::string& directory) {
  const FileHandle fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return file_failure("open", directory);
  return sync(fd.get(), directory);
}

// Where a write really goes: a symbolic link stays a link, what it points to is replaced.
std::string resolve_link(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return path;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::string(real.get()) : path;
}

Result<void> write_synced(int fd, std::string_view bytes, const std::string& path) {
  if (auto written = write_all(fd, bytes, path); !written) return written;
  return sync(fd, path);
}

// Writes a file that must not exist yet, with the permissions of `like` if there is such a file.
Result<void> write_new(const std::string& path, std::string_view bytes, const std::string& like) {
  const FileHandle fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd.valid()) return file_failure("create", path);
  struct stat status{};
  if (::stat(like.c_str(), &status) == 0) (void)::fchmod(fd.get(), status.st_mode & 07777);
  return write_synced(fd.get(), bytes, path);
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<FileView>> open(const std::string& path) override {
    const FileHandle fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return file_failure("open", path);
    struct stat found{};
    if (::fstat(fd.get(), &found) != 0) return file_failure("open", path);
    if (S_ISDIR(found.st_mode)) {
      errno = EISDIR;
      return file_failure("open", path);
    }
    if (S_ISREG(found.st_mode) && found.st_size > 0) {
      const auto size = static_cast<std::size_t>(found.st_size);
      void* const begin = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
      if (begin != MAP_FAILED) return std::make_unique<MappedView>(begin, size);
    }
    auto bytes = read_all(fd.get(), path);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return std::make_unique<OwnedView>(std::move(*bytes));
  }

  Result<FileStatus> status(const std::string& path) override {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return file_failure("look at", path);
    return FileStatus{
        .size = static_cast<std::uint64_t>(found.st_size),
        .modified_ns = std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec,
        .inode = found.st_ino,
        .directory = S_ISDIR(found.st_mode)};
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), &::closedir);
    if (!stream) return file_failure("list", directory);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const auto* entry = ::readdir(stream.get());
      if (entry == nullptr && errno != 0) return file_failure("list", directory);
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  Result<void> replace(const std::string& wanted, std::string_view bytes) override {
    const auto path = resolve_link(wanted);
    struct stat old{};
    const bool exists = ::stat(path.c_str(), &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) {
      errno = EISDIR;
      return file_failure("replace", path);
    }
    // /dev/null or a pipe as output: to rename over it would replace the device itself.
    if (exists && !S_ISREG(old.st_mode)) return write_to_device(path, bytes);
    if (auto made = create_directories(directory_of(path)); !made) return made;
    return replace_regular(path, bytes);
  }

  Result<void> append(const std::string& path, std::string_view bytes) override {
    if (auto made = create_directories(directory_of(path)); !made) return made;
    const bool is_new = ::access(path.c_str(), F_OK) != 0;
    {
      const FileHandle fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
      if (!fd.valid()) return file_failure("open", path);
      if (auto written = write_synced(fd.get(), bytes, path); !written) return written;
    }
    return is_new ? sync_directory(directory_of(path)) : Result<void>{};
  }

  Result<void> link(const std::string& target, const std::string& path) override {
    if (auto made = create_directories(directory_of(path)); !made) return made;
    // Renamed into place, so that a reader sees the old file or the new one and never none.
    const auto fresh =
        directory_of(path) + "/." + base_of(path) + "." + std::to_string(::getpid()) + ".new";
    ::unlink(fresh.c_str());
    if (::symlink(target.c_str(), fresh.c_str()) != 0) return file_failure("link", path);
    if (::rename(fresh.c_str(), path.c_str()) != 0) {
      auto error = file_failure("link", path);
      ::unlink(fresh.c_str());
      return error;
    }
    return sync_directory(directory_of(path));
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    if (auto made = create_directories(directory_of(path)); !made)
      return std::unexpected(std::move(made.error()));
    auto lock = std::make_unique<PosixLock>(path);
    if (!lock->fd().valid()) return file_failure("open", path);
    if (::flock(lock->fd().get(), LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno == EWOULDBLOCK)
      return base::fail(ErrorKind::conflict, path + " is locked by another process");
    return file_failure("lock", path);
  }

  Result<void> create_directories(const std::string& path) override {
    struct stat found{};
    if (path.empty() || (::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode))) return {};
    const auto parent = directory_of(path);
    if (parent != path && parent != ".")
      if (auto made = create_directories(parent); !made) return made;
    // Synced: what is replaced in it later must not vanish with the directory.
    if (::mkdir(path.c_str(), 0777) == 0) return sync_directory(parent);
    if (errno == EEXIST) {
      if (::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return {};
      errno = ENOTDIR;
    }
    return file_failure("create directory", path);
  }

  Result<void> create_private_directory(const std::string& path) override {
    if (auto made = create_directories(path); !made) return made;
    if (::chmod(path.c_str(), 0700) != 0) return file_failure("make private", path);
    return {};
  }

  Result<void> make_private_file(const std::string& path) override {
    const FileHandle fd(::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!fd.valid()) return file_failure("open", path);
    struct stat found{};
    if (::fstat(fd.get(), &found) != 0) return file_failure("look at", path);
    if ((found.st_mode & 0077) == 0) return {};
    if (::fchmod(fd.get(), found.st_mode & 07700) != 0) return file_failure("make private", path);
    return {};
  }

  std::optional<std::uint64_t> free_bytes(const std::string& path) override {
    struct statvfs found{};
    if (::statvfs(path.c_str(), &found) != 0) return std::nullopt;
    return std::uint64_t{found.f_bavail} * found.f_frsize;
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return file_failure("remove", path);
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return file_failure("rename " + from + " to", to);
    return {};
  }

  Result<std::vector<std::string>> tree(const std::string& directory,
                                        std::size_t files_max) override {
    std::vector<std::string> found;
    std::error_code code;
    // Links to directories are not followed unless one asks for it.
    auto at = std::filesystem::recursive_directory_iterator(directory, code);
    for (; !code && at != std::filesystem::recursive_directory_iterator(); at.increment(code)) {
      if (at->symlink_status(code).type() != std::filesystem::file_type::regular || code) continue;
      if (found.size() == files_max)
        return base::fail(ErrorKind::invalid, directory + " has too many files");
      found.push_back(at->path().string().substr(directory.size() + 1));
    }
    if (code) {
      errno = code.value();
      return file_failure("list", directory);
    }
    std::ranges::sort(found);
    return found;
  }

  Result<void> remove_tree(const std::string& directory) override {
    std::error_code code;
    std::filesystem::remove_all(directory, code);
    if (!code) return {};
    errno = code.value();
    return file_failure("remove", directory);
  }

 private:
  static Result<void> write_to_device(const std::string& path, std::string_view bytes) {
    const FileHandle fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.valid()) return file_failure("open", path);
    return write_synced(fd.get(), bytes, path);
  }

  static Result<void> replace_regular(const std::string& path, std::string_view bytes) {
    const auto directory = directory_of(path);
    // The process id keeps two runs apart; a file of that name was left by a crash of an old one.
    const auto fresh = directory + "/." + base_of(path) + "." + std::to_string(::getpid()) + ".new";
    ::unlink(fresh.c_str());
    if (auto written = write_new(fresh, bytes, path); !written) {
      ::unlink(fresh.c_str());
      return written;
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) {
      auto error = file_failure("replace", path);
      ::unlink(fresh.c_str());
      return error;
    }
    return sync_directory(directory);
  }
};

}  // namespace

std::unique_ptr<FileSystem> posix_file_system() { return std::make_unique<PosixFileSystem>(); }

}  // namespace sluice::sys
