#include "deb/build_relation.h"

#include <doctest/doctest.h>

using namespace sluice;
using deb::BuildAtom;
using deb::RestrictionTerm;

namespace {

BuildAtom only_atom(std::string_view text) {
  const auto atoms = deb::parse_build_clause(text);
  REQUIRE_MESSAGE(atoms, std::string(text));
  REQUIRE(atoms->size() == 1);
  return atoms->front();
}

std::string error_of(std::string_view text) {
  const auto atoms = deb::parse_build_clause(text);
  return atoms ? "no error" : atoms.error().what;
}

}  // namespace

// migration 3.3
TEST_CASE("build relations: name, qualifier, version and restrictions are taken apart") {
  const auto atom = only_atom("libfoo-dev:native (>= 1:2~rc1) [linux-any !i386] <!nocheck> <a !b>");

  CHECK(atom.name == "libfoo-dev");
  CHECK(atom.qualifier == "native");
  CHECK(atom.version == "1:2~rc1");
  CHECK(atom.op == deb::VersionOp::ge);
  CHECK(atom.architectures == std::vector<RestrictionTerm>{{"linux-any", false}, {"i386", true}});
  REQUIRE(atom.profiles.size() == 2);
  CHECK(atom.profiles[0] == std::vector<RestrictionTerm>{{"nocheck", true}});
  CHECK(atom.profiles[1] == std::vector<RestrictionTerm>{{"a", false}, {"b", true}});
}

// migration 3.3
TEST_CASE("build relations: restrictions need no blanks around them") {
  const auto atom = only_atom("foo(>=1)[amd64]<!nocheck>");

  CHECK(atom.name == "foo");
  CHECK(atom.version == "1");
  CHECK(atom.architectures.size() == 1);
  CHECK(atom.profiles.size() == 1);
}

// migration 3.3
TEST_CASE("build relations: a field keeps each clause as the archive wrote it") {
  const auto clauses = deb::parse_build_relations(" a (>= 1) [amd64] ,\n b | c <!nodoc>,\n");

  REQUIRE(clauses.size() == 2);
  CHECK(clauses[0].text == "a (>= 1) [amd64]");
  CHECK(clauses[1].text == "b | c <!nodoc>");
  CHECK(clauses[1].atoms.size() == 2);
}

// migration 3.3
TEST_CASE("build relations: nothing but white space has no clauses") {
  CHECK(deb::parse_build_relations("").empty());
  CHECK(deb::parse_build_relations(" \n ").empty());
}

// migration 3.3
TEST_CASE("build relations: one malformed clause costs that clause") {
  const auto clauses = deb::parse_build_relations("a, b (1), , c");

  REQUIRE(clauses.size() == 4);
  CHECK(clauses[0].atoms.size() == 1);
  CHECK(clauses[1].atoms.empty());
  CHECK(clauses[1].text == "b (1)");
  CHECK(clauses[2].atoms.empty());
  CHECK(clauses[3].atoms.size() == 1);
}

// migration 3.3
TEST_CASE("build relations: what was expected is said") {
  struct Row {
    const char* name;
    const char* text;
    const char* what;
  };
  const Row rows[] = {
      {"empty alternative", "a | ", "package name expected"},
      {"no version", "a (>=)", "one version expected after '>='"},
      {"no operator", "a (1)", "version operator expected after '('"},
      {"open parenthesis", "a (>= 1", "')' expected at the end"},
      {"trailing word", "a b", "'(' or nothing expected after 'a'"},
      {"empty architectures", "a []", "architecture expected"},
      {"empty profiles", "a <>", "build profile expected"},
      {"bare negation", "a [!]", "architecture expected, got ''"},
      {"doubled negation", "a <!!x>", "build profile expected, got '!x'"},
      {"restrictions in the wrong order", "a <x> [amd64]", "'(' or nothing expected after 'a'"},
      {"restriction without name", "[amd64]", "package name expected"},
      {"empty qualifier", "a:", "architecture expected after ':'"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(error_of(row.text) == row.what);
  }
}

// migration 3.3
TEST_CASE("build relations: restrictions decide whether an alternative counts") {
  struct Row {
    const char* name;
    const char* text;
    const char* arch;
    bool counts;
  };
  const Row rows[] = {
      {"no restriction", "a", "amd64", true},
      {"the architecture", "a [amd64 arm64]", "arm64", true},
      {"another architecture", "a [amd64 arm64]", "i386", false},
      {"excluded", "a [!amd64 !arm64]", "arm64", false},
      {"not excluded", "a [!amd64 !arm64]", "i386", true},
      {"wildcard with exception", "a [linux-any !i386]", "i386", false},
      {"wildcard without the exception", "a [linux-any !i386]", "amd64", true},
      {"unset profile required", "a <cross>", "amd64", false},
      {"unset profile excluded", "a <!nocheck>", "amd64", true},
      {"all terms of a formula must hold", "a <!nocheck cross>", "amd64", false},
      {"one formula is enough", "a <cross> <!stage1>", "amd64", true},
      {"both kinds must allow", "a [arm64] <!nocheck>", "amd64", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(deb::applies(only_atom(row.text), row.arch) == row.counts);
  }
}

// migration 3.3; Debian policy 11.1
TEST_CASE("build relations: wildcards cover what dpkg says") {
  struct Row {
    const char* wildcard;
    const char* arch;
    bool covered;
  };
  const Row rows[] = {
      {"any", "amd64", true},
      {"amd64", "amd64", true},
      {"amd64", "arm64", false},
      {"linux-any", "armhf", true},
      {"linux-any", "hurd-i386", false},
      {"kfreebsd-any", "kfreebsd-amd64", true},
      {"hurd-any", "hurd-amd64", true},
      {"any-amd64", "amd64", true},
      {"any-amd64", "kfreebsd-amd64", true},
      {"any-amd64", "x32", true},
      {"any-arm", "armhf", true},
      {"any-arm", "armel", true},
      {"any-arm", "arm64", false},
      {"any-mips64el", "mips64el", true},
      {"any-i386", "hurd-i386", true},
      {"gnu-any-any", "amd64", true},
      {"musl-any-any", "amd64", false},
      {"musl-any-any", "musl-linux-amd64", true},
      {"musl-linux-any", "musl-linux-armhf", true},
      {"eabihf-any-any-any", "armhf", true},
      {"eabihf-any-any-any", "armel", false},
      {"any-any", "riscv64", true},
      {"linux-amd64", "amd64", false},  // no wildcard, and no such architecture
      {"anything", "amd64", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.wildcard);
    CAPTURE(row.arch);
    CHECK(deb::covers(row.wildcard, row.arch) == row.covered);
  }
}
