#include "britney/message.h"

#include <fmt/format.h>

#include <iterator>

namespace sluice::britney {

void LineNotes::add(std::size_t line, std::string_view text) {
  if (messages_.size() == kNotesShown) {
    ++hidden_;
    return;
  }
  messages_.push_back({level_, fmt::format("{}, line {}: {}, ignored", file_, line, text)});
}

Messages LineNotes::take() {
  if (hidden_ > 0)
    messages_.push_back({level_, fmt::format("{}: {} more such lines, ignored", file_, hidden_)});
  hidden_ = 0;
  return std::exchange(messages_, {});
}

void append(Messages& to, Messages more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace sluice::britney
