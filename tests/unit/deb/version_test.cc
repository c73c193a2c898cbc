#include "deb/version.h"

#include <doctest/doctest.h>

#include <string>

using sluice::deb::compare_versions;

// migration 3.2; random versions are compared with apt and dpkg in tests/oracle
TEST_CASE("versions: the order of policy 5.6.12") {
  struct Row {
    const char* name;
    const char* smaller;
    const char* larger;
  };
  const Row rows[] = {
      {"numbers are numbers", "1.9", "1.10"},
      {"epoch before all", "9", "1:1"},
      {"epochs are numbers", "9:1", "10:1"},
      {"revision last", "1-1", "1-2"},
      {"binary rebuild", "1-1", "1-1+b1"},
      {"tilde before the end", "1~rc1", "1"},
      {"tilde before tilde's end", "1~~", "1~"},
      {"letters before other signs", "1a", "1+"},
      {"end before letters", "1", "1a"},
      {"the last dash starts the revision", "1-1-9", "1-2-1"},
      {"upstream before revision", "1-9", "1.1-1"},
      {"very long numbers", "99999999999999999998", "99999999999999999999"},
      {"no digit at all", "blacklisted", "unknown"},
      {"digits before words", "1", "unknown"},
      {"empty first", "", "a"},
      {"tilde before empty", "~", ""},
      {"bytes beyond ASCII come last", "1.z", "1.\xc3\xa9"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(compare_versions(row.smaller, row.larger) < 0);
    CHECK(compare_versions(row.larger, row.smaller) > 0);
  }
}

// migration 3.2
TEST_CASE("versions: different texts of one version are equivalent") {
  struct Row {
    const char* name;
    const char* a;
    const char* b;
  };
  const Row rows[] = {
      {"same text", "1.0-1", "1.0-1"},   {"missing revision", "1.0", "1.0-0"},
      {"missing epoch", "1.0", "0:1.0"}, {"leading zeros", "1.02", "1.2"},
      {"zeros only", "1.000", "1.0"},    {"nothing and zero", "", "0"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(compare_versions(row.a, row.b) == 0);
    CHECK(compare_versions(row.b, row.a) == 0);
  }
}
