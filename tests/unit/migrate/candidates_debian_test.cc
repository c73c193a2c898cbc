#include "migrate/candidates_debian.h"

#include <doctest/doctest.h>

#include "migrate/candidates.h"
#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::ArchiveBuilder;
using support::excuse_of;
using support::finder_texts;
using support::TestWorld;

namespace {

using Texts = std::vector<std::string>;
using NameSet = std::set<std::string, std::less<>>;

// Debian's finder alone, without policies.
struct DebianFound {
  explicit DebianFound(ArchiveBuilder archive) : world(archive.build(), RuleSet::debian) {}

  void run() {
    const auto all = world.world();
    PolicyRun policy_run{.world = all, .facts = world.facts, .out = out};
    find_candidates(policy_run, debian_finder(all), {});
  }
  const Excuse* excuse(std::string_view uvname) const { return excuse_of(out, uvname); }
  Texts texts(std::string_view uvname) { return finder_texts(excuse(uvname), world.world()); }

  TestWorld world;
  Judgement out;
};

// The names that the excuse depends on.
Texts needs_of(const Excuse* excuse) {
  Texts names;
  if (excuse == nullptr) return {"(no excuse)"};
  for (const auto& dependency : excuse->dependencies)
    names.push_back(dependency.alternatives.front().item);
  return names;
}

ArchiveBuilder new_foo(const char* depends) {
  return support::archive()
      .testing()
      .package("base", "1")
      .unstable()
      .package("base", "1")
      .package("foo", "1", {.depends = depends});
}

}  // namespace

// migration 4.8
TEST_CASE("Debian's finder: what the target satisfies needs no word") {
  DebianFound found(new_foo("base (>= 1)"));
  found.run();
  CHECK(found.texts("foo").empty());
  CHECK(needs_of(found.excuse("foo")).empty());
}

// migration 4.8
TEST_CASE("Debian's finder: what nobody satisfies is stated, the verdict stays") {
  DebianFound found(new_foo("base, ghost (>= 2) | phantom"));
  found.run();
  const auto* excuse = found.excuse("foo");
  CHECK(excuse->verdict == Verdict::pass);
  CHECK(excuse->reasons == NameSet{"depends"});
  CHECK(excuse->unsatisfiable_archs == NameSet{"amd64"});
  CHECK(excuse->unsatisfiable_dependencies.at("amd64") == Texts{"ghost (>= 2) | phantom"});
  CHECK(found.texts("foo") == Texts{"foo/amd64 unsatisfiable Depends: ghost (>= 2) | phantom"});
  CHECK(excuse->findings[0].relation.valid());
}

// migration 3.3, 4.8
TEST_CASE("Debian's finder: a clause that cannot be parsed is satisfied by nobody") {
  DebianFound found(new_foo("base, base (>= 1"));
  found.run();
  CHECK(found.texts("foo") ==
        Texts{"foo/amd64 unsatisfiable Depends: a relation that cannot be parsed"});
  CHECK(found.excuse("foo")->reasons == NameSet{"depends"});
}

// migration 4.8
TEST_CASE("Debian's finder: Pre-Depends count as well") {
  DebianFound found(support::archive().unstable().package("foo", "1", {.pre_depends = "ghost"}));
  found.run();
  CHECK(found.texts("foo") == Texts{"foo/amd64 unsatisfiable Depends: ghost"});
}

// migration 4.8
TEST_CASE("Debian's finder: each source that solves a clause is a dependency") {
  DebianFound found(support::archive()
                        .unstable()
                        .package("foo", "1", {.depends = "one | two"})
                        .package("two", "1")
                        .package("one", "1"));
  found.run();
  CHECK(needs_of(found.excuse("foo")) == Texts{"one", "two"});
  CHECK(found.excuse("foo")->dependencies[0].type == DependencyType::depends);
  CHECK(found.excuse("foo")->dependencies[0].dependent == found.world.ref("foo", "1"));
}

// migration 4.8
TEST_CASE(
    "Debian's finder: a source that is the same in both suites is named with the architecture") {
  DebianFound found(support::archive()
                        .testing()
                        .source("lib", "1")
                        .binary("lib", "amd64", "1")
                        .unstable()
                        .source("lib", "1")
                        .binary("lib", "amd64", "1+b1")
                        .package("foo", "1", {.depends = "lib (>= 1+b1)"}));
  found.run();
  CHECK(needs_of(found.excuse("foo")) == Texts{"lib/amd64"});
}

// migration 4.8
TEST_CASE("Debian's finder: the same source solves its own clauses") {
  DebianFound found(support::archive()
                        .unstable()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1", {.depends = "libfoo1"})
                        .binary("libfoo1", "amd64", "1"));
  found.run();
  CHECK(needs_of(found.excuse("foo")).empty());
  CHECK(found.texts("foo").empty());
}

// migration 4.8
TEST_CASE("Debian's finder: cruft is not asked for its dependencies") {
  DebianFound found(
      support::archive()
          .unstable()
          .source("foo", "2")
          .binary("foo", "amd64", "2")
          .binary("libfoo1", "amd64", "1", {.depends = "ghost", .source = "foo (1)"}));
  found.run();
  CHECK_FALSE(found.excuse("foo")->reasons.contains("depends"));
}

// migration 4.8
TEST_CASE("Debian's finder: an item of an additional suite sees that suite only") {
  DebianFound found(support::archive()
                        .unstable()
                        .package("lib", "1")
                        .tpu()
                        .package("foo", "1", {.depends = "lib"})
                        .package("bar", "1", {.depends = "foo"}));
  found.run();
  CHECK(found.texts("foo_tpu") == Texts{"foo/amd64 unsatisfiable Depends: lib"});
  CHECK(needs_of(found.excuse("bar_tpu")) == Texts{"foo"});
}

// migration 4.8
TEST_CASE("Debian's finder: on BREAK_ARCHES solvable clauses are only mentioned") {
  DebianFound found(support::archive()
                        .unstable()
                        .package("lib", "1")
                        .package("foo", "1", {.depends = "lib, ghost"}));
  found.world.settings.break_archs = {"amd64"};
  found.run();
  const auto* excuse = found.excuse("foo");
  CHECK(needs_of(excuse).empty());
  CHECK(excuse->unsatisfiable_archs == NameSet{"amd64"});
  CHECK(found.texts("foo") == Texts{"Ignoring amd64 depends: <a href=\"#lib\">lib</a>",
                                    "foo/amd64 unsatisfiable Depends: ghost"});
}

// migration 4.8
TEST_CASE("Debian's finder: dependencies are stated before missing builds") {
  DebianFound found(support::archive({"amd64", "arm64"})
                        .unstable()
                        .source("foo", "2")
                        .binary("foo", "amd64", "2", {.depends = "ghost"})
                        .binary("foo", "arm64", "1", {.source = "foo (1)"}));
  found.run();
  REQUIRE(found.texts("foo").size() == 2);
  CHECK(found.texts("foo")[0] == "foo/amd64 unsatisfiable Depends: ghost");
  CHECK(found.texts("foo")[1].starts_with("missing build on "));
  CHECK(found.excuse("foo")->reasons == NameSet{"depends"});
}

// migration 4.8
TEST_CASE("Debian's finder: a binary's dependencies precede its own line") {
  DebianFound found(support::archive()
                        .testing()
                        .package("foo", "1")
                        .unstable()
                        .source("foo", "1")
                        .binary("foo", "amd64", "1+b1", {.depends = "ghost"}));
  found.run();
  CHECK(found.texts("foo/amd64") ==
        Texts{"foo/amd64 unsatisfiable Depends: ghost", "Updated binary: foo (1 to 1+b1)"});
}

// migration 4.8
TEST_CASE("Debian's finder: a remove hint rejects the binaries of every architecture and suite") {
  DebianFound found(support::archive({"amd64", "arm64"})
                        .testing()
                        .package("foo", "1")
                        .unstable()
                        .package("foo", "1")
                        .tpu()
                        .package("foo", "1"));
  found.world.hint("remove foo/1", "bob");
  found.run();
  for (const auto* name : {"foo/amd64", "foo/arm64", "foo/amd64_tpu", "foo/arm64_tpu"}) {
    CAPTURE(name);
    const auto* excuse = found.excuse(name);
    REQUIRE(excuse != nullptr);
    CHECK(excuse->verdict == Verdict::rejected_permanently);
    CHECK(excuse->hints.size() == 1);
    CHECK(found.texts(name) ==
          Texts{"Removal request by bob", "Trying to remove package, not update it"});
  }
  CHECK(found.excuse("-foo") != nullptr);
}

// migration 4.8
TEST_CASE("Debian's finder: a remove hint for another version leaves binaries alone") {
  DebianFound found(
      support::archive().testing().package("foo", "1").unstable().package("foo", "1"));
  found.world.hint("remove foo/2");
  found.run();
  CHECK(found.out.excuses.empty());
}
