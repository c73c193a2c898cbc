#include "cli/readline_console.h"

#include <doctest/doctest.h>

#include <iostream>
#include <sstream>

using namespace sluice;

namespace {

class NoSession final : public flow::HintSession {
 public:
  base::Result<std::vector<std::string>> apply(std::string_view) override { return {}; }
  std::vector<std::string> complete_item(std::string_view) override { return {}; }
};

// Standard input is this text while the object lives.
class Input {
 public:
  explicit Input(const std::string& text) : text_(text), old_(std::cin.rdbuf(text_.rdbuf())) {}
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input() {
    std::cin.rdbuf(old_);
    std::cin.clear();
  }

 private:
  std::istringstream text_;
  std::streambuf* old_;
};

}  // namespace

// migration 8.9
TEST_CASE("console: from a pipe lines are read without a prompt") {
  const Input input("easy a/1 b/1\nquit");
  NoSession session;

  const auto lines = cli::piped_lines();

  CHECK(lines->read("britney> ", session) == "easy a/1 b/1");
  CHECK(lines->read("britney> ", session) == "quit");
  CHECK(lines->read("britney> ", session) == std::nullopt);
}
