#include "flow/maximal_lines.h"

#include <doctest/doctest.h>

#include "migrate/hint_parser.h"
#include "support/archive_builder.h"

using namespace sluice;

// migration 9 (c)
TEST_CASE("maximal lines: a hint file with reasons") {
  const auto snapshot = support::archive()
                            .unstable()
                            .source("foo", "2")
                            .binary("libfoo", "amd64", "2")
                            .source("bar", "3")
                            .build();
  const auto item = [&](const char* name, const char* version) {
    return migrate::Item{migrate::ItemKind::source, snapshot->symbols.find_name(name),
                         snapshot->symbols.find_version(version), 1, 0};
  };
  const auto libfoo = snapshot->packages_named(0, snapshot->symbols.find_name("libfoo")).front();
  migrate::MaximalSet set;
  set.before = set.after = {2, 0};
  set.groups = {{{item("bar", "3"), item("foo", "2")},
                 {{item("foo", "2"), {0, libfoo}, {item("bar", "3")}}}}};
  CHECK(flow::maximal_lines(set, *snapshot) ==
        std::vector<std::string>{
            "# Maximal set: 2 more items in 1 groups; uninstallable 2 0, then 2 0",
            "# tried after this run: easy hints come before one, so they need its result",
            "# 2 items that move together",
            "#   foo/2 needs bar/3: else libfoo/2/amd64 is uninstallable", "easy bar/3 foo/2"});
  const auto hint = flow::hint_of(set.groups[0], *snapshot);
  CHECK(hint.type == migrate::HintType::easy);
  REQUIRE(hint.items.size() == 2);
  CHECK(matches(hint.items[0], item("bar", "3"), *snapshot));
}

// migration 6.2 (easy needs two arguments, hint one), 9 (c)
TEST_CASE("maximal lines: what is printed for a single item is a hint that can be pasted") {
  const auto snapshot = support::archive().unstable().source("foo", "2").source("bar", "3").build();
  const auto item = [&](const char* name, const char* version) {
    return migrate::Item{migrate::ItemKind::source, snapshot->symbols.find_name(name),
                         snapshot->symbols.find_version(version), 1, 0};
  };
  migrate::MaximalSet set;
  set.before = set.after = {0};
  set.groups = {{{item("bar", "3")}, {}}, {{item("foo", "2")}, {}}};
  const auto lines = flow::maximal_lines(set, *snapshot);
  CHECK(lines == std::vector<std::string>{
                     "# Maximal set: 2 more items in 2 groups; uninstallable 0, then 0",
                     "# tried after this run: easy hints come before one, so they need its result",
                     "# moves by itself", "hint bar/3", "# moves once the groups before have moved",
                     "hint foo/2"});
  for (const auto& line : lines) {
    const auto parsed =
        migrate::parse_hints(line, "f", "u", {true, {}}, migrate::known_hints({}), *snapshot);
    CHECK(parsed.messages.empty());
    CHECK(parsed.hints.size() == (line.starts_with('#') ? 0 : 1));
  }
}
