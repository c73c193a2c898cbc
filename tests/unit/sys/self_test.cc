#include "sys/self.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

using namespace sluice::sys;

TEST_CASE("self: program and working directory are absolute") {
  CHECK(executable_path().starts_with('/'));
  CHECK(executable_path().ends_with("sluice_test_sys"));
  CHECK(working_directory().starts_with('/'));
}

TEST_CASE("self: the machine has the name that the kernel tells, whole") {
  std::ifstream told("/proc/sys/kernel/hostname");
  std::string name;
  std::getline(told, name);
  CHECK(host_name() == name);
}
