#include "cli/hint_tester.h"

#include "base/text.h"

namespace sluice::cli {
namespace {

constexpr const char* kPrompt = "britney> ";

enum class Next : std::uint8_t { read_on, leave };

void print_help(const std::function<void(std::string_view)>& print) {
  print("easy, hint, force-hint ITEM ...: try the items at once");
  print("any other hint: add it, and compute and write the excuses again");
  print("quit, exit: leave");
}

Next obey(std::string_view line, flow::HintSession& session,
          const std::function<void(std::string_view)>& print) {
  const auto words = base::split_words(line);
  if (words.empty()) return Next::read_on;
  const auto command = words.front();
  if (command == "quit" || command == "exit") return Next::leave;
  if (command == "help") {
    print_help(print);
  } else if (command == "python-console") {
    print("There is no Python in this program; `help` lists what there is.");
  } else if (const auto said = session.apply(line); said) {
    for (const auto& each : *said) print(each);
  } else {
    print(said.error().text());
  }
  return Next::read_on;
}

}  // namespace

std::vector<std::string> hint_tester_commands() {
  return {"age-days",
          "allow-archall-maintainer-upload",
          "allow-smooth-update",
          "allow-uninst",
          "approve",
          "block",
          "block-all",
          "block-udeb",
          "easy",
          "exit",
          "force",
          "force-badtest",
          "force-hint",
          "force-reset-test",
          "force-skiptest",
          "help",
          "hint",
          "ignore-piuparts",
          "ignore-rc-bugs",
          "quit",
          "remark",
          "remove",
          "unblock",
          "unblock-udeb",
          "urgent"};
}

void run_hint_tester(flow::HintSession& session, LineSource& lines,
                     const std::function<void(std::string_view)>& print) {
  while (const auto line = lines.read(kPrompt, session))
    if (obey(base::trim(*line), session, print) == Next::leave) return;
}

}  // namespace sluice::cli
