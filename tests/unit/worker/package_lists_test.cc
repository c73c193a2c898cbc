#include "worker/package_lists.h"

#include <doctest/doctest.h>

#include "support/memory_files.h"

using namespace sluice;

// autopkgtest 2.2
TEST_CASE("package lists: which lines concern a package") {
  struct Row {
    const char* name;
    const char* line;
    bool matches;
  };
  const Row rows[] = {
      {"package", "gzip", true},
      {"other package", "bzip2", false},
      {"glob", "gz*", true},
      {"arch", "gzip/amd64", true},
      {"other arch", "gzip/armhf", false},
      {"arch and release", "gzip/amd64/noble", true},
      {"other release", "gzip/amd64/jammy", false},
      {"all for the arch", "gzip/all/noble", true},
      {"all for the release", "gzip/amd64/all", true},
      {"glob over fields", "*/amd64/noble", true},
      {"comment after", "gzip # slow", true},
      {"comment", "# gzip", false},
      {"four fields", "gzip/amd64/noble/x", false},
      {"blank", "", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto list = worker::parse_package_list(std::string(row.line) + "\n");
    CHECK(worker::lists(list, {"gzip", "amd64", "noble"}) == row.matches);
  }
}

TEST_CASE("package lists: a line that can match nothing is a problem") {
  CHECK(worker::parse_package_list("a\nb/c/d/e\n").problems ==
        std::vector<std::string>{"line 2: expected PKG[/ARCH[/RELEASE]]"});
}

// autopkgtest 2.2
TEST_CASE("package lists: files are read anew, missing ones are empty") {
  test::MemoryFileSystem files;
  files.put("/lists/big_packages", "gzip\n");
  const worker::PackagePlace place{"gzip", "amd64", "noble"};
  CHECK(worker::read_traits(files, "/lists", place).value() == worker::PackageTraits{.big = true});

  files.put("/lists/never_run", "gzip/amd64\n");

  const auto traits = worker::read_traits(files, "/lists", place);
  CHECK(traits->big);
  CHECK(traits->never_run);
  CHECK(worker::read_traits(files, "", place).value() == worker::PackageTraits{});
}

TEST_CASE("package lists: one that cannot be read stops the run") {
  test::MemoryFileSystem files;
  (void)files.create_directories("/lists/never_run");
  CHECK_FALSE(worker::read_traits(files, "/lists", {"gzip", "amd64", "noble"}));
}

// autopkgtest 2.2
TEST_CASE("package lists: virtual machines are for architectures that have them") {
  test::MemoryFileSystem files;
  files.put("/lists/vm_packages", "gzip\n");
  CHECK(worker::read_traits(files, "/lists", {"gzip", "s390x", "noble"})->vm);
  CHECK(worker::read_traits(files, "/lists", {"gzip", "amd64v3", "noble"})->vm);
  CHECK_FALSE(worker::read_traits(files, "/lists", {"gzip", "arm64", "noble"})->vm);
}
