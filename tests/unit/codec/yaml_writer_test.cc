#include <doctest/doctest.h>

#include <random>

#include "codec/yaml.h"

using namespace sluice::codec;
using namespace std::string_literals;

namespace {

// What a loader makes of what we wrote.
Value round_trip(const Value& value) {
  const auto text = to_yaml(value);
  CAPTURE(text);
  auto back = parse_yaml(text);
  if (!back) FAIL(back.error().text());
  return *back;
}

// Pieces that YAML gives a meaning to, so that random strings hit the rules often.
std::string random_text(std::mt19937& random) {
  static const std::string pieces[] = {
      "a",    "1",    "-",    "?",      ":",      " ",          "#",      "'",      "\"",
      "\\",   "\n",   "\t",   "\r",     "{",      "}",          "[",      "]",      ",",
      "&",    "*",    "!",    "|",      ">",      "%",          "@",      "`",      "=",
      "<<",   "~",    "null", "true",   "no",     "2026-11-20", "0x1f",   "1.5",    "e+5",
      ".inf", "...",  "---",  "\u00e9", "\u0085", "\u2028",     "\ufeff", "\u00a0", "\U0001F600",
      "\x01", "\x7f", "\0"s,  "  ",     ": ",     " #",         "- "};
  std::string out;
  for (auto n = random() % 7; n-- > 0;) out += pieces[random() % std::size(pieces)];
  return out;
}

Value random_value(std::mt19937& random, int depth) {
  switch (random() % (depth > 3 ? 6U : 8U)) {
    case 0: return nullptr;
    case 1: return Value(random() % 2 == 0);
    case 2: return static_cast<std::int64_t>(random()) - 2147483648LL;
    case 3: return static_cast<double>(random()) / 7.0;
    case 6: {
      List list;
      for (auto n = random() % 4; n-- > 0;) list.push_back(random_value(random, depth + 1));
      return list;
    }
    case 7: {
      Map map;
      for (auto n = random() % 4; n-- > 0;)
        map.insert_or_assign(random_text(random), random_value(random, depth + 1));
      return map;
    }
    default: return Value(random_text(random));
  }
}

}  // namespace

TEST_CASE("yaml writer: the layout is the one that the peers' files have") {
  const Value value = Map{{"sources", List{Map{{"is-candidate", true}, {"reason", List{}}},
                                           Map{{"deps", Map{{"a", List{"b"}}}}, {"e", Map{}}}}},
                          {"generated-date", Timestamp{"2026-11-20 20:15:06.992715"}}};
  CHECK(to_yaml(value) ==
        "generated-date: 2026-11-20 20:15:06.992715\n"
        "sources:\n"
        "- is-candidate: true\n"
        "  reason: []\n"
        "- deps:\n"
        "    a:\n"
        "    - b\n"
        "  e: {}\n");
}

TEST_CASE("yaml writer: text is quoted only where it would be read as something else") {
  struct Row {
    const char *text, *written;
  };
  const Row rows[] = {
      {"1-1", "1-1"},
      {"1.2-3", "1.2-3"},
      {"1.2", "'1.2'"},
      {"12", "'12'"},
      {"-", "'-'"},
      {"-foo", "-foo"},
      {"- x", "'- x'"},
      {"", "''"},
      {"yes", "'yes'"},
      {"y", "'y'"},
      {"null", "'null'"},
      {"=", "'='"},
      {"<<", "'<<'"},
      {"a: b", "'a: b'"},
      {"a:b", "a:b"},
      {"a:", "'a:'"},
      {"a #b", "'a #b'"},
      {"a#b", "a#b"},
      {" a", "' a'"},
      {"a ", "'a '"},
      {"it's", "it's"},
      {"'a'", "'''a'''"},
      {"a\tb", "\"a\\tb\""},
      {"2026-11-20", "'2026-11-20'"},
      {"1e5", "'1e5'"},
      {"0o7", "'0o7'"},
      {"Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe"},
      {"--- a", "'--- a'"},
      {"<a href=\"#x\">x</a>", "<a href=\"#x\">x</a>"},
      {"a\nb", "\"a\\nb\""},
      {"\u0085", "\"\\x85\""},
      {"\u2028", "\"\\u2028\""},
      {"\xff", "\"\ufffd\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(to_yaml(Value(row.text)) == row.written + "\n"s);
  }
}

TEST_CASE("yaml writer: an item stands in a list at column 0") {
  std::string out = "sources:\n";
  append_yaml_item(out, Map{{"a", 1}, {"b", List{"x", List{"z", Map{{"k", nullptr}}}}}});
  CHECK(out == "sources:\n- a: 1\n  b:\n  - x\n  - - z\n    - k: null\n");
}

TEST_CASE("yaml writer: keys of any length and content are read back") {
  const Value value =
      Map{{std::string(5000, 'k'), 1},
          {std::string(3000, '\n'), List{"a", Map{{std::string(2000, 'x'), Map{{"", "b"}}}}}},
          {"a: b", Map{}}};
  CHECK(round_trip(value) == value);
}

TEST_CASE("yaml writer: bytes that are no UTF-8 become U+FFFD one by one") {
  CHECK(round_trip(Value("a\xff\xfe z")) == Value("a\ufffd\ufffd z"));
}

TEST_CASE("yaml writer: whatever is written is read back equal") {
  std::mt19937 random(20261121);  // NOLINT(cert-msc51-cpp): a fixed seed, so that a failure repeats
  for (int i = 0; i < 20000; ++i) {
    const auto value = random_value(random, 0);
    const auto text = to_yaml(value);
    const auto back = parse_yaml(text);
    CAPTURE(text);
    if (!back) FAIL_CHECK(back.error().text());
    if (back && *back != value) FAIL_CHECK("read back as something else");
  }
}
