#include "migrate/hint_parser.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;
using namespace sluice::migrate;

namespace {

const deb::Snapshot& snapshot() {
  static const auto made = support::archive({"amd64", "arm64"})
                               .testing()
                               .package("foo", "1")
                               .unstable()
                               .package("foo", "2")
                               .tpu()
                               .package("foo", "1+squeeze1")
                               .build();
  return *made;
}

constexpr SuiteIndex kParsedUnstable = 1, kParsedTpu = 2;

HintFileContent parse(std::string_view text, std::string_view tokens = "ALL",
                      const Settings& settings = {}) {
  return parse_hints(text, "ada", "hints/ada", parse_permissions(tokens), known_hints(settings),
                     snapshot());
}

// The only message of a text that must not make a hint.
std::string complaint(std::string_view text, std::string_view tokens = "ALL") {
  const auto content = parse(text, tokens);
  CHECK(content.hints.empty());
  REQUIRE(content.messages.size() == 1);
  return content.messages[0].text;
}

ItemName hinted_item(std::string_view text, Versioned versioned = Versioned::yes) {
  const auto parsed = parse_item(text, versioned, snapshot());
  REQUIRE(parsed.has_value());
  return *parsed;
}

}  // namespace

// migration 4.1
TEST_CASE("item text: parts in every order that people write") {
  struct Row {
    const char* text;
    ItemName expected;
  };
  const Row rows[] = {
      {"foo", {"foo", "", "source", kParsedUnstable, false}},
      {"foo/2", {"foo", "2", "source", kParsedUnstable, false}},
      {"foo/amd64/2", {"foo", "2", "amd64", kParsedUnstable, false}},
      {"foo/2/amd64", {"foo", "2", "amd64", kParsedUnstable, false}},
      {"foo/amd64", {"foo", "", "amd64", kParsedUnstable, false}},
      {"foo/source/2", {"foo", "2", "source", kParsedUnstable, false}},
      {"-foo/1", {"foo", "1", "source", deb::kTarget, true}},
      {"-libfoo1/arm64/1", {"libfoo1", "1", "arm64", deb::kTarget, true}},
      {"nowhere/7", {"nowhere", "7", "source", kParsedUnstable, false}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(hinted_item(row.text) == row.expected);
  }
}

// migration 4.1
TEST_CASE("item text: without versions the second part is the architecture") {
  CHECK(hinted_item("foo/amd64", Versioned::no) ==
        ItemName{"foo", "", "amd64", kParsedUnstable, false});
}

// migration 4.1
TEST_CASE("item text: a suite suffix on the name or the architecture") {
  CHECK(hinted_item("foo_tpu").suite == kParsedTpu);
  CHECK(hinted_item("foo_tpu/1+squeeze1").suite == kParsedTpu);
  CHECK(hinted_item("foo/amd64_tpu/1+squeeze1") ==
        ItemName{"foo", "1+squeeze1", "amd64", kParsedTpu, false});
  CHECK(hinted_item("foo_unstable/2").suite == kParsedUnstable);
}

// migration 4.1
TEST_CASE("item text: a version that only another source suite has moves the item there") {
  CHECK(hinted_item("foo/1+squeeze1").suite == kParsedTpu);
  CHECK(hinted_item("foo/7").suite == kParsedUnstable);
}

// migration 4.1
TEST_CASE("item text: what cannot be an item is refused and says why") {
  struct Row {
    const char* text;
    const char* why;
  };
  const Row rows[] = {
      {"foo_tpu_pu/1", "more than one suite in \"foo_tpu_pu\""},
      {"foo_mars/1", "unknown suite \"mars\" in \"foo_mars\""},
      {"foo_/1", "unknown suite \"\" in \"foo_\""},
      {"foo/amd64_mars/1", "unknown suite \"mars\" in \"amd64_mars\""},
      {"foo/amd64/1/2", "more than three parts in \"foo/amd64/1/2\""},
      {"/1", "no package name in \"/1\""},
      {"-", "no package name in \"-\""},
      {"", "no package name in \"\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto parsed = parse_item(row.text, Versioned::yes, snapshot());
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().kind == base::ErrorKind::invalid);
    CHECK(parsed.error().what == row.why);
  }
}

// migration 6.2
TEST_CASE("hints: easy, hint and force-hint keep their items together, others split") {
  const auto content = parse("easy foo/2 bar/1\nunblock foo/2 bar/1\n");
  REQUIRE(content.hints.size() == 3);
  CHECK(content.hints[0].items.size() == 2);
  CHECK(content.hints[1].items.front().package == "foo");
  CHECK(content.hints[2].items.front().package == "bar");
  CHECK(content.hints[2].line == 2);
  CHECK(content.hints[2].user == "ada");
  CHECK(content.hints[2].file == "hints/ada");
}

// migration 6.1
TEST_CASE("hints: blanks, comments and what follows finished are not read") {
  const auto content = parse("\n  # block bar\n\t block foo \r\nfinished for today\nblock bar\n");
  REQUIRE(content.hints.size() == 1);
  CHECK(content.hints[0].items.front().package == "foo");
  CHECK(content.messages.empty());
}

// migration 6.1
TEST_CASE("hints: approve is another word for unblock") {
  const auto content = parse("approve foo/1+squeeze1", "unblock");
  REQUIRE(content.hints.size() == 1);
  CHECK(content.hints[0].type == HintType::unblock);
  CHECK(content.hints[0].items.front().suite == kParsedTpu);
}

// migration 6.2
TEST_CASE("hints: days, bugs and the word of block-all are kept") {
  const auto content =
      parse("age-days 7 foo/2\nignore-rc-bugs 12,34, foo/2\nblock-all new-source\n");
  REQUIRE(content.hints.size() == 3);
  CHECK(content.hints[0].days == 7);
  CHECK(content.hints[1].bugs == std::vector<std::string>{"12", "34"});
  CHECK(content.hints[2].word == "new-source");
}

// migration 6.2
TEST_CASE("hints: a remark is permitted, read and forgotten") {
  const auto content = parse("remark anything goes/here/and/there_");
  CHECK(content.hints.empty());
  CHECK(content.messages.empty());
}

// migration 6.1
TEST_CASE("hints: an unknown word costs the line") {
  CHECK(complaint("  explode foo/2") ==
        "Unknown hint found in hints/ada (line 1): 'explode foo/2'");
}

// migration 6.1
TEST_CASE("hints: what the user may not ask for is told as information") {
  const auto content = parse("force foo/2", "HELPERS");
  CHECK(content.hints.empty());
  REQUIRE(content.messages.size() == 1);
  CHECK(content.messages[0].level == base::Level::info);
  CHECK(content.messages[0].text ==
        "Ignoring \"force\" hint from ada found in hints/ada (line 1): The hint is not a part of "
        "the permitted hints for ada");
}

// migration 6.1
TEST_CASE("hints: too few arguments") {
  CHECK(complaint("easy foo/2") ==
        "Malformed hint found in hints/ada (line 1): Needs at least 2 argument(s), got 1");
  CHECK(complaint("age-days 7") ==
        "Malformed hint found in hints/ada (line 1): Needs at least 2 argument(s), got 1");
  CHECK(complaint("block") ==
        "Malformed hint found in hints/ada (line 1): Needs at least 1 argument(s), got 0");
}

// migration 6.1
TEST_CASE("hints: the rule about versions") {
  CHECK(complaint("unblock foo") ==
        "Malformed hint found in hints/ada (line 1): \"\"unblock\" needs versioned packages, got "
        "\"foo\"\"");
  CHECK(complaint("block foo/2") ==
        "Malformed hint found in hints/ada (line 1): \"\"block\" needs unversioned packages, got "
        "\"foo/2\"\"");
  CHECK(complaint("easy foo/2 bar/amd64") ==
        "Malformed hint found in hints/ada (line 1): \"\"easy\" needs versioned packages, got "
        "\"bar/amd64\"\"");
}

// migration 6.2
TEST_CASE("hints: a number of days that is none") {
  CHECK(complaint("age-days soon foo/2") ==
        "Malformed hint found in hints/ada (line 1): \"\"age-days\" needs a number of days, got "
        "\"soon\"\"");
  CHECK(complaint("age-days 99999999999999999999 foo/2").starts_with("Malformed hint"));
}

// migration 4.1, 6.1
TEST_CASE("hints: a malformed item costs the line and no other") {
  const auto content = parse("block foo\nunblock foo_mars/2\nblock a_b_c\nblock bar\n");
  CHECK(content.hints.size() == 2);
  REQUIRE(content.messages.size() == 2);
  CHECK(content.messages[0].level == base::Level::warning);
  CHECK(content.messages[0].text ==
        "Malformed hint found in hints/ada (line 2): \"unknown suite \"mars\" in \"foo_mars\"\"");
  CHECK(content.messages[1].text ==
        "Malformed hint found in hints/ada (line 3): \"more than one suite in \"a_b_c\"\"");
}

TEST_CASE("hints: bytes that are no UTF-8 pass through") {
  const auto content = parse("block f\xff\xfe\n\xff block\n");
  REQUIRE(content.hints.size() == 1);
  CHECK(content.hints[0].items.front().package == "f\xff\xfe");
  CHECK(content.messages.size() == 1);
}

// migration 6.2
TEST_CASE("hints: those of a policy exist only while it is enabled") {
  Settings settings;
  CHECK(known_hints(settings).contains(HintType::ignore_piuparts));
  CHECK_FALSE(known_hints(settings).contains(HintType::allow_archall_maintainer_upload));
  CHECK_FALSE(known_hints(settings).contains(HintType::force_badtest));
  settings.piuparts = false;
  settings.check_buildd = true;
  CHECK(known_hints(settings).contains(HintType::allow_archall_maintainer_upload));
  settings.adt.enabled = Switch::dry_run;
  CHECK(known_hints(settings).contains(HintType::force_badtest));
  CHECK(known_hints(settings).contains(HintType::force_reset_test));
  settings.rules = RuleSet::debian;
  CHECK(known_hints(settings).contains(HintType::force_skiptest));
  CHECK_FALSE(known_hints(settings).contains(HintType::force_reset_test));
  const auto content = parse("ignore-piuparts foo/2", "ALL", settings);
  REQUIRE(content.messages.size() == 1);
  CHECK(content.messages[0].text.starts_with("Unknown hint"));
}

// migration 6.2
TEST_CASE("hints: smooth updates can be allowed by hint under Ubuntu's rules only") {
  Settings settings;
  CHECK(known_hints(settings).contains(HintType::allow_smooth_update));
  settings.rules = RuleSet::debian;
  CHECK_FALSE(known_hints(settings).contains(HintType::allow_smooth_update));
}

// migration 1.2
TEST_CASE("permissions: words, HELPERS, STANDARD, ALL") {
  CHECK(parse_permissions("").words.empty());
  CHECK_FALSE(parse_permissions("").all);
  CHECK(parse_permissions("block ALL").all);
  CHECK(parse_permissions("HELPERS").words.contains("unblock"));
  CHECK_FALSE(parse_permissions("HELPERS").words.contains("urgent"));
  CHECK(parse_permissions("STANDARD").words.contains("age-days"));
  CHECK(parse_permissions("STANDARD").words.contains("easy"));
  CHECK_FALSE(parse_permissions("STANDARD force").words.contains("remarks"));
  CHECK(parse_permissions("STANDARD force").words.contains("force"));
}

// migration 1.2
TEST_CASE("permissions: approve alone permits nothing, the list must say unblock") {
  CHECK(parse("approve foo/2", "approve").hints.empty());
  CHECK(parse("approve foo/2", "unblock").hints.size() == 1);
}

// migration 1.2
TEST_CASE("permissions: an empty list permits no hint") {
  CHECK(complaint("remark hello", "").starts_with("Ignoring \"remark\" hint from ada"));
}
