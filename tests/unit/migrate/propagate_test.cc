#include "migrate/propagate.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/migrate_world.h"

using namespace sluice;
using namespace sluice::migrate;
using support::finder_texts;
using support::TestWorld;

namespace {

using Texts = std::vector<std::string>;
using NameSet = std::set<std::string, std::less<>>;

// Excuses by hand over sources a to f of unstable, each with one binary of its name.
struct PropagationScene {
  PropagationScene() : world(sources().build()) {}

  static support::ArchiveBuilder sources() {
    auto archive = support::archive({"amd64", "arm64"}).unstable();
    for (const auto* name : {"a", "b", "c", "d", "e", "f"}) archive.package(name, "1");
    return archive;
  }

  Excuse& add(const std::string& name, Verdict verdict = Verdict::pass) {
    auto& excuse = excuses.emplace_back();
    excuse.uvname = name;
    excuse.verdict = verdict;
    excuse.packages = {world.ref(name, "1")};
    return excuse;
  }
  void depend(const std::string& name, const std::vector<std::string>& packages,
              DependencyType type = DependencyType::depends) {
    auto& dependency = get(name).dependencies.emplace_back();
    dependency.type = type;
    dependency.arch = 0;
    for (const auto& package : packages)
      dependency.alternatives.emplace_back().package = world.ref(package, "1");
  }
  void run() { propagate(world.world(), excuses); }
  Excuse& get(std::string_view name) { return excuses[find_excuse(excuses, name)]; }
  Texts texts(std::string_view name) { return finder_texts(&get(name), world.world()); }

  TestWorld world;
  std::vector<Excuse> excuses;  // added in the order of names
};

}  // namespace

// migration 4.3 G
TEST_CASE("propagation: a valid item is waited for") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b");
  scene.depend("a", {"b"});
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass);
  CHECK(scene.get("a").migrate_after == NameSet{"b"});
  CHECK(scene.get("a").blocked_by.empty());
  CHECK(scene.texts("a") == Texts{"Depends: a <a href=\"#b\">b</a>"});
}

// migration 4.3 G
TEST_CASE("propagation: no excuse has the package: impossible, rejected at once") {
  PropagationScene scene;
  scene.add("a");
  scene.depend("a", {"f"});
  scene.run();
  auto& excuse = scene.get("a");
  CHECK(excuse.verdict == Verdict::rejected_permanently);
  CHECK(excuse.reasons == NameSet{"depends"});
  CHECK_FALSE(excuse.invalidated_by_dependency);
  CHECK(excuse.migrate_after.empty());
  CHECK(scene.texts("a") == Texts{"Impossible Depends: a -> f/1/amd64"});
}

// migration 4.3 G
TEST_CASE("propagation: a rejected item takes its dependents with it, as deep as they go") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b");
  scene.add("c", Verdict::rejected_temporarily);
  scene.depend("a", {"b"});
  scene.depend("b", {"c"});
  scene.run();
  CHECK(scene.get("b").verdict == Verdict::rejected_waiting_for_another_item);
  CHECK(scene.get("a").verdict == Verdict::rejected_waiting_for_another_item);
  CHECK(scene.get("a").reasons == NameSet{"depends"});
  CHECK(scene.get("a").blocked_by == NameSet{"b"});
  CHECK(scene.get("a").invalidated_by_dependency);
  CHECK(scene.texts("a") ==
        Texts{"Depends: a <a href=\"#b\">b</a> (not considered)", "Invalidated by dependency"});
}

// migration 4.3 G
TEST_CASE("propagation: behind a blocked item one is blocked, not waiting") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b");
  scene.add("c", Verdict::rejected_needs_approval);
  scene.depend("a", {"b"});
  scene.depend("b", {"c"}, DependencyType::implicit);
  scene.run();
  CHECK(scene.get("b").verdict == Verdict::rejected_blocked_by_another_item);
  CHECK(scene.get("b").reasons == NameSet{"implicit-dependency"});
  CHECK(scene.get("a").verdict == Verdict::rejected_blocked_by_another_item);
}

// migration 4.3 G
TEST_CASE("propagation: one valid alternative is enough") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b", Verdict::rejected_permanently);
  scene.add("c");
  scene.depend("a", {"b", "c", "f"});
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass);
  CHECK(scene.get("a").migrate_after == NameSet{"c"});
  CHECK(scene.texts("a") == Texts{"Depends: a <a href=\"#c\">c</a>"});
}

// migration 4.3 G, 4.7
TEST_CASE("propagation: of several candidates the smallest name is shown") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b");
  scene.add("c");
  scene.depend("a", {"c", "b"});
  scene.run();
  CHECK(scene.get("a").migrate_after == NameSet{"b"});
}

// migration 4.3 G
TEST_CASE("propagation: the verdict of a dependency is the least of its alternatives") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b", Verdict::rejected_needs_approval);
  scene.add("c", Verdict::rejected_temporarily);
  scene.depend("a", {"b", "c", "f"});
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::rejected_waiting_for_another_item);
}

// migration 4.3 G
TEST_CASE("propagation: a forced item stays, and its dependents with it") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b").forced = true;
  scene.add("c", Verdict::rejected_permanently);
  scene.depend("a", {"b"});
  scene.depend("b", {"c"});
  scene.run();
  CHECK(scene.get("b").verdict == Verdict::pass);
  CHECK(scene.get("a").verdict == Verdict::pass);
}

// migration 4.2, 4.3 G
TEST_CASE("propagation: an impossible dependency of a forced item is PASS_HINTED") {
  PropagationScene scene;
  scene.add("a").forced = true;
  scene.depend("a", {"f"});
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass_hinted);
}

// migration 4.3 G
TEST_CASE("propagation: items that need each other stay or fall together") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b");
  scene.add("c");
  scene.depend("a", {"b"});
  scene.depend("b", {"a"});
  scene.depend("b", {"c"});
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass);

  PropagationScene falling;
  falling.add("a");
  falling.add("b");
  falling.add("c", Verdict::rejected_temporarily);
  falling.depend("a", {"b"});
  falling.depend("b", {"a"});
  falling.depend("b", {"c"});
  falling.run();
  CHECK(is_rejected(falling.get("a").verdict));
  CHECK(is_rejected(falling.get("b").verdict));
}

// migration 4.7
TEST_CASE("propagation: dependency lines are grouped by verdict, sorted, each once") {
  PropagationScene scene;
  scene.add("a", Verdict::rejected_temporarily);
  scene.add("b");
  scene.add("c");
  scene.add("d", Verdict::rejected_permanently);
  scene.depend("a", {"c"});
  scene.depend("a", {"b"});
  scene.depend("a", {"b"});
  scene.depend("a", {"d"});
  scene.depend("a", {"f"}, DependencyType::implicit);
  scene.run();
  // a was rejected before, so its dependency on d stays valid; d is not considered all the same.
  CHECK(scene.texts("a") == Texts{"Impossible Implicit dependency: a -> f/1/amd64",
                                  "Depends: a <a href=\"#b\">b</a>",
                                  "Depends: a <a href=\"#c\">c</a>",
                                  "Depends: a <a href=\"#d\">d</a> (not considered)"});
}

// migration 4.3 G
TEST_CASE("propagation: two excuses can offer one package") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b", Verdict::rejected_permanently);
  scene.add("b_tpu");
  scene.excuses.back().packages = {scene.world.ref("b", "1")};
  scene.depend("a", {"b"});
  scene.run();
  CHECK(scene.get("a").verdict == Verdict::pass);
  CHECK(scene.get("a").migrate_after == NameSet{"b_tpu"});
}

// migration 4.3 G
TEST_CASE("propagation: findings carry the relation, the architecture and the binary") {
  PropagationScene scene;
  scene.add("a");
  scene.add("b");
  scene.depend("a", {"b"});
  scene.get("a").dependencies[0].dependent = scene.world.ref("a", "1");
  scene.run();
  REQUIRE(scene.get("a").findings.size() == 1);
  const auto& finding = scene.get("a").findings[0];
  CHECK(finding.arch == "amd64");
  CHECK(finding.binaries == std::vector{scene.world.ref("a", "1")});
  CHECK(finding.verdict == Verdict::pass);
}

TEST_CASE("find_excuse: the end means that there is none") {
  PropagationScene scene;
  scene.add("b");
  CHECK(find_excuse(scene.excuses, "b") == 0);
  CHECK(find_excuse(scene.excuses, "a") == 1);
  CHECK(find_excuse(scene.excuses, "c") == 1);
}
