// covers: test_index.cc test_rules.cc
#include "migrate/test_selection.h"

#include <doctest/doctest.h>

#include "support/adt_world.h"

using namespace sluice;
using migrate::RuleSet;
using support::AdtWorld;
using support::archive;
using support::ArchiveBuilder;
using support::sources_of;
using support::tested;
using support::testsuite;
using Names = std::vector<std::string>;

namespace {

Names selected(ArchiveBuilder& builder, const char* trigger, RuleSet rules = RuleSet::ubuntu,
               const char* arch = "amd64") {
  AdtWorld world(builder.build(), rules);
  return sources_of(world.judge(), trigger, arch);
}

// green 2 replaces green 1; both have the binary `green` on amd64.
ArchiveBuilder green_source(const support::SourceFields& fields = {}) {
  auto builder = archive();
  builder.testing().source("green", "1").binary("green", "amd64", "1");
  builder.unstable().source("green", "2", fields).binary("green", "amd64", "2");
  builder.testing();
  return builder;
}

// The same source and binary in both suites.
void in_both_suites(ArchiveBuilder& builder, const char* name, const support::SourceFields& fields,
                    const support::BinaryFields& binary = {}) {
  builder.testing().source(name, "1", fields).binary(name, "amd64", "1", binary);
  builder.unstable().source(name, "1", fields).binary(name, "amd64", "1", binary);
}

void update(ArchiveBuilder& builder, const char* name, const char* binary,
            const support::SourceFields& fields = {}) {
  builder.testing().source(name, "1").binary(binary, "amd64", "1");
  builder.unstable().source(name, "2", fields).binary(binary, "amd64", "2");
}

}  // namespace

// migration 4.6.4
TEST_CASE("test selection: own tests are those that Testsuite declares or dkms implies") {
  struct Row {
    const char* testsuite;
    bool selected;
  };
  const Row rows[] = {
      {"", false},
      {"autopkgtest", true},
      {"other autopkgtest", true},
      {"autopkgtest-pkg-perl", true},
      {"autopkgtest-other", false},
      {"autopkgtest,", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.testsuite);
    auto builder = green_source(testsuite(row.testsuite));
    CHECK(selected(builder, "green/2") == (row.selected ? Names{"green"} : Names{}));
  }
  auto modules = archive();
  modules.testing().source("mod", "1").binary("mod", "amd64", "1", {.depends = "x-dkms | y"});
  modules.unstable().source("mod", "2").binary("mod", "amd64", "2");
  CHECK(selected(modules, "mod/2") == Names{"mod"});
}

// migration 4.6.4, 4.8
TEST_CASE("test selection: own tests need a package on the architecture, but not under Debian's") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    auto builder = archive({"amd64", "i386"});
    builder.testing().source("green", "1").binary("green", "amd64", "1");
    builder.unstable().source("green", "2", tested()).binary("green", "amd64", "2");
    CHECK(selected(builder, "green/2", rules, "amd64") == Names{"green"});
    CHECK(selected(builder, "green/2", rules, "i386") ==
          (rules == RuleSet::debian ? Names{"green"} : Names{}));
  }
}

// migration 4.6.4
TEST_CASE("test selection: sources in the target that use the item and have tests, once, sorted") {
  auto builder = green_source(tested());
  in_both_suites(builder, "zebra", tested(), {.depends = "green"});
  in_both_suites(builder, "apple", tested(), {.depends = "green | other"});
  in_both_suites(builder, "untested", {}, {.depends = "green"});
  in_both_suites(builder, "unrelated", tested());
  builder.testing().source("two", "1", tested());
  builder.binary("two-a", "amd64", "1", {.depends = "green"});
  builder.binary("two-b", "amd64", "1", {.pre_depends = "green"});
  builder.unstable().source("new", "1", tested());
  builder.binary("new", "amd64", "1", {.depends = "green"});
  CHECK(selected(builder, "green/2") == Names{"apple", "green", "two", "zebra"});
}

// migration 4.6.4
TEST_CASE("test selection: Testsuite-Triggers of any suite, for sources with tests and binaries") {
  auto builder = green_source();
  in_both_suites(builder, "watcher", testsuite("autopkgtest", "other, green"));
  in_both_suites(builder, "untested", testsuite("", "green"));
  builder.testing().source("elsewhere", "1", testsuite("autopkgtest", "green"));
  builder.testing().source("later", "1", tested()).binary("later", "amd64", "1");
  builder.unstable().source("later", "1", testsuite("autopkgtest", "green"));
  builder.binary("later", "amd64", "1");
  builder.unstable().source("new", "1", testsuite("autopkgtest", "green"));
  builder.binary("new", "amd64", "1");
  CHECK(selected(builder, "green/2") == Names{"later", "watcher"});
}

// migration 4.6.4, 4.8
TEST_CASE("test selection: gcc is tested by few, of any number or of one digit") {
  struct Row {
    const char* source;
    RuleSet rules;
    Names selected;
  };
  const Row rows[] = {
      {"gcc-9", RuleSet::ubuntu, {"binutils", "doxygen", "gcc-9"}},
      {"gcc-9", RuleSet::debian, {"gcc-9", "binutils", "doxygen"}},
      {"gcc-12", RuleSet::ubuntu, {"binutils", "doxygen", "gcc-12"}},
      {"gcc-12", RuleSet::debian, {}},
      {"gcc-defaults", RuleSet::debian, {"gcc-defaults", "binutils", "doxygen"}},
      {"gcc-9-cross", RuleSet::ubuntu, {}},
      {"gcc-", RuleSet::ubuntu, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.source);
    auto builder = archive();
    update(builder, row.source, "libgcc", tested());
    in_both_suites(builder, "binutils", {});
    in_both_suites(builder, "doxygen", tested());
    in_both_suites(builder, "user", tested(), {.depends = "libgcc"});
    CHECK(selected(builder, (row.source + std::string("/2")).c_str(), row.rules) == row.selected);
  }
}

// migration 4.6.4, 4.8
TEST_CASE("test selection: kernels are tested through their meta source, raspi's never") {
  struct Row {
    const char* source;
    const char* meta_in;  // suite
    RuleSet rules;
    bool selected;
  };
  const Row rows[] = {
      {"linux", "testing", RuleSet::ubuntu, false},
      {"linux", "unstable", RuleSet::ubuntu, false},
      {"linux", "testing", RuleSet::debian, false},
      {"linux", "unstable", RuleSet::debian, true},
      {"linux-firmware", "testing", RuleSet::ubuntu, true},
      {"linux-meta-raspi2", "testing", RuleSet::ubuntu, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.source);
    CAPTURE(row.meta_in);
    auto builder = archive();
    update(builder, row.source, "image", tested());
    if (std::string_view(row.meta_in) == "testing")
      builder.testing();
    else
      builder.unstable();
    builder.source("linux-meta", "1").binary("linux-image", "amd64", "1");
    CHECK(selected(builder, (row.source + std::string("/2")).c_str(), row.rules) ==
          (row.selected ? Names{row.source} : Names{}));
  }
}

// migration 4.6.4, 4.8
TEST_CASE("test selection: a meta package with an image brings dkms users and companions") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    auto builder = archive();
    update(builder, "linux-meta", "linux-image-generic");
    in_both_suites(builder, "linux", {});
    in_both_suites(builder, "glibc", {});
    in_both_suites(builder, "dkms", {});
    in_both_suites(builder, "module", tested(), {.depends = "dkms"});
    in_both_suites(builder, "systemd", tested(), {.depends = "dkms"});
    builder.unstable().source("snapd", "3").binary("snapd", "amd64", "3");
    CHECK(selected(builder, "linux-meta/2", rules) ==
          (rules == RuleSet::ubuntu ? Names{"glibc", "linux", "module", "snapd", "systemd"}
                                    : Names{"module", "systemd"}));
  }
  auto without = archive();
  update(without, "linux-meta", "linux-headers-generic");
  in_both_suites(without, "glibc", tested());
  CHECK(selected(without, "linux-meta/2").empty());
}

// migration 4.6.4, 4.8
TEST_CASE("test selection: rust-coreutils is tried by the users of coreutils") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    auto builder = archive();
    update(builder, "rust-coreutils", "rust-coreutils");
    in_both_suites(builder, "coreutils", {});
    in_both_suites(builder, "user", tested(), {.depends = "coreutils"});
    CHECK(selected(builder, "rust-coreutils/2", rules) ==
          (rules == RuleSet::ubuntu ? Names{"user"} : Names{}));
  }
}

// migration 4.6.4, 4.8
TEST_CASE("test selection: nothing on i386 for a source that is arch:all there") {
  struct Row {
    const char* arch;  // of the target's binary
    bool complete;     // the target has the second binary too
    RuleSet rules;
    bool selected;
  };
  const Row rows[] = {
      {"all", true, RuleSet::ubuntu, false},
      {"all", false, RuleSet::ubuntu, true},
      {"i386", true, RuleSet::ubuntu, true},
      {"all", true, RuleSet::debian, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arch);
    auto builder = archive({"i386"});
    builder.testing().source("green", "1").binary("green", row.arch, "1");
    if (row.complete) builder.binary("green-doc", "all", "1");
    builder.unstable().source("green", "2", tested()).binary("green", "all", "2");
    builder.binary("green-doc", "all", "2");
    CHECK(selected(builder, "green/2", row.rules, "i386") ==
          (row.selected ? Names{"green"} : Names{}));
  }
}

// migration 4.6.4, 4.8
TEST_CASE("test selection: nothing on excluded architectures") {
  auto builder = archive({"riscv64"});
  builder.testing().source("green", "1").binary("green", "riscv64", "1");
  builder.unstable().source("green", "2", tested()).binary("green", "riscv64", "2");
  const auto snapshot = builder.build();
  CHECK(sources_of(AdtWorld(snapshot).judge(), "green/2", "riscv64").empty());
  CHECK(sources_of(AdtWorld(snapshot, RuleSet::debian).judge(), "green/2", "riscv64") ==
        Names{"green"});
  AdtWorld none(snapshot);
  none.settings.adt.excluded_archs.clear();
  CHECK(sources_of(none.judge(), "green/2", "riscv64") == Names{"green"});
}
