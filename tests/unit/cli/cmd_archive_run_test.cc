#include "cli/cmd_archive_run.h"

#include <doctest/doctest.h>

using namespace sluice::cli;

TEST_CASE("archive run: lists go to the user's cache unless it is said where") {
  CHECK(default_directory("/c", "/h") == "/c/sluice/archive");
  CHECK(default_directory("relative", "/h") == "/h/.cache/sluice/archive");
  CHECK(default_directory(nullptr, "/h") == "/h/.cache/sluice/archive");
  CHECK(default_directory(nullptr, nullptr) == std::nullopt);
  CHECK(default_directory("", "") == std::nullopt);
}

TEST_CASE("archive run: the shipped archive is found from the program, installed or built") {
  CHECK(shipped_archive_places("/usr/bin/sluice").front() == "/usr/bin/../share/sluice/archive");
  CHECK(shipped_archive_places("/src/build/release/sluice").back() ==
        "/src/build/release/../../share/archive");
}
