// covers: maximal_presence.cc
#include "migrate/maximal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "migrate/engine.h"
#include "support/archive_builder.h"
#include "support/random_gate.h"
#include "support/rounds.h"

using namespace sluice;

namespace {

migrate::Engine::Archive archive_of(std::shared_ptr<const deb::Snapshot> snapshot) {
  migrate::Engine::Archive archive{std::move(snapshot), {}, {}};
  auto& settings = archive.settings;
  settings.implicit_deps = false;
  settings.age.days_of_urgency = {{"medium", 0}};
  settings.age.default_urgency = "medium";
  for (const auto& arch : archive.snapshot->archs)
    settings.architectures.emplace_back(archive.snapshot->text(arch.name));
  return archive;
}

// Moving exactly these breaks nothing that the run did not break.
bool breaks_nothing(const migrate::World& world, migrate::TargetState& target,
                    const migrate::Tolerance& tolerance, const std::vector<migrate::Item>& items) {
  if (items.empty()) return true;
  const auto before = target.nuninst();
  const auto mark = target.mark();
  migrate::Trial trial(world, target, tolerance);
  const auto attempt = trial.attempt(items, before, migrate::Judging::later, {});
  bool good = !attempt.constraint;
  for (deb::ArchIndex arch = 0; good && arch < target.arch_count(); ++arch)
    good = trial.newly_broken(arch, before).empty();
  target.rollback(mark);
  return good;
}

struct Best {
  std::size_t size = 0;       // of the largest set that breaks nothing
  bool can_be_added = false;  // a set that breaks nothing contains `found` and more
};

Best brute_force(const migrate::World& world, migrate::TargetState& target,
                 const migrate::Tolerance& tolerance, const std::vector<migrate::Item>& items,
                 const std::vector<migrate::Item>& found) {
  Best best;
  for (unsigned bits = 0; bits < 1U << items.size(); ++bits) {
    std::vector<migrate::Item> some;
    for (std::size_t i = 0; i < items.size(); ++i)
      if ((bits >> i & 1U) != 0) some.push_back(items[i]);
    const bool contains = std::ranges::all_of(
        found, [&](const auto& item) { return std::ranges::find(some, item) != some.end(); });
    if (some.size() <= best.size && !(contains && some.size() > found.size())) continue;
    if (!breaks_nothing(world, target, tolerance, some)) continue;
    best.size = std::max(best.size, some.size());
    if (contains && some.size() > found.size()) best.can_be_added = true;
  }
  return best;
}

struct SubsetTally {
  int archives = 0, with_a_set = 0;
  std::size_t found = 0, best = 0;
};

// Compares the set for `left`, on top of what `decision` moves, with all subsets.
void compare(migrate::Engine& engine, const migrate::Decision& decision,
             std::vector<migrate::Item> left, SubsetTally& tally) {
  std::erase_if(left, [](const auto& i) { return i.kind == migrate::ItemKind::cruft_removal; });
  if (left.empty() || left.size() > 9) return;
  ++tally.archives;
  engine.at_end(decision, [&](const migrate::World& world, migrate::TargetState& target) {
    const auto tolerance = migrate::tolerance_of(world, {});
    const auto start = target.nuninst();
    const auto set = migrate::maximal_set(world, target, tolerance, left);
    for (std::size_t arch = 0; arch < start.size(); ++arch)
      CHECK(target.nuninst()[arch].all == start[arch].all);  // taken back
    const auto found = set.items();
    CHECK(breaks_nothing(world, target, tolerance, found));
    const auto best = brute_force(world, target, tolerance, left, found);
    CHECK_FALSE(best.can_be_added);
    tally.found += found.size();
    tally.best += best.size;
    if (!found.empty()) ++tally.with_a_set;
  });
}

// What the random archives that `make(seed)` builds leave to find, after a run and from nothing,
// against all subsets.
template <class Make>
SubsetTally compare_random_archives(unsigned seeds, Make make) {
  SubsetTally after_run, from_nothing;
  for (unsigned seed = 1; seed <= test::rounds(seeds); ++seed) {
    CAPTURE(seed);
    migrate::Engine engine(make(seed), {}, {});
    const auto decision = engine.decide();
    compare(engine, *decision, decision->run.leftover, after_run);
    compare(engine, {}, decision->judgement.candidates, from_nothing);
  }
  MESSAGE("after a run: ", after_run.archives, " archives, ", after_run.found, " items found, ",
          after_run.best, " at best; from nothing: ", from_nothing.archives, " archives, ",
          from_nothing.found, " items found, ", from_nothing.best, " at best");
  CHECK(after_run.archives > test::rounds(50));
  CHECK(from_nothing.with_a_set > test::rounds(50));
  // No promise, but what was reported; a search that loses more than this has become another one.
  CHECK(from_nothing.found * 100 >= from_nothing.best * 95);
  return after_run;
}

// Sources whose new versions need each other's, by one way or another: a run that tries one after
// the other leaves groups behind.
migrate::Engine::Archive entangled(unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  const auto count = 5 + pick(4);
  const auto name = [](unsigned i) { return std::string(1, static_cast<char>('a' + i)); };
  const auto other = [&](unsigned i) { return name((i + 1 + pick(count - 1)) % count); };
  auto archive = support::archive();
  archive.testing();
  for (unsigned i = 0; i < count; ++i)
    archive.package(name(i), "1", {.depends = pick(5) == 0 ? other(i) + " (<< 2)" : ""});
  archive.unstable();
  for (unsigned i = 0; i < count; ++i) {
    std::string depends;
    for (auto clauses = 1 + pick(2); clauses > 0; --clauses) {
      if (!depends.empty()) depends += ", ";
      depends += other(i) + " (>= 2)";
      for (auto more = pick(3); more > 0; --more) depends += " | " + other(i) + " (>= 2)";
    }
    const auto conflicts = pick(4) == 0 ? other(i) + " (<< 2)" : "";
    if (pick(8) == 0)
      archive.package(name(i), "1");
    else
      archive.package(name(i), "2", {.depends = depends, .conflicts = conflicts});
  }
  return archive_of(archive.build());
}

}  // namespace

// migration 9 (c)
TEST_CASE("maximal: adds what a run leaves behind, against all subsets of entangled archives") {
  const auto after_run = compare_random_archives(600U, entangled);
  CHECK(after_run.with_a_set >= test::rounds(16));
}

// migration 9 (c)
TEST_CASE("maximal: nothing can be added, compared with all subsets of small archives") {
  compare_random_archives(
      300U, [](unsigned seed) { return archive_of(support::RandomGate(seed, 9).build()); });
}

// migration 9 (c), 5.1 (Essential), 7.2 (a name still present is a take-over), 3.6
TEST_CASE("maximal: take-overs, Essential packages and smooth updates, against all subsets") {
  compare_random_archives(500U, [](unsigned seed) {
    auto archive =
        archive_of(support::RandomGate(seed, 7, {.take_over = 4, .essential = 12}).build());
    if (seed % 2 == 0) archive.settings.smooth_updates = {"ALL"};
    return archive;
  });
}

// migration 9 (c), 7.2
TEST_CASE("maximal: a binary that another source takes over leaves with that item") {
  const auto snapshot = support::archive()
                            .testing()
                            .source("s1", "1")
                            .binary("x", "amd64", "1")
                            .binary("y", "amd64", "1")
                            .source("p", "1")
                            .binary("p", "amd64", "1", {.depends = "x (= 1)"})
                            .unstable()
                            .source("s1", "1")
                            .binary("y", "amd64", "1")
                            .source("s2", "2")
                            .binary("x", "amd64", "2")
                            .source("p", "2")
                            .binary("p", "amd64", "2", {.depends = "x (>= 2)"})
                            .build();
  migrate::Engine engine(archive_of(snapshot), {}, {});
  const auto decision = engine.decide();
  engine.at_end({}, [&](const migrate::World& world, migrate::TargetState& target) {
    const auto set = migrate::maximal_set(world, target, migrate::tolerance_of(world, {}),
                                          decision->judgement.candidates);
    REQUIRE(set.groups.size() == 1);
    CHECK(set.groups.front().items.size() == 2);
  });
}

// migration 9 (c), 5.1
TEST_CASE("maximal: a new Essential package that breaks others stays out, and nothing aborts") {
  const auto snapshot = support::archive()
                            .testing()
                            .source("a", "1")
                            .binary("a", "amd64", "1")
                            .unstable()
                            .source("a", "1")
                            .binary("a", "amd64", "1")
                            .source("e", "1")
                            .binary("e", "amd64", "1", {.conflicts = "a", .essential = true})
                            .build();
  migrate::Engine engine(archive_of(snapshot), {}, {});
  const auto decision = engine.decide();
  REQUIRE(decision->judgement.candidates.size() == 1);
  engine.at_end({}, [&](const migrate::World& world, migrate::TargetState& target) {
    const auto set = migrate::maximal_set(world, target, migrate::tolerance_of(world, {}),
                                          decision->judgement.candidates);
    CHECK(set.groups.empty());
  });
}

// migration 9 (c), 5.5, 7.4.3
TEST_CASE("maximal: a rebuild of a break architecture may break nothing there, a source may") {
  const auto snapshot =
      support::ArchiveBuilder({"amd64", "arm64"})
          .testing()
          .source("a", "1")
          .binary("al", "arm64", "1")
          .source("c", "1")
          .binary("c", "arm64", "1")
          .source("d", "1")
          .binary("d", "arm64", "1")
          .source("u", "1")
          .binary("u", "arm64", "1", {.depends = "d (= 1)"})
          .unstable()
          .source("a", "1")
          .binary("al", "arm64", "1+b1", {.depends = "c", .conflicts = "c", .source = "a (1)"})
          .source("c", "1")
          .binary("c", "arm64", "1")
          .source("d", "2")
          .binary("d", "arm64", "2")
          .source("u", "1")
          .binary("u", "arm64", "1", {.depends = "d (= 1)"})
          .build();
  auto archive = archive_of(snapshot);
  archive.settings.break_archs = {"arm64"};
  migrate::Engine engine(std::move(archive), {}, {});
  const auto decision = engine.decide();
  REQUIRE(decision->judgement.candidates.size() == 2);
  engine.at_end({}, [&](const migrate::World& world, migrate::TargetState& target) {
    const auto set = migrate::maximal_set(world, target, migrate::tolerance_of(world, {}),
                                          decision->judgement.candidates);
    REQUIRE(set.items().size() == 1);
    CHECK(name_of(set.items().front(), *snapshot) == "d/2");
  });
}

// migration 9 (c)
TEST_CASE("maximal: two that need each other and a third's old binary move as one group") {
  // left needs right's new binary, right needs left's; the run tries each alone.
  const auto snapshot = support::archive()
                            .testing()
                            .source("left", "1")
                            .binary("left", "amd64", "1", {.depends = "right (<< 2)"})
                            .source("right", "1")
                            .binary("right", "amd64", "1", {.depends = "left (<< 2)"})
                            .unstable()
                            .source("left", "2")
                            .binary("left", "amd64", "2", {.depends = "thing"})
                            .source("right", "2")
                            .binary("right", "amd64", "2", {.depends = "left (>= 2)"})
                            .source("thing", "2")
                            .binary("thing", "amd64", "2", {.depends = "right (>= 2)"})
                            .build();
  migrate::Engine engine(archive_of(snapshot), {}, {});
  const auto decision = engine.decide();
  engine.at_end(*decision, [&](const migrate::World& world, migrate::TargetState& target) {
    const auto tolerance = migrate::tolerance_of(world, {});
    std::vector<migrate::Item> all = decision->judgement.candidates;
    std::erase_if(all, [&](const auto& item) {
      return std::ranges::find(decision->run.accepted, item) != decision->run.accepted.end();
    });
    const auto set = migrate::maximal_set(world, target, tolerance, all);
    CHECK(set.items().size() == all.size());
    CHECK(set.groups.size() <= 1);
  });
}
