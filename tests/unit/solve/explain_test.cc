#include "solve/explain.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "deb/snapshot_builder.h"
#include "solve/installability.h"
#include "support/rounds.h"

using namespace sluice;
using deb::PackageIndex;
using solve::Fact;
using solve::FactKind;

namespace {

unsigned explain_below(std::mt19937& random, unsigned end) {
  return static_cast<unsigned>(random() % end);
}

struct ExplainScene {
  explicit ExplainScene(std::string_view testing, std::string_view unstable = "") {
    deb::SnapshotBuilder builder({{"amd64"}, deb::BuildRelations::skip});
    (void)builder.add_suite("testing", "", deb::SuiteClass::target);
    (void)builder.add_suite("unstable", "", deb::SuiteClass::primary);
    builder.add_packages(0, 0, testing, "testing/Packages");
    builder.add_packages(1, 0, unstable, "unstable/Packages");
    snapshot = builder.finish();
    universe = std::make_unique<solve::Universe>(*snapshot, 0);
    explainer = std::make_unique<solve::Explainer>(*snapshot, *universe);
    for (const auto package : snapshot->suites[0].binary_of_name[0])
      if (package.valid()) present.push_back(package);
    explainer->set_present(present);
  }
  PackageIndex find(std::string_view name) const {
    return snapshot->packages_named(0, snapshot->symbols.find_name(name)).front();
  }
  // "needs a -> b|c", "excludes a b", ... without versions.
  std::string text(const Fact& fact) const {
    static constexpr const char* kWords[] = {"wanted",    "essential", "absent",
                                             "malformed", "needs",     "excludes"};
    std::string out = kWords[static_cast<int>(fact.kind)];
    out += " " + name(fact.package);
    if (fact.kind == FactKind::excludes) out += " " + name(fact.other);
    if (fact.kind == FactKind::needs)
      out += ": " + std::string(snapshot->relations.text(fact.reasons.front().relation));
    return out;
  }
  std::vector<std::string> texts(std::string_view package) const {
    std::vector<std::string> all;
    for (const auto& fact : explainer->explain(find(package))) all.push_back(text(fact));
    return all;
  }
  std::string name(PackageIndex package) const {
    return std::string(snapshot->text(snapshot->record(0, package).name));
  }

  std::shared_ptr<const deb::Snapshot> snapshot;
  std::unique_ptr<solve::Universe> universe;
  std::unique_ptr<solve::Explainer> explainer;
  std::vector<PackageIndex> present;
};

std::string explained_stanza(std::string_view name, std::string_view version,
                             std::string_view more = "") {
  return "Package: " + std::string(name) + "\nVersion: " + std::string(version) +
         "\nArchitecture: amd64\n" + std::string(more) + "\n";
}

using Texts = std::vector<std::string>;

// Some install set out of the present packages meets all the facts. Brute force.
bool can_hold(const std::vector<PackageIndex>& present, const std::vector<Fact>& facts,
              std::size_t without) {
  const auto at = [&](PackageIndex p) {
    return static_cast<unsigned>(std::ranges::find(present, p) - present.begin());
  };
  for (unsigned installed = 0; installed < 1U << present.size(); ++installed) {
    const auto has = [&](PackageIndex p) { return (installed >> at(p) & 1) != 0; };
    bool all = true;
    for (std::size_t i = 0; i < facts.size() && all; ++i) {
      const auto& fact = facts[i];
      if (i == without) continue;
      switch (fact.kind) {
        case FactKind::absent: all = false; break;
        case FactKind::malformed: all = !has(fact.package); break;
        case FactKind::wanted:
        case FactKind::essential: all = has(fact.package); break;
        case FactKind::needs:
          all = !has(fact.package) || std::ranges::any_of(fact.choices, has);
          break;
        case FactKind::excludes: all = !has(fact.package) || !has(fact.other); break;
      }
    }
    if (all) return true;
  }
  return false;
}

std::string random_relation(std::mt19937& random, unsigned packages) {
  std::string text;
  for (auto n = 1 + explain_below(random, 2); n-- > 0;) {
    if (!text.empty()) text += " | ";
    text += "p" + std::to_string(explain_below(random, packages + 1));
    if (explain_below(random, 3) == 0)
      text += explain_below(random, 2) == 0 ? " (>= 2)" : " (<< 2)";
  }
  return text;
}

std::string random_suite(std::mt19937& random, unsigned packages) {
  std::string text;
  for (unsigned i = 0; i < packages; ++i) {
    std::string more, depends;
    for (auto n = explain_below(random, 4); n-- > 0;) {
      if (!depends.empty()) depends += ", ";
      depends += random_relation(random, packages);
    }
    if (!depends.empty()) more += "Depends: " + depends + "\n";
    if (explain_below(random, 3) == 0)
      more += "Conflicts: p" + std::to_string(explain_below(random, packages)) + "\n";
    if (explain_below(random, 8) == 0)
      more += "Breaks: p" + std::to_string(explain_below(random, packages)) + " (<< 2)\n";
    if (explain_below(random, 9) == 0) more += "Essential: yes\n";
    text +=
        explained_stanza("p" + std::to_string(i), explain_below(random, 2) == 0 ? "1" : "2", more);
  }
  return text;
}

}  // namespace

// testgrid 5.4; migration 5.1, 9
TEST_CASE("explain: on random archives the facts are contradictory and none can be spared") {
  constexpr unsigned kSeed = 5104;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  int explained = 0;
  for (int round = 0; round < test::rounds(600); ++round) {
    INFO("round " << round);
    const unsigned packages = 3 + explain_below(random, 6);
    const auto testing = random_suite(random, packages);
    const auto unstable = random_suite(random, packages);
    const ExplainScene scene(testing, unstable);
    const solve::Installability installability(*scene.universe, scene.present);
    for (const auto package : scene.present) {
      const auto facts = scene.explainer->explain(package);
      REQUIRE(facts.empty() == installability.installable(package));
      if (facts.empty()) continue;
      ++explained;
      CHECK(!can_hold(scene.present, facts, facts.size()));
      for (std::size_t i = 0; i < facts.size(); ++i) CHECK(can_hold(scene.present, facts, i));
    }
  }
  CHECK(explained > test::rounds(1000));
}

// testgrid 5.4
TEST_CASE("explain: several sets are each minimal and share no relation") {
  constexpr unsigned kSeed = 77;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  int several = 0;
  for (int round = 0; round < test::rounds(200); ++round) {
    const ExplainScene scene(random_suite(random, 7));
    for (const auto package : scene.present) {
      const auto sets = scene.explainer->explain_all(package, 4);
      several += sets.size() > 1 ? 1 : 0;
      std::vector<std::string> relations;
      for (const auto& facts : sets) {
        CHECK(!can_hold(scene.present, facts, facts.size()));
        for (std::size_t i = 0; i < facts.size(); ++i) CHECK(can_hold(scene.present, facts, i));
        for (const auto& fact : facts)
          if (fact.kind == FactKind::excludes) relations.push_back(scene.text(fact));
      }
      std::ranges::sort(relations);
      CHECK(std::ranges::adjacent_find(relations) == relations.end());
    }
  }
  CHECK(several > test::rounds(20));
}

// testgrid 5.4
TEST_CASE("explain: a chain is read from the package outwards and names who would help") {
  const ExplainScene scene(explained_stanza("a", "1", "Depends: b, z\n") +
                               explained_stanza("b", "1", "Depends: c (>= 2)\n") +
                               explained_stanza("c", "1") + explained_stanza("z", "1"),
                           explained_stanza("c", "2"));
  CHECK(scene.texts("a") == Texts{"wanted a", "needs a: b", "needs b: c (>= 2)"});
  const auto facts = scene.explainer->explain(scene.find("a"));
  CHECK(facts.back().choices.empty());
  REQUIRE(facts.back().outside.size() == 1);
  CHECK(scene.name(facts.back().outside.front()) == "c");
  CHECK(facts.back().reasons.front().field == deb::RelationField::depends);
}

// migration 5.1
TEST_CASE("explain: a conflict names the relation and whose it is") {
  const ExplainScene scene(explained_stanza("a", "1", "Depends: b, c\n") +
                           explained_stanza("b", "1") +
                           explained_stanza("c", "1", "Breaks: b (<< 2)\n"));
  CHECK(scene.texts("a") == Texts{"wanted a", "needs a: b", "needs a: c", "excludes b c"});
  const auto facts = scene.explainer->explain(scene.find("a"));
  CHECK(facts.back().said_by_other);
  CHECK(facts.back().reasons.front().field == deb::RelationField::breaks);
}

// migration 5.1
TEST_CASE("explain: an essential package is a reason only where it matters") {
  const ExplainScene scene(explained_stanza("base", "1", "Essential: yes\nConflicts: a\n") +
                           explained_stanza("more", "1", "Essential: yes\n") +
                           explained_stanza("a", "1"));
  CHECK(scene.texts("a") == Texts{"wanted a", "essential base", "excludes base a"});
  CHECK(scene.texts("more").empty());
}

// migration 5.1
TEST_CASE("explain: with an essential package that is broken nothing is installable") {
  const ExplainScene scene(explained_stanza("base", "1", "Essential: yes\nDepends: ghost\n") +
                           explained_stanza("a", "1"));
  CHECK(scene.texts("a") == Texts{"essential base", "needs base: ghost"});
}

// migration 5.2
TEST_CASE("explain: a broken package shows the relation that nothing anywhere satisfies") {
  const ExplainScene scene(explained_stanza("a", "1", "Depends: b, c\n") +
                           explained_stanza("b", "1", "Depends: ghost\n") +
                           explained_stanza("c", "1") +
                           explained_stanza("r", "1", "Depends: c (>= 3), c (<< 2)\n"));
  CHECK(scene.texts("a") == Texts{"wanted a", "needs a: b", "needs b: ghost"});
  const auto range = scene.explainer->explain(scene.find("r"));
  REQUIRE(range.size() == 2);
  CHECK(range.back().reasons.size() == 2);
}

// migration 3.3
TEST_CASE("explain: a relation that cannot be parsed, and a package that is not there") {
  const ExplainScene scene(
      explained_stanza("a", "1", "Depends: b (>= \n") + explained_stanza("b", "1"),
      explained_stanza("n", "1"));
  CHECK(scene.texts("a") == Texts{"wanted a", "malformed a"});
  CHECK(scene.texts("n") == Texts{"absent n"});
  CHECK(scene.texts("b").empty());
}

// migration 9
TEST_CASE("explain: two that exclude each other through what they need") {
  const ExplainScene scene(explained_stanza("a", "1", "Depends: b\n") +
                           explained_stanza("b", "1", "Conflicts: d\n") +
                           explained_stanza("c", "1", "Depends: d | e\n") +
                           explained_stanza("d", "1") + explained_stanza("e", "1", "Breaks: b\n"));
  Texts texts;
  for (const auto& fact : scene.explainer->explain_together(scene.find("a"), scene.find("c")))
    texts.push_back(scene.text(fact));
  CHECK(texts == Texts{"wanted a", "wanted c", "needs a: b", "needs c: d | e", "excludes b d",
                       "excludes b e"});
  CHECK(scene.explainer->explain_together(scene.find("a"), scene.find("b")).empty());
}

// migration 9
TEST_CASE("explain: on random archives the facts about two are contradictory and none is spared") {
  constexpr unsigned kSeed = 90;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  int explained = 0;
  for (int round = 0; round < test::rounds(200); ++round) {
    const ExplainScene scene(random_suite(random, 7));
    for (const auto first : scene.present)
      for (const auto second : scene.present) {
        const auto facts = scene.explainer->explain_together(first, second);
        if (facts.empty()) continue;
        ++explained;
        CHECK(!can_hold(scene.present, facts, facts.size()));
        for (std::size_t i = 0; i < facts.size(); ++i) CHECK(can_hold(scene.present, facts, i));
      }
  }
  CHECK(explained > test::rounds(1000));
}
