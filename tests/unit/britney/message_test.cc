#include "britney/message.h"

#include <doctest/doctest.h>

namespace sluice::britney {

TEST_CASE("message: a note names the file, the line and what was expected") {
  LineNotes notes("Dates", base::Level::warning);

  notes.add(3, "expected a number");

  CHECK(notes.take() ==
        Messages{{base::Level::warning, "Dates, line 3: expected a number, ignored"}});
  CHECK(notes.take().empty());
}

TEST_CASE("message: a file of garbage does not fill the log") {
  LineNotes notes("Dates", base::Level::warning);

  for (std::size_t line = 1; line <= 1000; ++line) notes.add(line, "garbage");

  const auto messages = notes.take();
  REQUIRE(messages.size() == kNotesShown + 1);
  CHECK(messages.back().text == "Dates: 990 more such lines, ignored");
}

TEST_CASE("message: append keeps the order") {
  Messages first{{base::Level::info, "a"}};

  append(first, {{base::Level::error, "b"}});

  CHECK(first == Messages{{base::Level::info, "a"}, {base::Level::error, "b"}});
}

}  // namespace sluice::britney
