#include "migrate/coinst_rule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

#include "migrate/trial.h"
#include "migrate/why_trial.h"
#include "solve/search.h"
#include "support/archive_builder.h"
#include "support/random_gate.h"
#include "support/rounds.h"
#include "support/test_run.h"

using namespace sluice;
using support::TestRun;
using support::TestWorld;
using Names = std::vector<std::string>;

namespace {

// A new browser needs a codec that excludes the player.
support::ArchiveBuilder browser(const std::string& new_needs, const std::string& player_arch) {
  auto archive = support::archive({"amd64", "arm64"});
  archive.testing()
      .source("browser", "1")
      .binary("browser", "amd64", "1")
      .source("codec", "1")
      .binary("codec", "amd64", "1", {.conflicts = "player"})
      .source("player", "1")
      .binary("player", player_arch, "1")
      .unstable()
      .source("browser", "2")
      .binary("browser", "amd64", "2", {.depends = new_needs})
      .source("codec", "1")
      .binary("codec", "amd64", "1", {.conflicts = "player"})
      .source("player", "1")
      .binary("player", player_arch, "1");
  return archive;
}

TestWorld strict(support::ArchiveBuilder archive) {
  TestWorld test(archive.build());
  test.settings.coinstallability = true;
  test.settings.implicit_deps = false;
  return test;
}

}  // namespace

// migration 9
TEST_CASE("coinst: two that could be installed together are kept so, and the log says which") {
  auto lenient = strict(browser("codec", "amd64"));
  lenient.settings.coinstallability = false;
  CHECK(TestRun(lenient).accepted() == Names{"browser"});

  auto test = strict(browser("codec", "amd64"));
  const TestRun run(test);
  CHECK(run.accepted().empty());
  CHECK(run.has_line("skipped: browser (0, 0, 0)"));
  CHECK(
      run.has_line("    * amd64: browser 2 and player 1 not together any more: codec 1 cannot be "
                   "there with player 1 (Conflicts: player)"));
  const auto at =
      std::ranges::find_if(run.events, [](const auto& e) { return e.pair.has_value(); });
  REQUIRE(at != run.events.end());
  CHECK(at->broken.empty());
  CHECK(at->pair->first == test.ref("browser", "2"));
  CHECK(at->pair->second == test.ref("player", "1"));
  CHECK(at->pair->facts.size() == 4);  // both are wanted, a dependency, a conflict
}

// migration 9
TEST_CASE("coinst: `why` tells the pair instead of `nothing keeps it`") {
  auto test = strict(browser("codec", "amd64"));
  auto world = test.world();
  const auto candidates = test.judge().candidates;
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  world.now = &target;
  migrate::WhyTrial trial(world, target, migrate::tolerance_of(world, {}));
  const auto trouble = trial.try_items(candidates, [](deb::BinaryRef) { return std::string(); });
  CHECK_FALSE(trouble.accepted);
  REQUIRE(trouble.breakages.size() == 1);
  const auto& chain = trouble.breakages.front().chains.front();
  CHECK(chain.binary == "browser 2");
  CHECK(chain.with == "player 1");
  CHECK(migrate::sentences_of(chain, "testing").size() == 2);
}

// migration 9
TEST_CASE("coinst: another alternative that excludes nobody keeps the pair") {
  auto archive = browser("codec | other", "amd64");
  archive.testing().package("other", "1").unstable().package("other", "1");
  auto test = strict(archive);
  CHECK(TestRun(test).accepted() == Names{"browser"});
}

// migration 5.4, 9
TEST_CASE("coinst: an arch:all package counts where the counters count it") {
  auto test = strict(browser("codec", "all"));
  CHECK(TestRun(test).accepted() == Names{"browser"});
  auto counted = strict(browser("codec", "all"));
  counted.settings.nobreakall = {"amd64"};
  CHECK(TestRun(counted).accepted().empty());
}

// migration 5.5, 6.2, 9
TEST_CASE("coinst: allow-uninst, a break architecture and force-hint give the pair up") {
  auto allowed = strict(browser("codec", "amd64"));
  allowed.hint("allow-uninst player");
  CHECK(TestRun(allowed).accepted() == Names{"browser"});
  auto breaking = strict(browser("codec", "amd64"));
  breaking.settings.break_archs = {"amd64"};
  CHECK(TestRun(breaking).accepted() == Names{"browser"});
  auto forced = strict(browser("codec", "amd64"));
  forced.hint("force-hint browser/2");
  CHECK(TestRun(forced).accepted() == Names{"browser"});
}

// migration 7.4, 9
TEST_CASE("coinst: an easy hint that breaks a pair fails as a whole and says so") {
  auto archive = browser("codec", "amd64");
  archive.testing().package("more", "1").unstable().package("more", "2");
  auto test = strict(archive);
  test.hint("easy browser/2 more/2");
  const TestRun run(test);
  CHECK(run.has_line("FAILED"));
  const auto at = std::ranges::find_if(
      run.events, [](const auto& e) { return e.kind == migrate::RunEventKind::failed; });
  REQUIRE(at != run.events.end());
  CHECK(at->pair.has_value());
  CHECK(run.version("browser") == "1");
  CHECK(run.accepted() == Names{"more"});
}

// migration 9
TEST_CASE("coinst: what becomes uninstallable on its own is left to the counters") {
  auto test = strict(support::archive({"amd64"})
                         .testing()
                         .package("lib", "1")
                         .package("old", "1", {.depends = "ghost | lib (>= 2)"})
                         .package("user", "1", {.depends = "lib (<< 2)"})
                         .unstable()
                         .package("lib", "2")
                         .package("old", "1", {.depends = "ghost | lib (>= 2)"})
                         .package("user", "1", {.depends = "lib (<< 2)"}));
  CHECK(TestRun(test).accepted() == Names{"lib"});  // one is broken, one is repaired
}

namespace {

using Binaries = std::map<deb::NameId, deb::PackageIndex>;

// One architecture of the target, and who can be installed with whom in it.
class Together {
 public:
  Together(const migrate::World& world, const migrate::TargetState& target, deb::ArchIndex arch)
      : universe_(*world.universes[arch]),
        present_(universe_.size()),
        search_(universe_, present_) {
    for (const auto name : target.binary_names_unsorted(arch)) {
      const auto package = target.binary(arch, name);
      of_name.emplace(name, package);
      present_[package.value] = 1;
      if (universe_.essential(package)) essentials_.push_back(package);
    }
  }
  Together(const Together&) = delete;
  bool operator()(deb::PackageIndex a, deb::PackageIndex b) {
    auto goals = essentials_;
    goals.insert(goals.end(), {a, b});
    return search_.solve(goals).has_value();
  }
  Binaries of_name;

 private:
  const solve::Universe& universe_;
  std::vector<std::uint8_t> present_;
  std::vector<deb::PackageIndex> essentials_;
  solve::Search search_;
};

bool some_pair_breaks(const migrate::World& world, Together& before, Together& after,
                      deb::ArchIndex arch) {
  const auto counts = [&](deb::PackageIndex package) {
    return !world.snapshot.record(arch, package).arch_all;
  };
  for (const auto& [a, old_a] : before.of_name)
    for (const auto& [b, old_b] : before.of_name) {
      const auto now_a = after.of_name.find(a);
      const auto now_b = after.of_name.find(b);
      if (now_a == after.of_name.end() || now_b == after.of_name.end()) continue;
      const auto p = now_a->second;
      const auto q = now_b->second;
      if (counts(p) && counts(q) && before(old_a, old_b) && after(p, p) && after(q, q) &&
          !after(p, q))
        return true;
    }
  return false;
}

struct TrialTally {
  int accepted = 0, refused = 0;
};

// Tries the candidates of a random archive one by one, on top of what was accepted.
void try_all(unsigned seed, TrialTally& tally) {
  CAPTURE(seed);
  support::RandomGate gate(seed, 9);
  auto test = strict(gate.archive());
  auto world = test.world();
  const auto candidates = test.judge().candidates;
  migrate::TargetState target(test.snapshot(), test.settings, world.installability);
  world.now = &target;
  const auto tolerance = migrate::tolerance_of(world, {});
  migrate::Trial trial(world, target, tolerance);
  for (const auto& item : candidates) {
    const auto counters = target.nuninst();
    std::vector<std::unique_ptr<Together>> before;
    for (deb::ArchIndex arch = 0; arch < target.arch_count(); ++arch)
      before.push_back(std::make_unique<Together>(world, target, arch));
    const auto mark = target.mark();
    const auto attempt =
        trial.attempt({&item, 1}, counters, migrate::Judging::stop_at_first_regression, {});
    if (!attempt.constraint && !attempt.regression) {
      bool breaks = false;
      for (deb::ArchIndex arch = 0; arch < target.arch_count(); ++arch) {
        Together after(world, target, arch);
        breaks = breaks || some_pair_breaks(world, *before[arch], after, arch);
      }
      CHECK(attempt.pair.has_value() == breaks);
      if (attempt.pair) CHECK(attempt.pair->facts.size() > 2);
      ++(breaks ? tally.refused : tally.accepted);
    }
    if (!attempt.accepted) target.rollback(mark);
    if (attempt.accepted) target.keep();
  }
}

}  // namespace

// migration 9
TEST_CASE("coinst: an attempt is refused exactly if a pair breaks, on random archives") {
  TrialTally tally;
  for (unsigned seed = 1; seed <= test::rounds(300U); ++seed) try_all(seed, tally);
  MESSAGE(tally.accepted, " accepted, ", tally.refused, " refused");
  CHECK(tally.accepted > test::rounds(300));
  CHECK(tally.refused > test::rounds(20));  // 33 with g++, 29 with clang: the archives differ
}
