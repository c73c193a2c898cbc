#include "adt/run.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace sluice::adt {

// migration 4.6.2
TEST_CASE("run: exit codes") {
  CHECK(code_of_exit(0) == ResultCode::pass);
  CHECK(code_of_exit(2) == ResultCode::pass);
  CHECK(code_of_exit(8) == ResultCode::neutral);
  for (const int bad : {-1, 1, 4, 12, 14, 16, 20, 99, 256})
    CHECK(code_of_exit(bad) == ResultCode::fail);
  for (const int early : {4, 12, 20}) CHECK(may_lack_version(early));
  for (const int other : {0, 2, 8, 14, 16, 99}) CHECK_FALSE(may_lack_version(other));
}

// migration 4.6.2
TEST_CASE("run: the first fifteen characters of its id are its time") {
  CHECK(seen_of_run("20150101_100100@") == 1'420'106'460);
  CHECK(seen_of_run("20150101_100100_ab1f2@") == 1'420'106'460);
  for (const auto* bad : {"", "2015", "20150101-100100@", "20151301_100100@", "20150230_100100@",
                          "20150101_250000@", "2015010a_100100@", "+0150101_100100@"})
    CHECK_FALSE(seen_of_run(bad));
}

// migration 4.6.2
TEST_CASE("run: triggers are the words with a slash") {
  CHECK(triggers_of(" a/1  x b/2\n") == std::vector<std::string>{"a/1", "b/2"});
  CHECK(triggers_of("").empty());
  const std::string odd("a/ /1 a/1/2 a/1<b> a/1\0 .a/1 b/2", 32);
  CHECK(sound_triggers(triggers_of(odd)) == std::vector<std::string>{"b/2"});
}

}  // namespace sluice::adt
