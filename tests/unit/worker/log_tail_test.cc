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

// testgrid 1.4
TEST_CASE("log tail: what was written since, as it was written") {
  LogTail tail;
  tail.add("one\xff");
  CHECK(tail.since(0).bytes == "one\xff");
  CHECK(tail.since(1).from == 1);
  CHECK(tail.since(1).bytes == "ne\xff");
  CHECK(tail.since(4).bytes.empty());
  CHECK(tail.since(4).from == 4);
  CHECK(tail.since(100).from == 4);
}

// testgrid 1.4
TEST_CASE("log tail: of too much since then the older part is left out") {
  const auto log = numbered(1, 30'000);
  REQUIRE(log.size() > 4 * queue::kLogPieceMax);
  for (const std::size_t step : {std::size_t{700}, std::size_t{100'000}, log.size()}) {
    LogTail tail;
    for (std::size_t at = 0; at < log.size(); at += step) tail.add(log.substr(at, step));
    const auto piece = tail.since(10);
    CHECK(piece.from == log.size() - queue::kLogPieceMax);
    CHECK(piece.bytes == log.substr(piece.from));
    CHECK(tail.since(log.size() - 5).bytes == log.substr(log.size() - 5));
  }
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

// testgrid 1.3, item 1
TEST_CASE("log tail: how far the run came, by the tool's own lines; it never goes back") {
  LogTail tail;
  const auto reached_with = [&](const std::string& line) {
    tail.add(line + "\n");
    return adt::text_of(tail.reached());
  };
  CHECK(reached_with("autopkgtest [10:00:00]: starting date and time") == "prepare");
  CHECK(reached_with("testbed dpkg architecture: amd64, says a package") == "prepare");
  CHECK(reached_with("autopkgtest [10:00:01]: testbed dpkg architecture: amd64") == "boot");
  CHECK(reached_with("autopkgtest [10:00:02]: testing package gzip version 1.12-1") == "setup");
  CHECK(reached_with("autopkgtest [10:00:03]: test smoke: preparing testbed") == "setup");
  CHECK(reached_with("autopkgtest [10:00:04]: test smoke: [-----------") == "test-begin");
  CHECK(reached_with("autopkgtest [10:00:05]: test smoke: -----------]") == "test-end");
  CHECK(reached_with("autopkgtest [10:00:06]: test more: [-----------") == "test-end");
}
