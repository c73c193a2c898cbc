#include "adt/summary.h"

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace sluice::adt {
namespace {

// Nobody needs more of a message, and a package may make it long.
constexpr std::size_t kMessageBytesMax = 2000;

std::optional<TestLine> parse_status(std::string_view name, std::string_view text) {
  const auto after = [&](std::string_view word) {
    return std::string(base::trim(text.substr(word.size())));
  };
  const auto line = [&](TestStatus status, std::string why) {
    return TestLine{std::string(name), status, std::move(why)};
  };
  if (text == "PASS") return line(TestStatus::pass, "");
  if (text == "PASS (superficial)") return line(TestStatus::superficial, "");
  if (text == "FAIL timed out") return line(TestStatus::timed_out, "timed out");
  if (text == "FAIL badpkg") return line(TestStatus::badpkg, "badpkg");
  if (text.starts_with("FAIL ")) return line(TestStatus::fail, after("FAIL "));
  if (text.starts_with("FLAKY ")) return line(TestStatus::flaky, after("FLAKY "));
  if (text.starts_with("SKIP ")) return line(TestStatus::skip, after("SKIP "));
  return std::nullopt;
}

// `%-20s %s`; names of tests have no white space.
std::optional<TestLine> parse_test_line(std::string_view line) {
  const auto end = line.find(' ');
  if (end == 0 || end == std::string_view::npos) return std::nullopt;
  return parse_status(line.substr(0, end), base::trim(line.substr(end)));
}

class SummaryReader {
 public:
  void take(std::string_view line) {
    for (const auto& [word, member] : kMessages)
      if (line.starts_with(word)) {
        open(summary.*member, line.substr(word.size()));
        return;
      }
    if (line.starts_with("blame: ")) {
      message_ = nullptr;
    } else if (auto test = parse_test_line(line)) {
      message_ = nullptr;
      summary.tests.push_back(std::move(*test));
    } else if (message_ != nullptr) {
      add("\n" + std::string(line));
    } else if (!base::trim(line).empty()) {
      open(summary.quitting, line);  // the tool's own error has no word before it
    }
  }

  Summary summary;

 private:
  // `badpkg:` comes first and `erroneous package:` repeats it when the whole run is over by it.
  static constexpr std::array kMessages = {
      std::pair{std::string_view("badpkg: "), &Summary::erroneous},
      std::pair{std::string_view("erroneous package: "), &Summary::erroneous},
      std::pair{std::string_view("testbed failure: "), &Summary::testbed_failure},
      std::pair{std::string_view("quitting: "), &Summary::quitting},
  };

  void open(std::string& message, std::string_view text) {
    message.clear();
    message_ = &message;
    add(text);
  }
  void add(std::string_view text) {
    if (message_->size() < kMessageBytesMax)
      message_->append(text.substr(0, kMessageBytesMax - message_->size()));
  }

  std::string* message_ = nullptr;  // that a line without a beginning of its own belongs to
};

}  // namespace

Summary parse_summary(std::string_view text) {
  SummaryReader reader;
  for (const auto line : base::split(text, '\n')) reader.take(line);
  for (auto* message :
       {&reader.summary.erroneous, &reader.summary.testbed_failure, &reader.summary.quitting})
    *message = base::trim(*message);
  return std::move(reader.summary);
}

}  // namespace sluice::adt
