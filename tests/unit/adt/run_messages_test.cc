#include "adt/run_messages.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "codec/json.h"

namespace sluice::adt {
namespace {

codec::Value json(std::string_view text) { return codec::parse_json(text).value(); }

const QueueName kMessageQueue{"", "noble", "amd64"};

// Recorded from the peers' worker. Source: autopkgtest 1.3.
const std::string kRecorded =
    R"({"architecture": "amd64", "container": "autopkgtest-noble", "duration": "412\n",)"
    R"( "exitcode": 4, "package": "libpng1.6", "testpkg_version": "1.6.43-5build1",)"
    R"( "release": "noble", "requester": "jane\n",)"
    R"( "swift_dir": "noble/amd64/libp/libpng1.6/20260102_030405_a1b2c@",)"
    R"( "triggers": "glibc/2.39-0ubuntu8 zlib/1:1.3-1", "env": "all-proposed=1,testname=smoke"})";

RequestMessage libpng_request() {
  return parse_message(
             "libpng1.6\n{\"triggers\":[\"glibc/2.39-0ubuntu8\",\"zlib/1:1.3-1\"],"
             "\"requester\":\"jane\",\"all-proposed\":\"1\",\"testname\":\"smoke\"}")
      .value();
}

AttemptEnd attempt() {
  AttemptEnd end;
  end.outcome = Outcome::fail;
  end.exit_code = 4;
  end.version = "libpng1.6 1.6.43-5build1";
  end.duration = std::chrono::seconds(412);
  end.place = {"autopkgtest-noble", "noble/amd64/libp/libpng1.6/20260102_030405_a1b2c@"};
  return end;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

// autopkgtest 1.2
TEST_CASE("status message: every field of the peers', nothing else") {
  StatusMessage status{kMessageQueue, libpng_request(), RunState::running, std::chrono::seconds(20),
                       "l1\nl2"};
  CHECK(json(status_body(status)) ==
        json(R"({"release": "noble", "architecture": "amd64", "package": "libpng1.6",
          "running": true, "duration": 20, "logtail": "l1\nl2", "params": {
            "triggers": ["glibc/2.39-0ubuntu8", "zlib/1:1.3-1"], "requester": "jane",
            "all-proposed": "1", "testname": "smoke"}})"));
  status.state = RunState::ended;
  status.request.uuid = "0a";
  const auto ended = json(status_body(status));
  CHECK(*ended.find("running") == codec::Value(false));
  CHECK(*ended.find("uuid") == codec::Value("0a"));
}

// autopkgtest 1.2
TEST_CASE("status message: a private run shows neither package nor parameters nor log") {
  auto secret =
      parse_message(
          "hidden\n{\"ppas\":[\"me:token@me/mine\"],\"readable-by\":\"joe\",\"uuid\":\"0a\"}")
          .value();
  const auto body = status_body({kMessageQueue, secret, RunState::running, {}, "PASSWORD"});
  CHECK(json(body) == json(R"({"release": "noble", "architecture": "amd64", "package":
          "private-test", "running": true, "duration": 0, "params": {},
          "logtail": "The log of this test is not public."})"));
}

// autopkgtest 1.3
TEST_CASE("completion message: what we write is what the peers write") {
  const auto message = complete_of(libpng_request(), kMessageQueue, attempt());
  CHECK(json(complete_body(message)) == json(kRecorded));
}

// autopkgtest 1.3
TEST_CASE("completion message: without requester and triggers there is null") {
  RequestMessage plain;
  plain.package = "libpng1.6";
  const auto value = json(complete_body(complete_of(plain, kMessageQueue, attempt())));
  CHECK(*value.find("requester") == codec::Value(nullptr));
  CHECK(*value.find("triggers") == codec::Value(nullptr));
  CHECK(*value.find("env") == codec::Value(""));
  CHECK(value.find("uuid") == nullptr);
}

// autopkgtest 1.3
TEST_CASE("completion message: the peers' is read, with and without its optional parts") {
  CHECK(parse_complete(kRecorded).value() ==
        complete_of(libpng_request(), kMessageQueue, attempt()));
  auto bare = replaced(kRecorded, "\"jane\\n\"", "null");
  bare = replaced(bare, "\"412\\n\"", "412.7");
  bare = replaced(bare, "\"glibc/2.39-0ubuntu8 zlib/1:1.3-1\"", "null");
  bare = replaced(bare, "\"1.6.43-5build1\"", "\"libpng1.6 1.6.43-5build1\"");
  const auto read = parse_complete(bare).value();
  CHECK(read.requester.empty());
  CHECK(read.triggers.empty());
  CHECK(read.duration == std::chrono::seconds(412));
  CHECK(read.version == "1.6.43-5build1");
}

// autopkgtest 1.3, testgrid 7.3
TEST_CASE("completion message: what makes no sense names its key") {
  struct Bad {
    std::string from, to, key;
  };
  const std::vector<Bad> all = {{"\"amd64\"", "\"../x\"", "architecture"},
                                {"\"noble\"", "7", "release"},
                                {"\"package\": \"libpng1.6\"", "\"package\": \"\"", "package"},
                                {"\"exitcode\": 4,", "", "exitcode"},
                                {"\"exitcode\": 4", "\"exitcode\": 1e300", "exitcode"},
                                {"20260102_030405", "yesterday", "swift_dir"},
                                {"noble/amd64/libp", "noble/arm64/libp", "swift_dir"},
                                {"a1b2c@", "a1b2c@/..", "swift_dir"},
                                {"a1b2c@", "a1..c@", "swift_dir"},
                                {"zlib/1:1.3-1", "zlib;rm", "triggers"},
                                {"1.6.43-5build1", "<b>", "testpkg_version"},
                                {"\"412\\n\"", "[]", "duration"},
                                {"jane\\n", "jane\\u0000", "requester"}};
  for (const auto& bad : all) {
    CAPTURE(bad.key);
    const auto read = parse_complete(replaced(kRecorded, bad.from, bad.to));
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == base::ErrorKind::invalid);
    CHECK(read.error().text().contains(bad.key));
  }
  CHECK_FALSE(parse_complete("[]"));
  CHECK_FALSE(parse_complete(""));
}

// decision 14; autopkgtest 1.3
TEST_CASE("completion message: only verdicts in the release's own container are told") {
  auto end = attempt();
  CHECK(is_announced(kMessageQueue, end));
  end.outcome = Outcome::untestable_deps;
  CHECK(is_announced(kMessageQueue, end));
  end.outcome = Outcome::infra_boot;
  CHECK_FALSE(is_announced(kMessageQueue, end));
  end.outcome = Outcome::cancelled;
  CHECK_FALSE(is_announced(kMessageQueue, end));
  end = attempt();
  end.outcome = Outcome::fail;
  end.suspicion = "suspect-dns";
  CHECK(is_announced(kMessageQueue, end));
  end.run_again = true;
  CHECK_FALSE(is_announced(kMessageQueue, end));
  end = attempt();
  end.place.container = "autopkgtest-noble-me-mine";
  CHECK_FALSE(is_announced(kMessageQueue, end));
}

// autopkgtest 1.3
TEST_CASE("completion message: those of other containers and without triggers do not count") {
  auto message = parse_complete(kRecorded).value();
  CHECK(counts(message));
  message.triggers.clear();
  CHECK_FALSE(counts(message));
  message = parse_complete(kRecorded).value();
  message.place.container = "private-autopkgtest-noble";
  CHECK_FALSE(counts(message));
}

}  // namespace sluice::adt
