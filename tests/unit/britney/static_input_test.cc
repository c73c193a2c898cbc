#include "britney/static_input.h"

#include <doctest/doctest.h>

#include "support/memory_files.h"

namespace sluice::britney {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kConstraint =
    "Fake-Package-Name: keep-desktop\nConstraint: present-and-installable\nPackage-List:\n"
    " firefoo\n kernel-img [amd64 arm64]\n";

}  // namespace

// migration 2.6
TEST_CASE("static input: a faux package with the defaults") {
  const auto read = parse_faux_packages("Package: mta\n", "faux-packages");

  REQUIRE(read.value.packages.size() == 1);
  const auto& package = read.value.packages[0];
  CHECK(package.name == "mta");
  CHECK(package.version == "1.0-1");
  CHECK(package.section == "non-free/faux");
  CHECK(package.architectures.empty());
  CHECK(package.depends.empty());
  CHECK(read.value.must_stay_installable.empty());
}

// migration 2.6
TEST_CASE("static input: a faux package with every field") {
  const auto read = parse_faux_packages(
      "Package: a\nVersion: 2\nProvides: x, y (= 1)\nArchitecture: amd64 arm64\n"
      "Component: main\nMulti-Arch: foreign\n\nPackage: b\nComponent: contrib\n",
      "faux-packages");

  REQUIRE(read.value.packages.size() == 2);
  const auto& package = read.value.packages[0];
  CHECK(package.version == "2");
  CHECK(package.provides == "x, y (= 1)");
  CHECK(package.architectures == Names{"amd64", "arm64"});
  CHECK(package.section == "faux");
  CHECK(package.multi_arch == "foreign");
  CHECK(read.value.packages[1].section == "contrib/faux");
}

// migration 2.6
TEST_CASE("static input: a faux package without a name costs itself") {
  const auto read = parse_faux_packages("Version: 1\n\nPackage: b\nVersion: 1 2\n\nPackage: c\n",
                                        "faux-packages");

  REQUIRE(read.value.packages.size() == 1);
  CHECK(read.value.packages[0].name == "c");
  REQUIRE(read.messages.size() == 2);
  CHECK(read.messages[0].text ==
        "faux-packages, paragraph 1: Package: expected the name of a package, ignored");
  CHECK(read.messages[1].text.find("paragraph 2: Version") != std::string::npos);
}

// migration 2.6
TEST_CASE("static input: a constraint depends on its list, architecture by architecture") {
  const auto read = parse_constraints(kConstraint, "constraints", {"amd64", "arm64", "i386"});

  REQUIRE(read.value.packages.size() == 2);
  CHECK(read.value.packages[0].depends == "firefoo");
  CHECK(read.value.packages[0].architectures == Names{"i386"});
  CHECK(read.value.packages[1].depends == "firefoo, kernel-img");
  CHECK(read.value.packages[1].architectures == Names{"amd64", "arm64"});
  CHECK(read.value.packages[1].version == "1");
  CHECK(read.value.packages[1].section == "faux");
  CHECK(read.value.must_stay_installable == Names{"keep-desktop"});
  CHECK(read.messages.empty());
}

// migration 2.6
TEST_CASE("static input: a constraint without differences is one package everywhere") {
  const auto read = parse_constraints(kConstraint, "constraints", {"amd64", "arm64"});

  REQUIRE(read.value.packages.size() == 1);
  CHECK(read.value.packages[0].architectures.empty());
}

// migration 2.6
TEST_CASE("static input: comments inside a package list are skipped") {
  const auto read = parse_constraints(
      "# head\nFake-Package-Name: k\nConstraint: present-and-installable\nPackage-List:\n a\n"
      " # b\n# c\n d\n",
      "constraints", {"amd64"});

  REQUIRE(read.value.packages.size() == 1);
  CHECK(read.value.packages[0].depends == "a, d");
}

// migration 2.6
TEST_CASE("static input: brackets with negation or commas cost that line") {
  const auto read = parse_constraints(
      "Fake-Package-Name: k\nConstraint: present-and-installable\nPackage-List:\n a [!amd64]\n"
      " b [amd64, arm64]\n c [amd64\n [amd64]\n d\n",
      "constraints", {"amd64"});

  REQUIRE(read.value.packages.size() == 1);
  CHECK(read.value.packages[0].depends == "d");
  REQUIRE(read.messages.size() == 4);
  CHECK(read.messages[0].level == base::Level::error);
  CHECK(read.messages[0].text.find("got \"a [!amd64]\"") != std::string::npos);
}

// migration 2.6
TEST_CASE("static input: a constraint of another form costs itself") {
  for (const auto* text :
       {"Fake-Package-Name: k\nConstraint: other\nPackage-List:\n a\n",
        "Constraint: present-and-installable\nPackage-List:\n a\n",
        "Fake-Package-Name: k\nConstraint: present-and-installable\n", "\xff\x80\n"}) {
    CAPTURE(text);
    const auto read = parse_constraints(text, "constraints", {"amd64"});
    CHECK(read.value.packages.empty());
    CHECK(read.value.must_stay_installable.empty());
    CHECK(read.messages.size() == 1);
  }
}

// migration 2.6
TEST_CASE("static input: both files of the directory, each may be missing") {
  test::MemoryFileSystem files;
  CHECK(read_static_input(files, "static", {"amd64"}).value.packages.empty());
  CHECK(read_static_input(files, "", {"amd64"}).messages.empty());
  files.put("static/faux-packages", "Package: a\n");
  files.put("static/constraints", kConstraint);

  const auto read = read_static_input(files, "static", {"amd64"});

  REQUIRE(read.value.packages.size() == 2);
  CHECK(read.value.packages[0].name == "a");
  CHECK(read.value.must_stay_installable == Names{"keep-desktop"});
}

}  // namespace sluice::britney
