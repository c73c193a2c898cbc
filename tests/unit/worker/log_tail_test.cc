#include "worker/log_tail.h"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using worker::LogTail;

namespace {

std::string numbered(int from, int to) {
  std::string text;
  for (int i = from; i <= to; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

// autopkgtest 1.2
TEST_CASE("log tail: five lines, a marker, and the end from a line's beginning on") {
  LogTail tail;
  tail.add(numbered(1, 1000));

  const auto text = tail.text();

  CHECK(text.starts_with(numbered(1, 5) + "[...]\nline "));
  CHECK(text.ends_with("line 999\nline 1000\n"));
  CHECK(text.size() < 5 * 8 + 6 + 2000);
  CHECK(tail.bytes() == numbered(1, 1000).size());
}

// autopkgtest 1.2
TEST_CASE("log tail: a short log is there twice") {
  LogTail tail;
  tail.add("one\ntwo");
  CHECK(tail.text() == "one\ntwo\n[...]\none\ntwo");
  CHECK(LogTail().text() == "[...]\n");
}

TEST_CASE("log tail: pieces of any size give the same text") {
  const auto log = numbered(1, 700);
  LogTail whole, pieces;
  whole.add(log);
  for (std::size_t at = 0; at < log.size(); at += 7) pieces.add(log.substr(at, 7));
  CHECK(whole.text() == pieces.text());
}

TEST_CASE("log tail: bytes that are no UTF-8 are replaced") {
  LogTail tail;
  tail.add("a\xff\n");
  CHECK(tail.text() == "a\xef\xbf\xbd\n[...]\na\xef\xbf\xbd\n");
}

// autopkgtest 2.5
TEST_CASE("log tail: the phase and the test that runs, for people") {
  LogTail tail;
  CHECK(tail.phase() == queue::Phase::preparing);
  tail.add("autopkgtest [10:00:00]: test smoke: preparing testbed\n");
  CHECK(tail.phase() == queue::Phase::preparing);
  tail.add("autopkgtest [10:00:00]: test smoke: [-----------");
  CHECK(tail.test().empty());
  tail.add("------------\noutput\n");
  CHECK(tail.phase() == queue::Phase::running);
  CHECK(tail.test() == "smoke");
  tail.add("autopkgtest [10:00:09]: test smoke: -----------------------]\n");
  CHECK(tail.test().empty());
  tail.add("autopkgtest [10:00:09]: @@@@@@@@@@@@@@@@@@@@ summary\n");
  CHECK(tail.phase() == queue::Phase::collecting);
}
