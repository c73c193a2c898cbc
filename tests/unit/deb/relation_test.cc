#include "deb/relation.h"

#include <doctest/doctest.h>

using namespace sluice;
using deb::ClauseId;
using deb::RelationTable;
using deb::Symbols;

namespace {

std::string normal(std::string_view text) {
  Symbols symbols;
  const auto atoms = deb::parse_clause(text, symbols);
  return atoms ? deb::text_of(*atoms, symbols) : "error: " + atoms.error().what;
}

}  // namespace

// migration 3.3
TEST_CASE("relations: a clause is read in all its spellings") {
  struct Row {
    const char* name;
    const char* text;
    const char* normal;
  };
  const Row rows[] = {
      {"a name", "foo", "foo"},
      {"alternatives", "a|b  |  c", "a | b | c"},
      {"a qualifier", "python3:any", "python3:any"},
      {"a version", "foo (>= 1:2-3)", "foo (>= 1:2-3)"},
      {"no blanks", "foo(>=1)", "foo (>= 1)"},
      {"many blanks", " foo\t(  >=\n 1  ) ", "foo (>= 1)"},
      {"equal", "foo (= 1)", "foo (= 1)"},
      {"strictly later", "foo (>> 1)", "foo (>> 1)"},
      {"strictly earlier", "foo (<< 1)", "foo (<< 1)"},
      {"obsolete later means later or equal", "foo (> 1)", "foo (>= 1)"},
      {"obsolete earlier means earlier or equal", "foo (< 1)", "foo (<= 1)"},
      {"qualifier and version", "foo:native (<= 2~)", "foo:native (<= 2~)"},
      {"bytes beyond ASCII", "f\xc3\xb6o", "f\xc3\xb6o"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(normal(row.text) == row.normal);
  }
}

// migration 3.3
TEST_CASE("relations: what cannot be parsed says what was expected") {
  struct Row {
    const char* name;
    const char* text;
    const char* error;
  };
  const Row rows[] = {
      {"empty clause", "", "package name expected"},
      {"empty alternative", "a | | b", "package name expected"},
      {"only a constraint", "(>= 1)", "package name expected"},
      {"only a qualifier", ":any", "package name expected"},
      {"empty qualifier", "a:", "architecture expected after ':'"},
      {"missing version", "a (>=)", "one version expected after '>='"},
      {"missing operator", "a (1)", "version operator expected after '('"},
      {"missing parenthesis", "a (>= 1", "')' expected at the end"},
      {"two versions", "a (>= 1 2)", "one version expected after '>='"},
      {"trailing word", "a b", "'(' or nothing expected after 'a'"},
      {"word after the constraint", "a (>= 1) b", "')' expected at the end"},
      {"architectures are for build relations", "a [amd64]", "'(' or nothing expected after 'a'"},
      {"operator in the name", "a>=1", "package name expected, got 'a>=1'"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(normal(row.text) == std::string("error: ") + row.error);
  }
}

// migration 3.3
TEST_CASE("relations: a field is its clauses in order, each text parsed once") {
  Symbols symbols;
  RelationTable table;
  std::vector<ClauseId> clauses;

  table.parse_field("a (>= 1), b | c,\n a (>= 1),", symbols, clauses);

  REQUIRE(clauses.size() == 3);
  CHECK(clauses[0] == clauses[2]);
  CHECK(table.size() == 2);
  CHECK(table.text(clauses[1]) == "b | c");
  CHECK(table.atoms(clauses[1]).size() == 2);
}

// migration 3.3: an empty piece costs its field nothing at the end, and is malformed elsewhere
TEST_CASE("relations: malformed clauses stay, for the caller to judge") {
  Symbols symbols;
  RelationTable table;
  std::vector<ClauseId> clauses;

  table.parse_field("a,,b (1),c", symbols, clauses);

  REQUIRE(clauses.size() == 4);
  CHECK_FALSE(table.malformed(clauses[0]));
  CHECK(table.malformed(clauses[1]));
  CHECK(table.malformed(clauses[2]));
  CHECK(table.text(clauses[2]) == "b (1)");
  CHECK_FALSE(table.malformed(clauses[3]));
}

// migration 3.3
TEST_CASE("relations: an empty field has no clause") {
  Symbols symbols;
  RelationTable table;
  std::vector<ClauseId> clauses;

  table.parse_field(" \n ", symbols, clauses);

  CHECK(clauses.empty());
}

// migration 3.4
TEST_CASE("relations: a version satisfies its constraint") {
  struct Row {
    const char* relation;
    const char* version;
    bool satisfied;
  };
  const Row rows[] = {
      {"a", "0", true},         {"a (>= 2)", "2", true},   {"a (>= 2)", "2~", false},
      {"a (>> 2)", "2", false}, {"a (>> 2)", "2-1", true}, {"a (<= 2)", "2-0", true},
      {"a (<= 2)", "3", false}, {"a (<< 2)", "2~", true},  {"a (<< 2)", "2", false},
      {"a (= 2)", "0:2", true}, {"a (= 2)", "2-1", false}, {"a (> 2)", "2", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.relation);
    CAPTURE(row.version);
    Symbols symbols;
    const auto atoms = deb::parse_clause(row.relation, symbols);
    REQUIRE(atoms);
    CHECK(deb::satisfies(symbols, symbols.version(row.version), atoms->front()) == row.satisfied);
  }
}
