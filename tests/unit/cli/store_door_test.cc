#include "cli/store_door.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <string>

#include "support/memory_files.h"

namespace sluice::cli {
namespace {

// Variables of the environment for as long as a test runs.
struct Environment {
  explicit Environment(const char* auth_url) {
    if (auth_url != nullptr) ::setenv("SWIFT_AUTH_URL", auth_url, 1);
    ::setenv("SWIFT_USERNAME", "test:tester", 1);
    ::setenv("SWIFT_PASSWORD", "testing", 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto* name : {"SWIFT_AUTH_URL", "SWIFT_USERNAME", "SWIFT_PASSWORD"})
      ::unsetenv(name);
  }
};

}  // namespace

// autopkgtest 2.1, 3
TEST_CASE("store door: a server's results are where a worker would put them") {
  CHECK(served_place("", "/state")->directory == "/state/results");
  CHECK(served_place("/srv/r", "/state")->directory == "/srv/r");
  CHECK_FALSE(served_place("http://swift.example/auth/v1.0", "/state"));  // who are we?
  {
    const Environment environment(nullptr);
    const auto place = served_place("http://swift.example/auth/v1.0", "/state").value();
    CHECK(is_swift(place));
    CHECK(place.access.auth_url == "http://swift.example/auth/v1.0");
    CHECK(place.access.auth == results::SwiftAuth::v1);
    CHECK_FALSE(is_swift(served_place("", "/state").value()));
  }
  const Environment environment("https://keystone.example/v3");
  CHECK(is_swift(served_place("", "/state").value()));
  CHECK_FALSE(is_swift(served_place("/srv/r", "/state").value()));
}

TEST_CASE("store door: a directory is one") {
  test::MemoryFileSystem files;
  StoreDoor door(served_place("/srv/r", "/state").value(), files, {});
  REQUIRE(door.store().ensure_container("autopkgtest-noble", {}));
  CHECK(door.store().containers().value() == std::vector<std::string>{"autopkgtest-noble"});
}

}  // namespace sluice::cli
