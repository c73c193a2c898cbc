// What every FileSystem promises (sys/files.h), asked of the machine's disk, of the one in memory,
// and of the simulator's.
//
// covers: sys/files.cc sys/posix_files.cc
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/sim_files.h"
#include "support/linked_files.h"
#include "support/memory_files.h"
#include "sys/files.h"

namespace sluice {
namespace {

using base::ErrorKind;
using Names = std::vector<std::string>;

struct FilesOnDisk {
  FilesOnDisk() : files(sys::posix_file_system()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  FilesOnDisk(const FilesOnDisk&) = delete;
  FilesOnDisk& operator=(const FilesOnDisk&) = delete;
  ~FilesOnDisk() { std::filesystem::remove_all(root); }
  std::unique_ptr<sys::FileSystem> files;
  std::string root;
};

struct FilesInMemory {
  std::unique_ptr<sys::FileSystem> files = std::make_unique<test::MemoryFileSystem>();
  std::string root = "/disk";
};

struct WithLinks {
  std::unique_ptr<sys::FileSystem> files = std::make_unique<test::LinkedFiles>();
  std::string root = "/disk";
};

// Of a machine that stays on. It has no directories (they are always there and never lost), so what
// is promised of those is not asked of it, nor of locks: one process at a time has the machine.
struct SimulatedDisk {
  sim::SimRandom random{1};
  sim::Coverage coverage;
  sim::SimDisk disk{random, coverage};
  std::unique_ptr<sys::FileSystem> files = std::make_unique<sim::SimFiles>(disk);
  std::string root = "/disk";
};

}  // namespace

TEST_CASE_TEMPLATE("file system: a replaced file is read back whole", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks, SimulatedDisk) {
  Disk disk;
  const auto path = disk.root + "/out";

  REQUIRE(disk.files->replace(path, "first"));
  REQUIRE(disk.files->replace(path, std::string("a\0b\n", 4)));

  CHECK(disk.files->read(path).value() == std::string("a\0b\n", 4));
  CHECK(disk.files->status(path)->size == 4);
  CHECK_FALSE(disk.files->status(path)->directory);
}

TEST_CASE_TEMPLATE("file system: replacing leaves nothing else behind", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks, SimulatedDisk) {
  Disk disk;

  REQUIRE(disk.files->replace(disk.root + "/out", "1"));
  REQUIRE(disk.files->replace(disk.root + "/out", "2"));

  CHECK(disk.files->list(disk.root).value() == Names{"out"});
}

TEST_CASE_TEMPLATE("file system: missing parents are created", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks) {
  Disk disk;

  REQUIRE(disk.files->replace(disk.root + "/a/b/out", "x"));
  REQUIRE(disk.files->append(disk.root + "/c/d/log", "y"));

  CHECK(disk.files->status(disk.root + "/a/b")->directory);
  CHECK(disk.files->read(disk.root + "/c/d/log").value() == "y");
}

TEST_CASE_TEMPLATE("file system: an empty file can be read", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks, SimulatedDisk) {
  Disk disk;

  REQUIRE(disk.files->replace(disk.root + "/empty", ""));

  CHECK(disk.files->read(disk.root + "/empty").value().empty());
}

TEST_CASE_TEMPLATE("file system: a missing directory is not_found", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks) {
  Disk disk;

  CHECK(disk.files->list(disk.root + "/none").error().kind == ErrorKind::not_found);
}

TEST_CASE_TEMPLATE("file system: what is missing is not_found", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks, SimulatedDisk) {
  Disk disk;
  const auto path = disk.root + "/none";

  CHECK(disk.files->open(path).error().kind == ErrorKind::not_found);
  CHECK(disk.files->status(path).error().kind == ErrorKind::not_found);
  CHECK(disk.files->remove(path).error().kind == ErrorKind::not_found);
  CHECK(disk.files->rename(path, disk.root + "/other").error().kind == ErrorKind::not_found);
  CHECK_FALSE(disk.files->exists(path));
}

TEST_CASE_TEMPLATE("file system: an error names the file", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks, SimulatedDisk) {
  Disk disk;
  const auto path = disk.root + "/none";

  CHECK(disk.files->open(path).error().what.find(path) != std::string::npos);
}

TEST_CASE_TEMPLATE("file system: appending adds at the end", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks, SimulatedDisk) {
  Disk disk;
  const auto path = disk.root + "/log";

  REQUIRE(disk.files->append(path, "one\n"));
  REQUIRE(disk.files->append(path, "two\n"));

  CHECK(disk.files->read(path).value() == "one\ntwo\n");
}

TEST_CASE_TEMPLATE("file system: names are listed sorted", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/b", ""));
  REQUIRE(disk.files->replace(disk.root + "/a", ""));
  REQUIRE(disk.files->replace(disk.root + "/c/inner", ""));

  CHECK(disk.files->list(disk.root).value() == Names{"a", "b", "c"});
}

TEST_CASE_TEMPLATE("file system: a tree is listed by paths, sorted", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks) {
  Disk disk;
  for (const auto* path : {"b", "a/z", "a/y/x"})
    REQUIRE(disk.files->replace(disk.root + "/" + path, ""));

  CHECK(disk.files->tree(disk.root, 3).value() == Names{"a/y/x", "a/z", "b"});
  CHECK(disk.files->tree(disk.root, 2).error().kind == ErrorKind::invalid);
  CHECK(disk.files->tree(disk.root + "/none", 2).error().kind == ErrorKind::not_found);
}

TEST_CASE_TEMPLATE("file system: a removed tree has no files, twice is harmless", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/tree/a/b", ""));

  REQUIRE(disk.files->remove_tree(disk.root + "/tree"));

  CHECK_FALSE(disk.files->exists(disk.root + "/tree/a/b"));
  CHECK(disk.files->remove_tree(disk.root + "/tree"));
}

TEST_CASE_TEMPLATE("file system: renaming replaces the other file", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks, SimulatedDisk) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/new", "new"));
  REQUIRE(disk.files->replace(disk.root + "/old", "old"));

  REQUIRE(disk.files->rename(disk.root + "/new", disk.root + "/old"));

  CHECK(disk.files->read(disk.root + "/old").value() == "new");
  CHECK_FALSE(disk.files->exists(disk.root + "/new"));
}

TEST_CASE_TEMPLATE("file system: a removed file is gone", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks, SimulatedDisk) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/x", "x"));

  REQUIRE(disk.files->remove(disk.root + "/x"));

  CHECK_FALSE(disk.files->exists(disk.root + "/x"));
}

TEST_CASE_TEMPLATE("file system: a directory is neither read nor replaced", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks) {
  Disk disk;
  REQUIRE(disk.files->create_directories(disk.root + "/dir"));

  CHECK(disk.files->open(disk.root + "/dir").error().kind == ErrorKind::invalid);
  CHECK(disk.files->replace(disk.root + "/dir", "x").error().kind == ErrorKind::invalid);
  CHECK(disk.files->status(disk.root + "/dir")->directory);
}

TEST_CASE_TEMPLATE("file system: a file is no parent directory", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/file", "x"));

  CHECK_FALSE(disk.files->replace(disk.root + "/file/inner", "y"));
  CHECK(disk.files->read(disk.root + "/file").value() == "x");
}

TEST_CASE_TEMPLATE("file system: a view outlives the replacement of its file", Disk, FilesOnDisk,
                   FilesInMemory, WithLinks, SimulatedDisk) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/x", "old"));
  const auto view = disk.files->open(disk.root + "/x");
  REQUIRE(view);

  REQUIRE(disk.files->replace(disk.root + "/x", "newer"));

  CHECK((*view)->bytes() == "old");
}

TEST_CASE_TEMPLATE("file system: a lock is held by one at a time", Disk, FilesOnDisk, FilesInMemory,
                   WithLinks) {
  Disk disk;
  const auto path = disk.root + "/state/lock";
  auto first = disk.files->lock(path);
  REQUIRE(first);

  CHECK(disk.files->lock(path).error().kind == ErrorKind::conflict);
  CHECK(disk.files->lock(disk.root + "/other"));

  first->reset();
  CHECK(disk.files->lock(path));
}

TEST_CASE_TEMPLATE("file system: a link to a directory can be switched", Disk, FilesOnDisk,
                   WithLinks) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/1/main/x", "old"));
  REQUIRE(disk.files->replace(disk.root + "/2/main/x", "new"));
  REQUIRE(disk.files->link(disk.root + "/now/main", disk.root + "/seen/main"));  // comes later

  REQUIRE(disk.files->link(disk.root + "/1", disk.root + "/now"));
  CHECK(disk.files->read(disk.root + "/seen/main/x").value() == "old");
  REQUIRE(disk.files->link(disk.root + "/2", disk.root + "/now"));

  CHECK(disk.files->read(disk.root + "/seen/main/x").value() == "new");
  CHECK(disk.files->list(disk.root + "/seen").value() == Names{"main"});
  CHECK(disk.files->list(disk.root).value() == Names{"1", "2", "now", "seen"});
}

TEST_CASE_TEMPLATE("file system: removing a link leaves what it points to", Disk, FilesOnDisk,
                   WithLinks) {
  Disk disk;
  REQUIRE(disk.files->replace(disk.root + "/object", "bytes"));
  REQUIRE(disk.files->link(disk.root + "/object", disk.root + "/set/a/file"));
  REQUIRE(disk.files->link(disk.root + "/object", disk.root + "/alone"));

  CHECK(disk.files->tree(disk.root + "/set/a", 9).value().empty());
  REQUIRE(disk.files->remove_tree(disk.root + "/set"));
  REQUIRE(disk.files->remove(disk.root + "/alone"));

  CHECK_FALSE(disk.files->exists(disk.root + "/set/a/file"));
  CHECK_FALSE(disk.files->exists(disk.root + "/alone"));
  CHECK(disk.files->read(disk.root + "/object").value() == "bytes");
}

TEST_CASE_TEMPLATE("file system: a link that points nowhere is listed and not found", Disk,
                   FilesOnDisk, WithLinks) {
  Disk disk;
  REQUIRE(disk.files->link(disk.root + "/none", disk.root + "/d/dangling"));

  CHECK(disk.files->list(disk.root + "/d").value() == Names{"dangling"});
  CHECK(disk.files->status(disk.root + "/d/dangling").error().kind == ErrorKind::not_found);
}

}  // namespace sluice
