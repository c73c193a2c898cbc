#include "worker/names.h"

#include <doctest/doctest.h>

#include "adt/job_state.h"
#include "support/memory_files.h"

using namespace sluice;

// testgrid 1.4
TEST_CASE("names: a name fits into a path and a URL") {
  for (const auto* name : {"a", "ci01.example.org", "ci01~left", "A_b-2"})
    CHECK_MESSAGE(worker::check_name(name), name);
  for (const auto* name : {"", ".", "..", "-x", "~x", "a/b", "a b", "a\n", "\xc3\xa4"})
    CHECK_MESSAGE(!worker::check_name(name), name);
  CHECK(worker::check_name(std::string(100, 'a')));
  CHECK_FALSE(worker::check_name(std::string(101, 'a')));
}

// testgrid 1.4, 1.5 (T9)
TEST_CASE("names: a worker's own name has the whole host and its number, and tells the host") {
  CHECK(worker::default_name("ci01.example.org", "0a1b2c3d") == "ci01.example.org~0a1b2c3d");
  CHECK(adt::host_of("ci01.example.org~0a1b2c3d-12") == "ci01.example.org");
}

TEST_CASE("names: of a strange host comes a name too") {
  for (const auto& host : {std::string(), std::string("-x"), std::string("a/../b c\n"),
                           std::string(300, 'h'), std::string("\xff~")})
    CHECK_MESSAGE(worker::check_name(worker::default_name(host, "0a1b2c3d")), host);
}

// testgrid 1.4: a worker that starts again asks as the one that died
TEST_CASE("names: a work directory keeps its number") {
  test::MemoryFileSystem files;

  const auto first = worker::keep_id(files, "/work-dir", 0x1234'0000'00ab);
  const auto again = worker::keep_id(files, "/work-dir", 7);
  const auto other = worker::keep_id(files, "/other", 7);

  CHECK(first.value() == "000000ab");
  CHECK(again.value() == "000000ab");
  CHECK(other.value() == "00000007");
}

TEST_CASE("names: a number that is none is made anew") {
  test::MemoryFileSystem files;
  files.put("/work-dir/id", "../../etc");

  CHECK(worker::keep_id(files, "/work-dir", 7).value() == "00000007");
  CHECK(files.read("/work-dir/id").value() == "00000007\n");
}

// autopkgtest 2.1
TEST_CASE("names: a testbed is called as its slot where that can be") {
  CHECK(worker::testbed_name("host-1") == "adt-host-1");
  CHECK(worker::testbed_name(std::string(59, 'a')).size() == 63);
}

// autopkgtest 2.1
TEST_CASE("names: testbeds of slots that differ differ, in what every server takes") {
  const auto dots = worker::testbed_name("ci.x~0a1b2c3d-1");
  CHECK(dots.starts_with("adt-ci-x-0a1b2c3d-1-"));
  CHECK(dots != worker::testbed_name("ci-x~0a1b2c3d-1"));
  CHECK(dots.find_first_of(".~_") == std::string::npos);

  const std::string long_host(90, 'a');
  CHECK(worker::testbed_name(long_host + "-1").size() == 63);
  CHECK(worker::testbed_name(long_host + "-1") != worker::testbed_name(long_host + "-2"));
}
