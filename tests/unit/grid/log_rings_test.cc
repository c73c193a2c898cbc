#include "grid/log_rings.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace sluice;
using grid::LogRings;
using grid::LogSlice;

namespace {

// All that can be read from `from` on, gaps as "#".
std::string read_all(const LogRings& rings, std::int64_t job, std::int64_t epoch,
                     std::uint64_t from = 0) {
  std::string text;
  while (true) {
    const auto slice = rings.read(job, epoch, from);
    if (slice.epoch != epoch || slice.bytes.empty()) return text;
    if (slice.from != from) text += '#';
    text += slice.bytes;
    from = slice.from + slice.bytes.size();
  }
}

}  // namespace

// testgrid 1.4
TEST_CASE("log rings: bytes are read from any place on, each once") {
  LogRings rings;
  rings.add(1, 1, 0, "one ");
  rings.add(1, 1, 4, "two");

  CHECK(rings.read(1, 1, 0) == LogSlice{1, 0, "one two"});
  CHECK(rings.read(1, 1, 5) == LogSlice{1, 5, "wo"});
  CHECK(rings.read(1, 1, 7) == LogSlice{1, 7, ""});
  CHECK(rings.read(1, 1, 1000) == LogSlice{1, 1000, ""});
}

// A heartbeat whose answer was lost is sent again, with more.
TEST_CASE("log rings: what is known already is passed over") {
  LogRings rings;
  rings.add(1, 1, 0, "one ");
  rings.add(1, 1, 0, "one ");
  rings.add(1, 1, 0, "one two");
  rings.add(1, 1, 2, "e");
  rings.add(1, 1, 7, "");

  CHECK(read_all(rings, 1, 1) == "one two");
  CHECK(rings.size() == 7);
}

TEST_CASE("log rings: a gap is seen by where the bytes after it begin") {
  LogRings rings;
  rings.add(1, 1, 0, "one");
  rings.add(1, 1, 100, "two");

  CHECK(rings.read(1, 1, 3) == LogSlice{1, 100, "two"});
  CHECK(rings.read(1, 1, 50) == LogSlice{1, 100, "two"});
  CHECK(read_all(rings, 1, 1) == "one#two");
}

TEST_CASE("log rings: the first lease whose log begins later than it does") {
  LogRings rings;
  rings.add(1, 1, 1000, "after a restart");
  CHECK(rings.read(1, 0, 0) == LogSlice{1, 1000, "after a restart"});
  CHECK(rings.read(1, 1, 0) == LogSlice{1, 1000, "after a restart"});
}

// testgrid 1.4, 1.5 (T9)
TEST_CASE("log rings: after the last byte of one lease come those of the next") {
  LogRings rings;
  rings.add(7, 1, 0, "first");
  rings.add(7, 2, 0, "second");
  rings.add(7, 3, 0, "third");
  rings.add(8, 9, 0, "of another job");

  CHECK(rings.read(7, 1, 2) == LogSlice{1, 2, "rst"});
  CHECK(rings.read(7, 1, 5) == LogSlice{2, 0, "second"});
  CHECK(rings.read(7, 3, 5) == LogSlice{3, 5, ""});
  CHECK(rings.read(7, 0, 0) == LogSlice{3, 0, "third"});
  CHECK(rings.read(6, 0, 0) == LogSlice{0, 0, ""});
  CHECK(rings.read(9, 0, 5) == LogSlice{0, 5, ""});
}

TEST_CASE("log rings: a lease keeps its latest bytes") {
  LogRings rings({.each = 10, .all = 1000});
  rings.add(1, 1, 0, "0123456789");
  rings.add(1, 1, 10, "abc");
  CHECK(rings.read(1, 1, 0) == LogSlice{1, 3, "3456789abc"});

  rings.add(1, 1, 13, std::string(50, 'x') + "end");
  CHECK(rings.read(1, 1, 0) == LogSlice{1, 56, "xxxxxxxend"});
  CHECK(rings.size() == 10);
}

TEST_CASE("log rings: of all leases the longest gives way") {
  LogRings rings({.each = 60, .all = 100});
  rings.add(1, 1, 0, std::string(60, 'a'));
  rings.add(2, 1, 0, std::string(30, 'b'));
  rings.add(3, 1, 0, std::string(20, 'c'));

  CHECK(rings.size() == 80);
  CHECK(rings.read(1, 1, 0).from == 30);
  CHECK(rings.read(2, 1, 0).from == 0);
  CHECK(rings.read(3, 1, 0).from == 0);
}

TEST_CASE("log rings: what is forgotten takes no room") {
  LogRings rings;
  rings.add(1, 1, 0, "one");
  rings.add(1, 2, 0, "two");
  rings.forget(1, 1);
  rings.forget(1, 1);

  CHECK(rings.size() == 3);
  CHECK(rings.read(1, 1, 0) == LogSlice{2, 0, "two"});
  rings.clear();
  CHECK(rings.size() == 0);
  CHECK(rings.read(1, 2, 0) == LogSlice{2, 0, ""});
}

TEST_CASE("log rings: a reader who keeps up reads the log, whatever the pieces") {
  std::mt19937 random(20261122);
  std::string log;
  for (int i = 0; i < 100'000; ++i) log += static_cast<char>('a' + random() % 26);
  LogRings rings({.each = 40'000, .all = 50'000});
  std::string text;
  for (std::size_t at = 0; at < log.size();) {
    const auto again = std::min<std::size_t>(at, random() % 100);
    const auto size = std::min<std::size_t>(random() % 20'000 + again, log.size() - at + again);
    rings.add(1, 1, at - again, std::string_view(log).substr(at - again, size));
    at += size - again;
    text += read_all(rings, 1, 1, text.size());
  }
  CHECK(text == log);
}
