#include "cli/follow_log.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "codec/base64.h"
#include "support/grid_scene.h"

namespace sluice::cli {
namespace {

using test::GridScene;

// The server's answer to one question, and to the next one: that there is no more.
struct FollowScene : GridScene {
  void tell(const std::string& asked, int epoch, int from, const std::string& bytes) {
    answer("GET", "jobs/j-1/log?" + asked, 200,
           "{\"epoch\": " + std::to_string(epoch) + ", \"from\": " + std::to_string(from) +
               ", \"bytes\": \"" + codec::to_base64(bytes) + "\"}");
  }
  LogFollower follower{"j-1", parties};
};

}  // namespace

TEST_CASE("follow log: where nothing runs nothing is printed") {
  FollowScene s;
  s.tell("epoch=0&from=0", 0, 0, "");
  CHECK(s.follower.print_news());
  CHECK_FALSE(s.follower.has_printed());
  s.follower.end();
  CHECK(s.printed.empty());
  CHECK(s.complaints.empty());
}

// testgrid 1.4
TEST_CASE("follow log: what is left out is said where it is, and at the end") {
  FollowScene s;
  s.tell("epoch=0&from=0", 1, 100, "one\n");
  s.tell("epoch=1&from=104", 1, 1104, "two\n");
  s.tell("epoch=1&from=1108", 1, 1108, "");

  CHECK(s.follower.print_news());
  s.follower.end();

  CHECK(s.printed == "one\ntwo\n");
  CHECK(s.complaints == std::vector<std::string>{
                            "100 bytes of the log are left out here",
                            "1000 bytes of the log are left out here",
                            "1100 bytes were left out; \"sluice log j-1\" prints what is stored"});
}

// testgrid 1.5 (T9)
TEST_CASE("follow log: another attempt is told of and begins at its beginning") {
  FollowScene s;
  s.tell("epoch=0&from=0", 1, 0, "first");
  s.tell("epoch=1&from=5", 2, 0, "second");
  s.tell("epoch=2&from=6", 2, 6, "");

  CHECK(s.follower.print_news());

  CHECK(s.printed == "firstsecond");
  CHECK(s.complaints == std::vector<std::string>{"attempt 2 of j-1 begins"});
}

// testgrid 7: U+009B is to a terminal what ESC [ is
TEST_CASE("follow log: a control that comes in two parts does not reach a terminal") {
  FollowScene s;
  s.parties.terminal = true;
  s.tell("epoch=0&from=0", 1, 0, "a\x1b[0m\xc2");
  s.tell("epoch=1&from=6", 1, 6,
         "\x9b"
         "b\xc2");
  s.tell("epoch=1&from=9", 1, 9, "\xa9\xc2");
  s.tell("epoch=1&from=11", 1, 20,
         "\x9b"
         "2J\xc2");
  s.tell("epoch=1&from=24", 1, 24, "");

  CHECK(s.follower.print_news());
  s.follower.end();

  // "\x9b" alone is no UTF-8, and as before none of ours to judge.
  CHECK(s.printed ==
        "a?[0m?b\xc2\xa9?\x9b"
        "2J?");
}

TEST_CASE("follow log: elsewhere bytes are printed as they are") {
  FollowScene s;
  s.tell("epoch=0&from=0", 1, 0, std::string("a\0\xc2", 3));
  s.tell("epoch=1&from=3", 1, 3, "\x9b");
  s.tell("epoch=1&from=4", 1, 4, "");
  CHECK(s.follower.print_news());
  CHECK(s.printed == std::string("a\0\xc2\x9b", 4));
}

TEST_CASE("follow log: garbage of a server is an error") {
  for (const auto* garbage : {"{}", R"({"epoch": 1, "from": 0, "bytes": "%"})",
                              R"({"epoch": 1, "from": -1, "bytes": ""})",
                              R"({"epoch": 1, "from": 9223372036854775807, "bytes": "YQ=="})"}) {
    FollowScene s;
    s.answer("GET", "jobs/j-1/log?epoch=0&from=0", 200, garbage);
    CHECK_MESSAGE(!s.follower.print_news(), garbage);
  }
  FollowScene twice;
  twice.tell("epoch=0&from=0", 1, 0, "one");
  twice.tell("epoch=1&from=3", 1, 2, "e");
  CHECK_FALSE(twice.follower.print_news());
}

}  // namespace sluice::cli
