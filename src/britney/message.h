// Message: a line for the operator that a reading function returns instead of logging it, and
// LineNotes, which keeps a file of binary garbage from filling the log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"

namespace sluice::britney {

struct Message {
  base::Level level = base::Level::info;
  std::string text;

  friend bool operator==(const Message&, const Message&) = default;
};
using Messages = std::vector<Message>;

// What was read, and what is to be said about it in the order of the file.
template <class T>
struct Read {
  T value;
  Messages messages;
};

// Nobody reads more complaints than these about one file; the rest is only counted.
inline constexpr std::size_t kNotesShown = 10;

// Complaints about the lines of one file.
class LineNotes {
 public:
  // `file`: its name in the messages.
  LineNotes(std::string file, base::Level level) : file_(std::move(file)), level_(level) {}

  // "FILE, line N: TEXT, ignored". `line` counts from 1.
  void add(std::size_t line, std::string_view text);

  // All so far; after kNotesShown of them one that counts the others. The list is emptied.
  Messages take();

 private:
  std::string file_;
  base::Level level_;
  Messages messages_;
  std::size_t hidden_ = 0;
};

void append(Messages& to, Messages more);

}  // namespace sluice::britney
