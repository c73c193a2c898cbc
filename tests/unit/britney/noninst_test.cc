#include "britney/noninst.h"

#include <doctest/doctest.h>

#include "support/memory_files.h"

namespace sluice::britney {
namespace {

using NameSet = std::set<std::string, std::less<>>;
constexpr const char* kText =
    "Built on: 2026.11.20 20:15:06 +0000\nLast update: 2026.11.20 20:15:06 +0000\n\n"
    "amd64: a b\namd64+all: a b c\narm64: \ns390x: z\nno colon\n";

}  // namespace

// migration 8.4
TEST_CASE("noninst: the lists of configured architectures are read") {
  const auto status = parse_noninst(kText, {"amd64", "arm64"});

  CHECK(status == NoninstStatus{{"amd64", NameSet{"a", "b"}},
                                {"amd64+all", NameSet{"a", "b", "c"}},
                                {"arm64", NameSet{}},
                                {"arm64+all", NameSet{}}});
}

// migration 8.4
TEST_CASE("noninst: garbage is no list") {
  CHECK(parse_noninst("\xff\x80:\n:::\n", {"amd64"}) ==
        NoninstStatus{{"amd64", {}}, {"amd64+all", {}}});
}

// migration 8.4
TEST_CASE("noninst: a cache that is asked for and missing is an error") {
  test::MemoryFileSystem files;
  files.put("noninst", kText);

  CHECK(read_noninst(files, "noninst", {"amd64"})->at("amd64").size() == 2);
  CHECK(read_noninst(files, "none", {"amd64"}).error().kind == base::ErrorKind::not_found);
}

}  // namespace sluice::britney
