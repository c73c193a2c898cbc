#include "adt/message.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::adt {

using Texts = std::vector<std::string>;

// autopkgtest 1.1
TEST_CASE("message: queue names of three and four fields") {
  CHECK(parse_queue_name("debci-noble-amd64") == QueueName{"", "noble", "amd64"});
  CHECK(parse_queue_name("debci-huge-noble-arm64") == QueueName{"huge", "noble", "arm64"});
  CHECK(QueueName{"ppa", "noble", "s390x"}.text() == "debci-ppa-noble-s390x");
  CHECK(QueueName{"", "noble", "s390x"}.text() == "debci-noble-s390x");
  for (const auto* bad : {"", "debci", "debci-noble", "a-b-c-d-e", "debci--amd64", "debci-no/b-c"})
    CHECK_FALSE(parse_queue_name(bad));
}

// autopkgtest 1.6
TEST_CASE("message: every key, as producers write it") {
  const auto m = parse_message(
      "libfoo\n{\"triggers\": [\"a/1\", \"b/2\"], \"ppas\": [\"u/p\"], \"env\": [\"X=1\"], "
      "\"build-git\": \"https://h/x#main\", \"testname\": \"smoke\", \"requester\": \"jane\", "
      "\"submit-time\": \"2026-01-02 03:04:05\", \"uuid\": \"0-1\", \"all-proposed\": \"1\", "
      "\"pin-packages\": [[\"src:x\", \"unstable\"]], \"unknown\": {\"a\": 1}}");
  REQUIRE(m);
  CHECK(m->package == "libfoo");
  CHECK(m->triggers == Texts{"a/1", "b/2"});
  CHECK(m->ppas == Texts{"u/p"});
  CHECK(m->env == Texts{"X=1"});
  CHECK(m->build_git == "https://h/x#main");
  CHECK(m->testname == "smoke");
  CHECK(m->requester == "jane");
  CHECK(m->submit_time == "2026-01-02 03:04:05");
  CHECK(m->uuid == "0-1");
  CHECK(m->all_proposed);
  CHECK(m->pins.front().first == "unstable");
  CHECK_FALSE(m->is_private());
}

// autopkgtest 1.6
TEST_CASE("message: a time in any form drops no request") {
  const auto time_of = [](const std::string& json) {
    return parse_message("foo {\"submit-time\": " + json + "}").value().submit_time;
  };
  CHECK(time_of("\"2026-01-02 03:04:05.678+0000\"") == "2026-01-02 03:04:05.678+0000");
  CHECK(time_of("1767323045") == "1767323045");
  CHECK(time_of("1767323045.25") == "1767323045");
  CHECK(time_of("1e300") == "");
  CHECK(time_of("null") == "");
  CHECK(time_of("[1]") == "");
  CHECK(time_of("\"a\\nb\"") == "");
}

// autopkgtest 1.6
TEST_CASE("message: what is written is read back the same") {
  auto m =
      *parse_message("foo {\"triggers\": [\"a/1\"], \"readable-by\": \"jane\", \"env\": null}");
  CHECK(m.is_private());
  CHECK(m.readable_by == Texts{"jane"});
  CHECK(message_body(m) == "foo\n{\"readable-by\": [\"jane\"], \"triggers\": [\"a/1\"]}");
  m.pins = {{"sid", {"src:a", "b"}}};
  m.test_git = "https://h/x";
  m.all_proposed = true;
  CHECK(*parse_message(message_body(m)) == m);
}

// autopkgtest 1.6
TEST_CASE("message: old forms") {
  CHECK(parse_message("foo")->triggers.empty());
  CHECK(parse_message("foo\n")->package == "foo");
  CHECK(parse_message("foo {}")->package == "foo");
  CHECK(parse_message("foo\n{\"triggers\": [\"a/1 b/2\"]}")->triggers == Texts{"a/1", "b/2"});
  CHECK(parse_message("foo\n{\"test-git\": \"https://h/x main\"}")->test_git == "https://h/x#main");
  CHECK(parse_message("foo\n{\"build-git\": \" https://h/x   main \"}")->build_git ==
        "https://h/x#main");
  CHECK(parse_message("foo\n{\"all-proposed\": 1}")->all_proposed);
}

// autopkgtest 1.6
TEST_CASE("message: an empty text says nothing, whatever its key") {
  const auto nothing = *parse_message("foo");
  for (const auto* key :
       {"triggers", "ppas", "env", "test-git", "build-git", "test-bzr", "testname", "requester",
        "submit-time", "uuid", "readable-by", "swiftuser", "pin-packages"})
    for (const auto* empty : {"\"\"", "\" \"", "null"})
      CHECK_MESSAGE(
          parse_message("foo\n{\"" + std::string(key) + "\": " + empty + "}").value() == nothing,
          key);
  for (const auto* key : {"triggers", "ppas", "env", "readable-by"})
    CHECK_MESSAGE(parse_message("foo\n{\"" + std::string(key) + "\": [\"\"]}").value() == nothing,
                  key);
  CHECK(parse_message("foo\n{\"env\": [\"\", \"A=b\"]}")->env == Texts{"A=b"});
  CHECK(parse_message("foo\n{\"all-proposed\": \"\"}")->all_proposed);
}

// autopkgtest 1.4
TEST_CASE("message: what is rejected, and how it is named") {
  const struct {
    const char* body;
    const char* part_of_error;
  } cases[] = {
      {"", "package name"},
      {"../x {}", "package name"},
      {"x.changes {}", "look for a file"},
      {"foo {", "parameters"},
      {"foo []", "object"},
      {"foo {\"triggers\": [\"a\"]}", "parameter triggers"},
      {"foo {\"triggers\": [1]}", "parameter triggers"},
      {"foo {\"env\": [\"=x\"]}", "parameter env"},
      {"foo {\"ppas\": [\"x\"]}", "parameter ppas"},
      {"foo {\"ppas\": [\"a:b@c/d\"]}", "swiftuser"},
      {"foo {\"test-git\": \"file:///x\"}", "parameter test-git"},
      {"foo {\"testname\": \"-x\"}", "parameter testname"},
      {"foo {\"requester\": \"a\\nb\"}", "parameter requester"},
      {"foo {\"pin-packages\": [[\"a\", \"sid\"], [\"b\", \"sid\"]]}", "twice"},
      {"foo {\"pin-packages\": [[\"a\", \"b\", \"\"]]}", "packages and a suite"},
      {"foo {\"pin-packages\": [\"sid\"]}", "packages and a suite"},
      {"foo {\"test-git\": \"https://h/x a b\"}", "parameter test-git"},
      {"foo {\"test-git\": \"https://h/x\", \"build-git\": \"https://h/x\"}", "exclude"},
  };
  for (const auto& c : cases) {
    const auto m = parse_message(c.body);
    REQUIRE_MESSAGE(!m, c.body);
    CHECK_MESSAGE(m.error().text().find(c.part_of_error) != std::string::npos, m.error().text());
  }
}

// autopkgtest 1.6, 2.7: readers of a result would take what it is for from the variable
TEST_CASE("message: a request may not name the triggers of its result, a row of before may") {
  const std::string json = "{\"triggers\": [\"a/1\"], \"env\": [\"ADT_TEST_TRIGGERS=glibc/9\"]}";

  const auto asked = parse_message("foo\n" + json);

  REQUIRE_FALSE(asked);
  CHECK(asked.error().text() ==
        "parameter env: \"ADT_TEST_TRIGGERS=glibc/9\" is no variable that may be asked for: the "
        "worker sets it to the request's triggers");
  CHECK(parse_message("foo", json)->env == Texts{"ADT_TEST_TRIGGERS=glibc/9"});
}

// testgrid 6.5
TEST_CASE("message: the key is the same for the same run alone") {
  const QueueName queue{"", "noble", "amd64"};
  const auto key = [&](const char* body) { return request_key(*parse_message(body), queue); };
  const auto base = key("foo {\"triggers\": [\"a/1\", \"b/1\", \"c/1\"]}");
  CHECK(base == key("foo {\"triggers\": [\"a/1\", \"c/1\", \"b/1\"], \"requester\": \"x\"}"));
  CHECK(base != key("foo {\"triggers\": [\"b/1\", \"a/1\", \"c/1\"]}"));
  CHECK(base != key("foo {\"triggers\": [\"a/1\", \"b/1\"]}"));
  CHECK(base != key("fop {\"triggers\": [\"a/1\", \"b/1\", \"c/1\"]}"));
  CHECK(base != key("foo {\"triggers\": [\"a/1\", \"b/1\", \"c/1\"], \"all-proposed\": \"1\"}"));
  const auto m = *parse_message("foo {\"triggers\": [\"a/1\", \"b/1\", \"c/1\"]}");
  CHECK(base != request_key(m, {"", "noble", "arm64"}));
  CHECK(base == request_key(m, {"huge", "noble", "amd64"}));  // only a way to the same run
}

}  // namespace sluice::adt
