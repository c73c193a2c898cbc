// The parsed form of indexes on disk: what SnapshotBuilder remembers, one file. A file that is
// missing, damaged or of another version means parsing, and is written anew. Format:
// docs/formats/parsed-cache.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "deb/snapshot_builder.h"
#include "sys/files.h"

namespace sluice::archive {

class ParsedCache {
 public:
  // `path`: "" for no cache.
  ParsedCache(sys::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  // For SnapshotOptions::memory; valid as long as this object.
  std::string_view bytes();

  // Writes the file if enough is new to pay for the next run, and removes it when most of it is of
  // no use any more. Failing is a warning: a cache is not worth a run.
  void update(deb::SnapshotBuilder& builder, base::Log& log);

 private:
  sys::FileSystem& files_;
  std::string path_;
  std::unique_ptr<sys::FileView> view_;
};

}  // namespace sluice::archive
