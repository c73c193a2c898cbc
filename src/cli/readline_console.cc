#include "cli/readline_console.h"

// readline.h needs FILE declared before it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
// clang-format off
#include <readline/readline.h>
#include <readline/history.h>
// clang-format on

#include "sys/terminal.h"

namespace sluice::cli {
namespace {

// readline's callbacks get no context of ours; this is the session that the current read() is for.
flow::HintSession* completing = nullptr;

std::vector<std::string> matches_of(std::string_view prefix, bool first_word) {
  if (!first_word) return completing->complete_item(prefix);
  std::vector<std::string> matches;
  for (auto& command : hint_tester_commands())
    if (command.starts_with(prefix)) matches.push_back(std::move(command));
  return matches;
}

// readline's protocol: called with state 0, then again until it returns null; it frees the strings.
template <bool kFirstWord>
char* next_match(const char* text, int state) {
  static std::vector<std::string> matches;  // NOLINT: lives from call to call of one completion
  if (state == 0) matches = matches_of(text, kFirstWord);
  if (matches.empty()) return nullptr;
  auto* copy = ::strdup(matches.front().c_str());
  matches.erase(matches.begin());
  return copy;
}

char** complete(const char* text, int start, int /*end*/) {
  rl_attempted_completion_over = 1;  // no file names
  return rl_completion_matches(text, start == 0 ? next_match<true> : next_match<false>);
}

std::string history_file() {
  const char* home = std::getenv("HOME");
  return home == nullptr ? std::string() : std::string(home) + "/.britney2_history";
}

class ReadlineConsole final : public LineSource {
 public:
  ReadlineConsole() : history_(history_file()) {
    // Item names contain slashes, dots and hyphens.
    rl_completer_word_break_characters = " \t;";
    rl_attempted_completion_function = complete;
    if (!history_.empty()) ::read_history(history_.c_str());
  }
  // An unwritable home costs the history, nothing else.
  ~ReadlineConsole() override {
    if (!history_.empty()) ::write_history(history_.c_str());
  }

  std::optional<std::string> read(const std::string& prompt, flow::HintSession& session) override {
    completing = &session;
    char* const line = ::readline(prompt.c_str());
    completing = nullptr;
    if (line == nullptr) return std::nullopt;
    std::string text(line);
    std::free(line);
    if (!text.empty()) ::add_history(text.c_str());
    return text;
  }

 private:
  std::string history_;
};

class PipedLines final : public LineSource {
 public:
  std::optional<std::string> read(const std::string& /*prompt*/,
                                  flow::HintSession& /*session*/) override {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
};

}  // namespace

std::unique_ptr<LineSource> piped_lines() { return std::make_unique<PipedLines>(); }

std::unique_ptr<LineSource> console_lines() {
  if (sys::is_terminal(sys::Stream::input)) return std::make_unique<ReadlineConsole>();
  return piped_lines();
}

}  // namespace sluice::cli
