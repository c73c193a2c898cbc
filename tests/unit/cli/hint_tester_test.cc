#include "cli/hint_tester.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

using namespace sluice;
using namespace sluice::cli;

namespace {

class FakeSession final : public flow::HintSession {
 public:
  base::Result<std::vector<std::string>> apply(std::string_view line) override {
    applied.emplace_back(line);
    if (line.starts_with("bad")) return base::fail(base::ErrorKind::invalid, "unknown hint 'bad'");
    return std::vector<std::string>{"start: 0", "end: 0"};
  }
  std::vector<std::string> complete_item(std::string_view) override { return {}; }

  std::vector<std::string> applied;
};

class Lines final : public LineSource {
 public:
  explicit Lines(std::deque<std::string> lines) : lines_(std::move(lines)) {}
  std::optional<std::string> read(const std::string& prompt, flow::HintSession&) override {
    CHECK(prompt == "britney> ");
    if (lines_.empty()) return std::nullopt;
    auto line = lines_.front();
    lines_.pop_front();
    return line;
  }

 private:
  std::deque<std::string> lines_;
};

struct Conversation {
  std::vector<std::string> applied, printed;
};

Conversation talk(std::deque<std::string> input) {
  FakeSession session;
  Lines lines(std::move(input));
  Conversation all;
  run_hint_tester(session, lines, [&](std::string_view line) { all.printed.emplace_back(line); });
  all.applied = session.applied;
  return all;
}

using Words = std::vector<std::string>;

}  // namespace

// migration 8.9
TEST_CASE("hint tester: hints are handed on and what they say is printed") {
  const auto all = talk({"  easy a/1 b/1 ", "", "bad"});

  CHECK(all.applied == Words{"easy a/1 b/1", "bad"});
  CHECK(all.printed == Words{"start: 0", "end: 0", "unknown hint 'bad'"});
}

// migration 8.9
TEST_CASE("hint tester: quit, exit and the end of input leave") {
  CHECK(talk({"quit", "easy a/1 b/1"}).applied.empty());
  CHECK(talk({"exit", "easy a/1 b/1"}).applied.empty());
  CHECK(talk({}).printed.empty());
}

// migration 8.9
TEST_CASE("hint tester: the Python console is a note, help lists what there is") {
  const auto all = talk({"python-console", "help"});

  CHECK(all.applied.empty());
  REQUIRE(all.printed.size() == 4);
  CHECK(all.printed[0].find("no Python") != std::string::npos);
}

TEST_CASE("hint tester: the words for completion are sorted") {
  CHECK(std::ranges::is_sorted(hint_tester_commands()));
}
