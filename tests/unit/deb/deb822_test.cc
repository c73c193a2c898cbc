#include "deb/deb822.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sluice::deb;

namespace {

std::vector<std::string> stanzas(std::string_view text) {
  std::vector<std::string> found;
  StanzaReader reader(text);
  while (const auto stanza = reader.next()) found.emplace_back(*stanza);
  return found;
}

// "name=value" of every field.
std::vector<std::string> fields(std::string_view stanza) {
  std::vector<std::string> found;
  FieldReader reader(stanza);
  while (const auto field = reader.next())
    found.push_back(std::string(field->name) + "=" + std::string(field->value));
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

// migration 2.2
TEST_CASE("deb822: blank lines separate paragraphs, however many and at the ends too") {
  CHECK(stanzas("\n\nA: 1\nB: 2\n\n\n\nC: 3\n\n") == Texts{"A: 1\nB: 2\n", "C: 3\n"});
}

// migration 2.2
TEST_CASE("deb822: nothing has no paragraphs") {
  CHECK(stanzas("").empty());
  CHECK(stanzas("\n\n\n").empty());
}

// migration 2.2
TEST_CASE("deb822: a truncated last line is the end of its paragraph") {
  CHECK(stanzas("A: 1\n\nB: 2") == Texts{"A: 1\n", "B: 2"});
}

// migration 2.2
TEST_CASE("deb822: lines may end in CR LF") {
  CHECK(stanzas("A: 1\r\n\r\nB: 2\r\n") == Texts{"A: 1\r\n", "B: 2\r\n"});
  CHECK(fields("A: 1\r\nB: 2\r\n") == Texts{"A=1", "B=2"});
}

// migration 2.2
TEST_CASE("deb822: continuation lines belong to their field, ends are trimmed") {
  CHECK(fields("Depends: a,\n b,\n\tc  \nSection: misc\n") ==
        Texts{"Depends=a,\n b,\n\tc", "Section=misc"});
}

// migration 2.2
TEST_CASE("deb822: lines that are no fields cost only themselves") {
  struct Row {
    const char* name;
    const char* stanza;
    Texts fields;
  };
  const Row rows[] = {
      {"no colon", "rubbish\nA: 1\n", {"A=1"}},
      {"continuation of nothing", " lost\nA: 1\n", {"A=1"}},
      {"comment", "# A: 0\nA: 1\n", {"A=1"}},
      {"empty value", "A:\nB: 2\n", {"A=", "B=2"}},
      {"empty name", ": x\nA: 1\n", {"=x", "A=1"}},
      {"colons in the value", "A: 1:2:3\n", {"A=1:2:3"}},
      {"blank before the colon", "A : 1\n", {"A=1"}},
      {"invalid UTF-8", "A: \xff\xfe\n", {"A=\xff\xfe"}},
      {"given twice", "A: 1\nA: 2\n", {"A=1", "A=2"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(fields(row.stanza) == row.fields);
  }
}

// migration 2.2
TEST_CASE("deb822: zero bytes pass through") {
  const std::string stanza("A: x\0y\n", 7);
  CHECK(fields(stanza) == Texts{std::string("A=x\0y", 5)});
}

// migration 2.2
TEST_CASE("deb822: a field is found whatever the case of its name") {
  CHECK(find_field("Package: foo\nmulti-ARCH: same\n", "Multi-Arch") == "same");
  CHECK_FALSE(find_field("Package: foo\n", "Version").has_value());
}

TEST_CASE("deb822: a known paragraph is skipped only if exactly it comes next") {
  const std::string text = "A: 1\nB: 2\n\nA: 1\nB: 22\n\nA: 1\nB: 2\n";
  StanzaReader reader(text);

  CHECK(reader.next_if_equal("A: 1\nB: 2\n") == "A: 1\nB: 2\n");
  CHECK_FALSE(reader.next_if_equal("A: 1\nB: 2\n").has_value());
  CHECK_FALSE(reader.next_if_equal("A: 1\n").has_value());
  CHECK_FALSE(reader.next_if_equal("").has_value());
  CHECK(reader.next() == "A: 1\nB: 22\n");
  CHECK(reader.next_if_equal("A: 1\nB: 2\n") == "A: 1\nB: 2\n");
  CHECK_FALSE(reader.next().has_value());
}
