// FileSystem: everything we do to disk. The POSIX one is posix_files.cc; tests use an in-memory one
// that can fail (disk full) and forget unsynced bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::sys {

// A whole file as memory (mapped where that is possible); lives as long as this object.
class FileView {
 public:
  FileView() = default;
  FileView(const FileView&) = delete;
  FileView& operator=(const FileView&) = delete;
  virtual ~FileView() = default;
  virtual std::string_view bytes() const = 0;
};

struct FileStatus {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  bool directory = false;
};

// Held until it is destroyed, or until the process ends in whatever way.
class FileLock {
 public:
  FileLock() = default;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  virtual ~FileLock() = default;
};

class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  // Errors: not_found, denied, unavailable (I/O).
  virtual base::Result<std::unique_ptr<FileView>> open(const std::string& path) = 0;
  virtual base::Result<FileStatus> status(const std::string& path) = 0;
  virtual base::Result<std::vector<std::string>> list(
      const std::string& directory) = 0;  // sorted names

  // Replaces the file: write beside it, sync, rename, sync the directory. On any error the old file
  // is whole and the new one is gone. Creates missing parent directories.
  virtual base::Result<void> replace(const std::string& path, std::string_view bytes) = 0;

  // Appends and syncs. Creates the file and missing parents.
  virtual base::Result<void> append(const std::string& path, std::string_view bytes) = 0;

  virtual base::Result<void> create_directories(const std::string& path) = 0;
  virtual base::Result<void> remove(const std::string& path) = 0;  // not_found is an error
  virtual base::Result<void> rename(const std::string& from, const std::string& to) = 0;

  // Takes the lock that the file `path` stands for, without waiting; the file and missing parents
  // are created and stay. Errors: conflict (somebody has it).
  virtual base::Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;

  // Makes `path` show the bytes of `target` (absolute), replacing the file or the link that was
  // there: a symbolic link where there are such, durable when this returns, and then the target may
  // be a directory, or come later; this default copies. Creates missing parent directories.
  virtual base::Result<void> link(const std::string& target, const std::string& path) {
    const auto view = open(target);
    if (!view) return std::unexpected(view.error());
    return replace(path, (*view)->bytes());
  }

  // The regular files below a directory as sorted paths relative to it. Symbolic links are neither
  // listed nor followed: who filled the directory may not be trusted. This default knows no links.
  // Errors also: invalid (more than `files_max`).
  virtual base::Result<std::vector<std::string>> tree(const std::string& directory,
                                                      std::size_t files_max);

  // Removes a directory with everything in it, links themselves and not what they point to. Nothing
  // there is success. This default leaves empty directories.
  virtual base::Result<void> remove_tree(const std::string& directory);

  // A directory that nobody but this user may enter, with its parents. This default knows no users.
  virtual base::Result<void> create_private_directory(const std::string& path) {
    return create_directories(path);
  }

  // Makes a file that nobody but this user may read, an empty one if there is none: whoever writes
  // it later keeps that. This default knows no users, and makes none.
  virtual base::Result<void> make_private_file(const std::string& path) {
    (void)path;
    return {};
  }

  // Room on the disk that holds `path`; nothing where that is not known.
  virtual std::optional<std::uint64_t> free_bytes(const std::string& path) {
    (void)path;
    return std::nullopt;
  }

  bool exists(const std::string& path) { return status(path).has_value(); }
  // The bytes as a string of their own.
  base::Result<std::string> read(const std::string& path);
};

// The machine's disk.
std::unique_ptr<FileSystem> posix_file_system();

}  // namespace sluice::sys
