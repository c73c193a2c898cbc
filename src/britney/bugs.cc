#include "britney/bugs.h"

#include "base/text.h"
#include "britney/lines.h"

namespace sluice::britney {

Read<migrate::BugFacts> parse_bugs(std::string_view text, const std::string& file) {
  Read<migrate::BugFacts> read;
  LineNotes notes(file, base::Level::warning);
  each_line(text, [&](const Line& line) {
    const auto& [number, words] = line;
    if (words.size() != 2) {
      notes.add(number, "expected \"package bug[,bug...]\"");
      return;
    }
    auto& bugs = read.value[std::string(words[0])];
    for (const auto bug : base::split(words[1], ','))
      if (!bug.empty()) bugs.emplace(bug);
  });
  read.messages = notes.take();
  return read;
}

}  // namespace sluice::britney
