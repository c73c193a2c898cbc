// Only what the machine's disk can do; the promises of every FileSystem: tests/contract.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "sys/files.h"

namespace sluice::sys {
namespace {

struct Folder {
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

// Stands for a full disk: no file may grow beyond the limit, and write() says so.
struct SmallFiles {
  explicit SmallFiles(rlim_t bytes) {
    old_handler = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_limit);
    const rlimit limit{bytes, old_limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit);
    ::signal(SIGXFSZ, old_handler);
  }
  rlimit old_limit{};
  void (*old_handler)(int) = nullptr;
};

}  // namespace

TEST_CASE("posix files: a write that fails halfway leaves the old file and no new one") {
  const Folder folder;
  const auto files = posix_file_system();
  REQUIRE(files->replace(folder.path + "/HeidiResult", "old"));

  base::Result<void> result;
  {
    const SmallFiles limit(100);
    result = files->replace(folder.path + "/HeidiResult", std::string(1000, 'x'));
  }

  REQUIRE_FALSE(result);
  CHECK(result.error().kind == base::ErrorKind::unavailable);
  CHECK(files->read(folder.path + "/HeidiResult").value() == "old");
  CHECK(files->list(folder.path).value() == std::vector<std::string>{"HeidiResult"});
}

// autopkgtest 2.7
TEST_CASE("posix files: a tree neither lists nor follows links, and removes only them") {
  const Folder folder;
  const auto files = posix_file_system();
  REQUIRE(files->replace(folder.path + "/secret/key", "x"));
  REQUIRE(files->replace(folder.path + "/run/log", "x"));
  REQUIRE(files->link(folder.path + "/secret/key", folder.path + "/run/key"));
  REQUIRE(files->link(folder.path + "/secret", folder.path + "/run/all"));

  CHECK(files->tree(folder.path + "/run", 10).value() == std::vector<std::string>{"log"});
  REQUIRE(files->remove_tree(folder.path + "/run"));
  CHECK_FALSE(files->exists(folder.path + "/run"));
  CHECK(files->read(folder.path + "/secret/key").value() == "x");
}

// autopkgtest 2.8
TEST_CASE("posix files: a private directory is closed to others") {
  const Folder folder;
  const auto files = posix_file_system();

  REQUIRE(files->create_private_directory(folder.path + "/a/b"));

  struct stat found{};
  REQUIRE(::stat((folder.path + "/a/b").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0700);
  CHECK(files->free_bytes(folder.path).value_or(0) > 0);
  CHECK_FALSE(files->free_bytes(folder.path + "/none"));
}

// autopkgtest 2.8
TEST_CASE("posix files: a private file is closed to others, whether it was there or not") {
  const Folder folder;
  const auto files = posix_file_system();
  const auto path = folder.path + "/state";
  const auto mode = [&] {
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 0777;
  };

  REQUIRE(files->make_private_file(path));
  CHECK(mode() == 0600);
  CHECK(files->read(path).value().empty());

  REQUIRE(files->append(path, "x"));
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  REQUIRE(files->make_private_file(path));
  CHECK(mode() == 0600);
  CHECK(files->read(path).value() == "x");
  CHECK_FALSE(files->make_private_file(folder.path + "/none/state"));
}

TEST_CASE("posix files: a symbolic link stays one, its file is replaced") {
  const Folder folder;
  const auto files = posix_file_system();
  REQUIRE(files->replace(folder.path + "/real", "old"));
  std::filesystem::create_symlink("real", folder.path + "/link");

  REQUIRE(files->replace(folder.path + "/link", "new"));

  CHECK(std::filesystem::is_symlink(folder.path + "/link"));
  CHECK(files->read(folder.path + "/real").value() == "new");
}

TEST_CASE("posix files: a replaced file keeps its permissions") {
  const Folder folder;
  const auto files = posix_file_system();
  REQUIRE(files->replace(folder.path + "/x", "old"));
  REQUIRE(::chmod((folder.path + "/x").c_str(), 0640) == 0);

  REQUIRE(files->replace(folder.path + "/x", "new"));

  struct stat status{};
  REQUIRE(::stat((folder.path + "/x").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("posix files: a device is written to, never replaced") {
  const auto files = posix_file_system();

  CHECK(files->replace("/dev/null", "x"));

  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("posix files: a file without a size is read whole") {
  const auto files = posix_file_system();

  CHECK_FALSE(files->read("/proc/self/status").value().empty());
}

TEST_CASE("posix files: a relative path is written into the working directory") {
  const Folder folder;
  const auto files = posix_file_system();
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path);

  const auto written = files->replace("plain", "x");

  std::filesystem::current_path(before);
  CHECK(written);
  CHECK(files->read(folder.path + "/plain").value() == "x");
}

TEST_CASE("posix files: a link shows its target and replaces what was there") {
  const Folder folder;
  const auto files = posix_file_system();
  REQUIRE(files->replace(folder.path + "/lists/a", "first"));
  REQUIRE(files->replace(folder.path + "/lists/b", "second"));

  REQUIRE(files->link(folder.path + "/lists/a", folder.path + "/suite/main/Packages"));
  REQUIRE(files->link(folder.path + "/lists/b", folder.path + "/suite/main/Packages"));

  CHECK(std::filesystem::is_symlink(folder.path + "/suite/main/Packages"));
  CHECK(files->read(folder.path + "/suite/main/Packages").value() == "second");
  CHECK(files->list(folder.path + "/suite/main").value() == std::vector<std::string>{"Packages"});
}

}  // namespace sluice::sys
