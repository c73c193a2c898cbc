#include "flow/maximal_lines.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "migrate/hint_parser.h"

namespace sluice::flow {
namespace {

using migrate::Item;

std::string names(const std::vector<Item>& items, const deb::Snapshot& snapshot,
                  const char* between) {
  std::vector<std::string> texts;
  for (const auto& item : items) texts.push_back(name_of(item, snapshot));
  return base::join(texts, between);
}

std::string numbers(const migrate::Counters& counters) {
  std::vector<std::string> texts;
  for (const auto count : counters) texts.push_back(std::to_string(count));
  return base::join(texts, " ");
}

}  // namespace

std::vector<std::string> maximal_lines(const migrate::MaximalSet& set,
                                       const deb::Snapshot& snapshot) {
  std::vector<std::string> lines;
  lines.push_back(
      fmt::format("# Maximal set: {} more items in {} groups; uninstallable {}, then {}",
                  set.items().size(), set.groups.size(), numbers(set.before), numbers(set.after)));
  if (!set.groups.empty())
    lines.push_back("# tried after this run: easy hints come before one, so they need its result");
  bool first = true;
  for (const auto& group : set.groups) {
    const bool alone = group.items.size() == 1;
    lines.push_back(!alone  ? fmt::format("# {} items that move together", group.items.size())
                    : first ? "# moves by itself"
                            : "# moves once the groups before have moved");
    first = false;
    for (const auto& need : group.needs)
      lines.push_back(
          fmt::format("#   {} needs {}: else {} is uninstallable", name_of(need.item, snapshot),
                      names(need.one_of, snapshot, " or "), snapshot.text_of(need.package)));
    lines.push_back((alone ? "hint " : "easy ") + names(group.items, snapshot, " "));
  }
  return lines;
}

migrate::Hint hint_of(const migrate::MaximalGroup& group, const deb::Snapshot& snapshot) {
  migrate::Hint hint;
  hint.type = migrate::HintType::easy;
  hint.user = hint.file = "maximal";
  for (const auto& item : group.items) {
    const auto parsed =
        migrate::parse_item(name_of(item, snapshot), migrate::Versioned::yes, snapshot);
    base::check(parsed.has_value(), "the name of an item is the name of an item");
    hint.items.push_back(*parsed);
  }
  return hint;
}

}  // namespace sluice::flow
