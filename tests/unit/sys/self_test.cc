#include "sys/self.h"

#include <doctest/doctest.h>

using namespace sluice::sys;

TEST_CASE("self: program and working directory are absolute") {
  CHECK(executable_path().starts_with('/'));
  CHECK(executable_path().ends_with("sluice_test_sys"));
  CHECK(working_directory().starts_with('/'));
}
