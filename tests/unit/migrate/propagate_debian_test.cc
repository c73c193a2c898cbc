#include "migrate/propagate_debian.h"

#include <doctest/doctest.h>

#include "migrate/propagate.h"
#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::finder_texts;
using support::TestWorld;

namespace {

using Texts = std::vector<std::string>;
using NameSet = std::set<std::string, std::less<>>;

// Excuses by hand; dependencies name items.
struct DebianPropagation {
  DebianPropagation() : world(support::archive({"amd64", "arm64"}).build(), RuleSet::debian) {}

  Excuse& add(const std::string& name, Verdict verdict = Verdict::pass) {
    auto& excuse = excuses.emplace_back();
    excuse.uvname = name;
    excuse.verdict = verdict;
    if (name.ends_with("/amd64")) excuse.item.kind = ItemKind::binaries;
    return excuse;
  }
  void depend(const std::string& name, const std::string& on,
              DependencyType type = DependencyType::depends, ArchIndex arch = 0) {
    auto& dependency = get(name).dependencies.emplace_back();
    dependency.type = type;
    dependency.arch = arch;
    dependency.alternatives.emplace_back().item = on;
  }
  void run() { propagate_debian(world.world(), excuses); }
  Excuse& get(std::string_view name) { return excuses[find_excuse(excuses, name)]; }
  Texts texts(std::string_view name) { return finder_texts(&get(name), world.world()); }

  TestWorld world;
  std::vector<Excuse> excuses;  // added in the order of names
};

}  // namespace

// migration 4.8
TEST_CASE("Debian's propagation: a candidate is waited for") {
  DebianPropagation scene;
  scene.add("a");
  scene.add("b");
  scene.depend("a", "b");
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass);
  CHECK(scene.get("a").migrate_after == NameSet{"b"});
  CHECK(scene.texts("a").empty());
}

// migration 4.8
TEST_CASE("Debian's propagation: a name without excuse is stated, the item stays a candidate") {
  DebianPropagation scene;
  scene.add("a");
  scene.depend("a", "z", DependencyType::depends, 0);
  scene.depend("a", "z", DependencyType::depends, 1);
  scene.run();
  auto& excuse = scene.get("a");
  CHECK(excuse.verdict == Verdict::pass);
  CHECK(excuse.reasons == NameSet{"depends"});
  CHECK(excuse.migrate_after == NameSet{"z"});
  CHECK_FALSE(excuse.invalidated_by_dependency);
  CHECK(scene.texts("a") == Texts{"Impossible Depends: a -> z"});
}

// migration 4.8
TEST_CASE("Debian's propagation: a binary item may mean the name on its architecture") {
  DebianPropagation scene;
  scene.add("a/amd64");
  scene.add("b/amd64");
  scene.depend("a/amd64", "b");
  scene.run();
  CHECK(scene.texts("a/amd64").empty());
}

// migration 4.8
TEST_CASE("Debian's propagation: a source item needs the name on every architecture that asks") {
  DebianPropagation some;
  some.add("a");
  some.add("b/amd64");
  some.depend("a", "b", DependencyType::depends, 0);
  some.depend("a", "b", DependencyType::depends, 1);
  some.run();
  CHECK(some.texts("a") == Texts{"Impossible Depends: a -> b"});

  DebianPropagation all;
  all.add("a");
  all.add("b/amd64");
  all.add("b/arm64");
  all.depend("a", "b", DependencyType::depends, 0);
  all.depend("a", "b", DependencyType::depends, 1);
  all.run();
  CHECK(all.texts("a").empty());
}

// migration 4.8
TEST_CASE("Debian's propagation: dependents of a rejected item fall, one text per type") {
  DebianPropagation scene;
  scene.add("a");
  scene.add("b");
  scene.add("c", Verdict::rejected_needs_approval);
  scene.depend("a", "b");
  scene.depend("b", "c", DependencyType::built_using);
  scene.depend("b", "c", DependencyType::depends);
  scene.depend("b", "c", DependencyType::build_depends_indep);
  scene.run();
  CHECK(scene.get("b").verdict == Verdict::rejected_blocked_by_another_item);
  CHECK(scene.get("b").blocked_by == NameSet{"c"});
  CHECK(scene.get("b").migrate_after.empty());
  CHECK(scene.get("b").invalidated_by_dependency);
  CHECK(scene.get("b").reasons == NameSet{"depends", "build-depends-indep", "built-using"});
  CHECK(scene.texts("b") == Texts{"Invalidated by dependency",
                                  "Invalidated by build-dependency (indep)",
                                  "Invalidated by built-using"});
  CHECK(scene.get("a").verdict == Verdict::rejected_blocked_by_another_item);
}

// migration 4.8
TEST_CASE("Debian's propagation: behind a waiting item one waits") {
  DebianPropagation scene;
  scene.add("a");
  scene.add("b", Verdict::rejected_temporarily);
  scene.depend("a", "b");
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::rejected_waiting_for_another_item);
}

// migration 4.8
TEST_CASE("Debian's propagation: an item that was no candidate keeps what it waits for") {
  DebianPropagation scene;
  scene.add("a", Verdict::rejected_temporarily);
  scene.add("b", Verdict::rejected_temporarily);
  scene.depend("a", "b");
  scene.run();
  CHECK(scene.get("a").migrate_after == NameSet{"b"});
  CHECK(scene.get("a").blocked_by.empty());
  CHECK(scene.texts("a").empty());
}

// migration 4.8
TEST_CASE("Debian's propagation: a forced item stays") {
  DebianPropagation scene;
  scene.add("a").forced = true;
  scene.add("b", Verdict::rejected_temporarily);
  scene.depend("a", "b");
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass);
}

// migration 4.8
TEST_CASE("Debian's propagation: a candidate of tpu stands in for the rejected item") {
  DebianPropagation scene;
  scene.add("a");
  scene.add("b", Verdict::rejected_temporarily);
  scene.add("b_tpu");
  scene.depend("a", "b");
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass);
}

// migration 4.8
TEST_CASE("Debian's propagation: a rejected item of tpu does not stand in") {
  DebianPropagation scene;
  scene.add("a");
  scene.add("b", Verdict::rejected_temporarily);
  scene.add("b_tpu", Verdict::rejected_temporarily);
  scene.depend("a", "b");
  scene.run();
  CHECK(is_rejected(scene.get("a").verdict));
}

// migration 4.8
TEST_CASE("Debian's propagation: cycles fall together") {
  DebianPropagation scene;
  scene.add("a");
  scene.add("b");
  scene.add("c", Verdict::rejected_temporarily);
  scene.depend("a", "b");
  scene.depend("b", "a");
  scene.depend("b", "c");
  scene.run();
  CHECK(is_rejected(scene.get("a").verdict));
}

// migration 4.8
TEST_CASE("Debian's propagation: what BREAK_ARCHES need comes last, unless it is needed anyway") {
  DebianPropagation scene;
  auto& excuse = scene.add("a");
  for (const auto* name : {"z", "y", "b"}) {
    auto& finding = excuse.findings.emplace_back();
    finding.kind = FindingKind::ignoring_break_arch_dependency;
    finding.arch = "arm64";
    finding.words = {name};
  }
  scene.add("b", Verdict::rejected_temporarily);
  scene.depend("a", "b");
  scene.run();
  CHECK(scene.get("a").unimportant_dependencies == NameSet{"y", "z"});
  CHECK(scene.texts("a") == Texts{"Invalidated by dependency",
                                  "Ignoring arm64 depends: <a href=\"#y\">y</a>",
                                  "Ignoring arm64 depends: <a href=\"#z\">z</a>"});
}
