#include "adt/glob.h"

#include <doctest/doctest.h>

using namespace sluice;

// autopkgtest 2.2
TEST_CASE("glob: what the peers' shell globs match") {
  struct Row {
    const char* glob;
    const char* text;
    bool matches;
  };
  const Row rows[] = {
      {"gzip", "gzip", true},
      {"gzip", "gzi", false},
      {"gzip", "gzipx", false},
      {"linux*", "linux-meta", true},
      {"linux*", "xlinux", false},
      {"*", "", true},
      {"**a", "bba", true},
      {"*a*b", "xaxxb", true},
      {"*a*b", "xaxx", false},
      {"llvm-toolchain-1?", "llvm-toolchain-19", true},
      {"?", "", false},
      {"lib[ab]c", "libbc", true},
      {"lib[!ab]c", "libbc", false},
      {"lib[a-f]c", "libec", true},
      {"lib[a-f]c", "libgc", false},
      {"[]]", "]", true},
      {"a[b", "a[b", true},
      {"a[b*", "a[bc", true},
      {"", "", true},
      {"", "a", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.glob);
    CAPTURE(row.text);
    CHECK(adt::matches_glob(row.glob, row.text) == row.matches);
  }
}
