#include "archive/mirror_sets.h"

#include <doctest/doctest.h>

#include "support/linked_files.h"

namespace sluice::archive {
namespace {

MirrorSet set_of(const std::string& object, const std::string& component = "main") {
  SuiteSet suite{"testing",
                 base::instant_of_seconds(100),
                 base::instant_of_seconds(200),
                 {"\"e\"", "then"},
                 "KEY",
                 {}};
  suite.files = {{"Release", "r" + object}, {component + "/source/Sources", object}};
  return {0, 0, "what was asked", {suite}};
}

// Stages a set with these bytes as its index, and uses it.
int use(MirrorSets& sets, const std::string& bytes, const std::string& component = "main") {
  REQUIRE(sets.put_object(bytes, bytes));
  REQUIRE(sets.put_object("r" + bytes, "Release of " + bytes));
  const auto number = sets.stage(set_of(bytes, component));
  REQUIRE(number);
  REQUIRE(sets.use(*number));
  return *number;
}

}  // namespace

TEST_CASE("mirror sets: what is staged is not seen before it is used") {
  test::LinkedFiles files;
  auto sets = MirrorSets::open(files, "/m");
  REQUIRE(sets);
  use(*sets, "old");
  REQUIRE(sets->put_object("new", "new"));

  const auto number = sets->stage(set_of("new"));

  CHECK(files.read("/m/dists/testing/main/source/Sources").value() == "old");
  REQUIRE(sets->use(*number));
  CHECK(files.read("/m/dists/testing/main/source/Sources").value() == "new");
  CHECK(sets->current()->suites == set_of("new").suites);
  CHECK(sets->current()->number == *number);
}

TEST_CASE("mirror sets: what readers keep beside a suite stays") {
  test::LinkedFiles files;
  auto sets = MirrorSets::open(files, "/m");
  use(*sets, "old");
  REQUIRE(files.replace("/m/dists/testing/Dates", "state"));

  use(*sets, "new", "contrib");
  REQUIRE(sets->clean({}));

  CHECK(files.read("/m/dists/testing/Dates").value() == "state");
  CHECK(files.list("/m/dists/testing").value() ==
        std::vector<std::string>{"Dates", "Release", "contrib"});
}

TEST_CASE("mirror sets: the one before stays for who reads it, older ones and their objects go") {
  test::LinkedFiles files;
  auto sets = MirrorSets::open(files, "/m");
  const int one = use(*sets, "one"), two = use(*sets, "two"), three = use(*sets, "three");
  REQUIRE(sets->put_object("orphan", "x"));

  REQUIRE(sets->clean({}));

  CHECK(one < two);
  CHECK(two < three);
  CHECK_FALSE(files.exists("/m/sets/" + std::to_string(one) + "/set.json"));
  CHECK(files.read("/m/sets/" + std::to_string(two) + "/testing/main/source/Sources") == "two");
  CHECK(files.list("/m/objects").value() ==
        std::vector<std::string>{"rthree", "rtwo", "three", "two"});
}

TEST_CASE("mirror sets: cleaning spares what is staged") {
  test::LinkedFiles files;
  auto sets = MirrorSets::open(files, "/m");
  use(*sets, "one");
  REQUIRE(sets->put_object("two", "two"));
  REQUIRE(sets->put_object("rtwo", "two"));
  const auto staged = sets->stage(set_of("two"));

  REQUIRE(sets->clean(*staged));
  REQUIRE(sets->use(*staged));

  CHECK(sets->is_whole(*sets->current()));
}

TEST_CASE("mirror sets: nothing is removed while what is in use cannot be read") {
  test::LinkedFiles files;
  auto sets = MirrorSets::open(files, "/m");
  const int number = use(*sets, "one");
  REQUIRE(files.replace("/m/sets/" + std::to_string(number) + "/set.json", "{"));

  REQUIRE(sets->clean({}));

  CHECK_FALSE(sets->current());
  CHECK(files.read("/m/dists/testing/main/source/Sources").value() == "one");
}

TEST_CASE("mirror sets: a set that lost a file is not whole") {
  test::LinkedFiles files;
  auto sets = MirrorSets::open(files, "/m");
  use(*sets, "one");
  CHECK(sets->is_whole(*sets->current()));

  REQUIRE(files.remove("/m/objects/one"));

  CHECK_FALSE(sets->is_whole(*sets->current()));
}

TEST_CASE("mirror sets: one process has a directory") {
  test::LinkedFiles files;
  const auto sets = MirrorSets::open(files, "/m");

  CHECK(MirrorSets::open(files, "/m").error().kind == base::ErrorKind::conflict);
  CHECK(MirrorSets::open(files, "/other"));
}

TEST_CASE("mirror set: text and back; what is no set, or leads elsewhere, is refused") {
  auto set = set_of("abc");
  set.number = 7;
  set.before = 5;
  set.suites.push_back({"unstable", base::instant_of_seconds(5), {}, {}, "", {}});

  CHECK(parse_mirror_set(text_of(set)) == set);
  for (const auto* text : {"", "{", "[]", "{}", R"({"number":1})", R"({"number":0,"suites":[]})",
                           R"({"number":2,"before":2,"suites":[]})",
                           R"({"number":1,"suites":[{"suite":"../x","date":1,"files":{}}]})",
                           R"({"number":1,"suites":[{"suite":"x","files":{}}]})",
                           R"({"number":1,"suites":[{"suite":"x","date":1,"files":{"../y":"a"}}]})",
                           R"({"number":1,"suites":[{"suite":"x","date":1,"files":{"y":"../a"}}]})",
                           R"({"number":1,"suites":[{"suite":"x","date":1,"files":{"y":5}}]})"})
    CHECK(parse_mirror_set(text).error().kind == base::ErrorKind::corrupt);
}

}  // namespace sluice::archive
