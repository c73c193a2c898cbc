#include "worker/remotes.h"

#include <doctest/doctest.h>

using namespace sluice;
using worker::Remote;
using worker::Slot;

// autopkgtest 2.1
TEST_CASE("remotes: a line is architecture, address and number") {
  const auto remotes =
      worker::parse_remotes("# remotes\namd64 10.0.0.1 2\n\narm64  lxd-a  1 # x\n");

  REQUIRE(remotes);
  CHECK(*remotes == std::vector<Remote>{{"amd64", "10.0.0.1", 2}, {"arm64", "lxd-a", 1}});
}

TEST_CASE("remotes: what is wrong is named with its line") {
  const auto error = [](const char* text) { return worker::parse_remotes(text).error().text(); };
  CHECK(error("amd64 a\n") == "line 1: expected ARCH ADDRESS N");
  CHECK(error("\namd64 a x\n") == "line 2: expected ARCH ADDRESS N");
  CHECK(error("amd64 a -1\n") == "line 1: expected ARCH ADDRESS N");
  CHECK(error("amd64 a 1001\n") == "line 1: expected ARCH ADDRESS N");
  CHECK(error("amd64 a 1\namd64 a 2\n") == "line 2: a stands there twice");
  CHECK_FALSE(worker::parse_remotes("amd-64 a 1\n"));
}

// autopkgtest 2.1
TEST_CASE("remotes: each slot has a name of its own") {
  const std::vector<Remote> remotes{{"amd64", "a", 2}, {"arm64", "b", 1}, {"amd64", "c", 0}};

  CHECK(worker::remote_slots("host", remotes, "") == std::vector<Slot>{{"host-1", "amd64", "a"},
                                                                       {"host-2", "amd64", "a"},
                                                                       {"host-3", "arm64", "b"}});
  CHECK(worker::remote_slots("host", remotes, "arm64") ==
        std::vector<Slot>{{"host-1", "arm64", "b"}});
  CHECK(worker::local_slots("host", "amd64", 2) ==
        std::vector<Slot>{{"host-1", "amd64", ""}, {"host-2", "amd64", ""}});
}
