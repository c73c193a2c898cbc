// MirrorSets: what was fetched of a mirror, on disk. A set is all suites as they were at one time;
// it is whole before one symbolic link makes it the one in use. Format:
// docs/formats/mirror-sets.md.
//
//   DIR/objects/NAME       bytes whose digest was checked, shared by sets
//   DIR/sets/N/SUITE/...   links to objects; sets/N/set.json says what the set is
//   DIR/current            link to the set in use: the one switch
//   DIR/dists/SUITE/       stays, for readers and for what they keep beside a suite; in it links
//                          through DIR/current
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/mirror_source.h"
#include "base/result.h"
#include "base/time.h"
#include "sys/files.h"

namespace sluice::archive {

struct SuiteSet {
  std::string suite;  // as it was asked for
  base::Instant date{};
  std::optional<base::Instant> valid_until;
  Validators validators;  // of what stands in `signed_name`
  std::string signed_by;  // fingerprint
  // Path below the suite ("main/source/Sources", "Release") -> name of the object.
  std::map<std::string, std::string, std::less<>> files;

  friend bool operator==(const SuiteSet&, const SuiteSet&) = default;
};

struct MirrorSet {
  int number = 0;       // its directory; given when it is staged
  int before = 0;       // the set in use then; 0 none
  std::string request;  // what it was fetched for: another request needs other files
  std::vector<SuiteSet> suites;

  const SuiteSet* find(std::string_view suite) const;
  friend bool operator==(const MirrorSet&, const MirrorSet&) = default;
};

std::string text_of(const MirrorSet& set);
// Errors: corrupt.
base::Result<MirrorSet> parse_mirror_set(std::string_view text);

// One process at a time has a directory (it holds a lock); use() may be called in another thread
// than the rest, but not at the same time.
class MirrorSets {
 public:
  // Errors: conflict (another process has it), of the disk.
  static base::Result<MirrorSets> open(sys::FileSystem& files, std::string directory);

  // Reads what is in use, without the lock.
  static std::optional<MirrorSet> read_current(sys::FileSystem& files,
                                               const std::string& directory);

  const std::string& directory() const { return directory_; }
  std::optional<MirrorSet> current() const { return read_current(files_, directory_); }

  // Whether every file of the set can be read: a disk may have been repaired, or somebody tidied.
  bool is_whole(const MirrorSet& set) const;

  bool has_object(const std::string& name) const;
  base::Result<std::string> read_object(const std::string& name) const;
  base::Result<void> put_object(const std::string& name, std::string_view bytes);

  // Writes a set whose objects are there, beside those in use. Answers its number.
  base::Result<int> stage(MirrorSet set);

  // Makes a staged set the one in use.
  base::Result<void> use(int number);

  // Removes sets but for the one in use, the one before it (somebody may be reading it) and those
  // from `staged` on, and objects of none of them. Nothing is removed while what is in use cannot
  // be read.
  base::Result<void> clean(std::optional<int> staged);

 private:
  MirrorSets(sys::FileSystem& files, std::string directory, std::unique_ptr<sys::FileLock> lock)
      : files_(files), directory_(std::move(directory)), lock_(std::move(lock)) {}
  std::string object(const std::string& name) const { return directory_ + "/objects/" + name; }
  std::string set_directory(int number) const {
    return directory_ + "/sets/" + std::to_string(number);
  }
  std::vector<int> numbers() const;  // of sets that are whole or not, sorted
  base::Result<void> link_suite(const SuiteSet& suite, const std::string& directory);
  base::Result<void> show_suite(const SuiteSet& suite);
  base::Result<void> clean_shown(const MirrorSet& set);

  sys::FileSystem& files_;
  std::string directory_;
  std::unique_ptr<sys::FileLock> lock_;
};

}  // namespace sluice::archive
