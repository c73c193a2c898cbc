#include "cli/summary.h"

#include <doctest/doctest.h>

#include "codec/json.h"

using namespace sluice;
using namespace sluice::cli;

namespace {

flow::BatchSummary decided() {
  flow::BatchSummary summary;
  summary.newer_sources = 3022;
  summary.excuses = 3100;
  summary.candidates = 2726;
  summary.accepted = 2655;
  summary.rejected_by_reason = {{"block", 18}, {"depends", 210}, {"novel", 18}};
  summary.not_accepted = {"late"};
  summary.groups = {{"single"}, {"d", "c"}, {"b", "a"}, {"x", "y", "z"}};
  summary.uninstallable = {{"amd64", {2, 2}}};
  summary.outputs = {"/d/output/excuses.html"};
  return summary;
}

RunContext context() {
  RunContext about;
  about.archive = "http://a.example/debian";
  about.date = "today";
  about.architectures = {"amd64"};
  about.directory = "/d";
  return about;
}

}  // namespace

TEST_CASE("summary: says what is newer, what may, what does, what blocks, what moves together") {
  CHECK(summary_text(decided(), context()) ==
        "Migration from unstable to testing of http://a.example/debian (amd64), as of today\n\n"
        "    3,022  sources are newer in unstable\n"
        "    2,726  items may migrate, of 3,100 judged\n"
        "    2,655  items do\n"
        "        1  may, but something would become uninstallable: late\n"
        "\nWhat blocks the rest (one may have several reasons):\n"
        "      210  depends              a dependency that cannot be satisfied, or that is blocked "
        "itself\n"
        "       18  block                a hint or a freeze\n"
        "       18  novel                \n"
        "\nThe largest groups that move together:\n"
        "        3  x y z\n"
        "        2  a b\n"
        "        2  c d\n"
        "\nUninstallable in the target, before and after:\n"
        "    amd64  2 -> 2\n"
        "\nFiles in /d:\n"
        "  /d/output/excuses.html\n");
}

TEST_CASE("summary: notes come first, trouble in the log is counted") {
  auto about = context();
  about.notes = {"No network."};
  about.log_errors = 1;

  const auto text = summary_text({}, about);

  CHECK(text.starts_with("No network.\nMigration from"));
  CHECK(text.find("Nothing has to move together.") != std::string::npos);
  CHECK(text.ends_with("The log has 0 warnings and 1 errors.\n"));
}

TEST_CASE("summary: of many groups the ten largest are named") {
  flow::BatchSummary summary;
  for (int i = 0; i < 30; ++i)
    summary.groups.push_back(std::vector<std::string>(static_cast<std::size_t>(i), "x"));

  const auto groups = largest_groups(summary);

  CHECK(groups.size() == kGroupsShown);
  CHECK(groups.front().size() == 29);
  CHECK(groups.back().size() == 20);
}

TEST_CASE("summary: of many names the first are shown and the rest is counted") {
  flow::BatchSummary summary;
  summary.groups = {{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}};

  CHECK(summary_text(summary, context()).find("10  a b c d e f g h and 2 more\n") !=
        std::string::npos);
}

TEST_CASE("summary: programs get the same numbers") {
  const auto value = summary_value(decided(), context());

  CHECK(*value.find("newer-sources") == codec::Value(3022));
  CHECK(*value.find("rejected-by-reason")->find("depends") == codec::Value(210));
  CHECK(value.find("largest-groups")->list()->size() == 3);
  CHECK(codec::parse_json(codec::to_json(value, codec::JsonStyle::indented)).has_value());
}
