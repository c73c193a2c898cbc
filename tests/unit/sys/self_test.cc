#include "sys/self.h"

#include <doctest/doctest.h>

using namespace sluice::sys;

TEST_CASE("self: program and working directory are absolute") {
  CHECK(executable_path().starts_with('/'));
  CHECK(executable_path().ends_with("sluice_test_sys"));
  CHECK(working_directory().starts_with('/'));
}

TEST_CASE("self: the machine's name has no domain") {
  CHECK_FALSE(sluice::sys::host_name().empty());
  CHECK_FALSE(sluice::sys::host_name().contains('.'));
}
