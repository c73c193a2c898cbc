#include "worker/tool.h"

#include <doctest/doctest.h>

using namespace sluice;

// autopkgtest 2.4
TEST_CASE("tool: Debian's 5.28 has no -a and no ppa:, and the new name for a single test") {
  const auto options = worker::parse_tool_help(
      "usage: autopkgtest [options] [testbinary ...] testsrc -- virt-server\n"
      "  --test-name ONLY_TESTS\n"
      "                        run only given test name (repeatable). This replaces\n"
      "                        --testname, which is deprecated.\n"
      "  -U, --apt-upgrade     Run apt update/dist-upgrade before the tests\n"
      "  --add-apt-source \"deb http://m SUITE COMPONENT...\"\n"
      "                        Enable additional apt sources\n"
      "  --pin-packages RELEASE=pkgname,src:srcname,...\n"
      "  --apt-pocket POCKETNAME[=pkgname,src:srcname,...]\n"
      "  --copy HOSTFILE:TESTBEDFILE\n");

  CHECK(options == worker::ToolOptions{.architecture = false,
                                       .ppa_sources = false,
                                       .pin_packages = true,
                                       .apt_pocket = true,
                                       .copy = true,
                                       .test_name = "--test-name"});
}

// autopkgtest 2.4
TEST_CASE("tool: the fork has -a, ppa: and the old name") {
  const auto options = worker::parse_tool_help(
      "  -a ARCH, --architecture ARCH\n"
      "  --add-apt-source \"deb URL\" | \"ppa:OWNER/NAME\"\n"
      "  --testname=NAME       run one test\n");

  CHECK(options.architecture);
  CHECK(options.ppa_sources);
  CHECK(options.test_name == "--testname");
}

TEST_CASE("tool: nothing is understood of an empty text") {
  CHECK(worker::parse_tool_help("") == worker::ToolOptions{});
}
