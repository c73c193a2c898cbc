#include "migrate/run_memory.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "migrate/engine.h"
#include "migrate/hint_parser.h"
#include "migrate/report_output.h"
#include "support/random_gate.h"
#include "support/rounds.h"

using namespace sluice;
using migrate::Engine;

namespace {

Engine::Archive gate_archive(support::RandomGate& gate) {
  Engine::Archive archive{gate.build(), {}, {}};
  archive.settings.age.days_of_urgency = {{"medium", 0}};
  archive.settings.age.default_urgency = "medium";
  archive.settings.smooth_updates = {"libs"};
  for (const auto& arch : archive.snapshot->archs)
    archive.settings.architectures.emplace_back(archive.snapshot->text(arch.name));
  return archive;
}

// A candidate that does not age in time is none: blocks by name are what makes and unmakes them.
migrate::HintSet blocks(const std::set<std::string>& names, const Engine::Archive& archive) {
  migrate::HintSet set;
  const auto text = base::join(std::vector(names.begin(), names.end()), " ");
  if (names.empty()) return set;
  auto parsed = migrate::parse_hints("block " + text, "ada", "ada", {true, {}},
                                     migrate::known_hints(archive.settings), *archive.snapshot);
  for (auto& hint : parsed.hints) set.add(std::move(hint));
  return set;
}

// What a run did, as update_output tells it, and what it left.
struct Told {
  std::string text, result;
  std::size_t trials = 0;
};

std::string result_of(const migrate::Decision& decision, const deb::Snapshot& snapshot) {
  std::string text;
  for (const auto& item : decision.run.accepted) text += "+ " + name_of(item, snapshot);
  for (const auto& item : decision.run.leftover) text += "- " + name_of(item, snapshot);
  for (const auto& arch : decision.uninstallable)
    for (const auto name : arch.all) text += "! " + std::string(snapshot.text(name));
  return text;
}

Told decide(Engine& engine, bool ask) {
  Told told;
  const auto& snapshot = *engine.archive().snapshot;
  const auto at_end = [](const migrate::World& world, migrate::TargetState& target) {
    // Installability is that of the target at its end, and can be asked for anything.
    for (ArchIndex arch = 0; arch < target.arch_count(); ++arch)
      for (const auto name : target.binary_names(arch))
        CHECK(world.installability[arch]->installable(target.binary(arch, name)) !=
              target.nuninst(arch).all.contains(name));
  };
  const auto decision = engine.decide(
      [&](const migrate::RunEvent& event) {
        for (const auto& line : output_lines(event, engine.world(), base::instant_of_seconds(0)))
          told.text += line.text + "\n";
      },
      ask ? Engine::AtEnd(at_end) : Engine::AtEnd());
  told.trials = engine.last_work().trials;
  told.result = result_of(*decision, snapshot);
  return told;
}

std::size_t attempts_of(const std::string& text) {
  std::size_t attempts = 0;
  for (const auto line : base::split(text, '\n')) attempts += line.starts_with("trying: ");
  return attempts;
}

}  // namespace

// migration 9 (d), 7.3
TEST_CASE("run memory: a run that was told says what a run from nothing says") {
  std::size_t told_attempts = 0, trials = 0;
  for (unsigned seed = 1; seed <= test::rounds(120U); ++seed) {
    CAPTURE(seed);
    support::RandomGate gate(seed, 24, {seed % 3 == 0 ? 12 : 0, seed % 2 == 0 ? 30 : 0});
    const auto archive = gate_archive(gate);
    Engine engine(archive, {}, {});
    std::set<std::string> blocked;
    (void)decide(engine, false);
    for (int step = 0; step < 12; ++step) {
      CAPTURE(step);
      for (int i = gate.pick(3); i >= 0; --i) {
        const auto name = gate.source_name(gate.pick(gate.size()));
        if (blocked.erase(name) == 0) blocked.insert(name);
      }
      engine.replace_hints(blocks(blocked, archive));
      const auto told = decide(engine, gate.pick(3) == 0);
      if (!engine.last_work().ran) continue;
      Engine fresh(archive, blocks(blocked, archive), {});
      const auto first = decide(fresh, false);
      REQUIRE(told.text == first.text);
      REQUIRE(told.result == first.result);
      // Nobody has to listen.
      Engine quiet(archive, blocks(blocked, archive), {});
      REQUIRE(told.result == result_of(*quiet.decide(), *archive.snapshot));
      told_attempts += attempts_of(told.text);
      trials += told.trials;
    }
  }
  MESSAGE("attempts: " << told_attempts << ", of which tried: " << trials);
  CHECK(trials * 3 < told_attempts * 2);  // else nothing is said about telling
}

// migration 9 (d)
TEST_CASE("run memory: an attempt is told, unless what it hangs on is different") {
  auto made = support::archive({"amd64"}).testing();
  for (const auto* name : {"lib", "other"}) made.package(name, "1");
  made.package("app", "1", {.depends = "lib"});
  made.unstable().package("app", "2").package("other", "2");
  Engine::Archive archive{made.build(), {}, {}};
  archive.settings.age.days_of_urgency = {{"medium", 0}};
  archive.settings.architectures = {"amd64"};
  Engine engine(archive, {}, {});
  (void)decide(engine, false);
  CHECK(engine.last_work().trials == 0);  // it was recorded

  SUBCASE("nothing hangs on what is gone") {
    engine.replace_hints(blocks({"other"}, archive));
    CHECK(decide(engine, false).trials == 0);
  }
  SUBCASE("an attempt hangs on what is gone: the removal of lib, of which app 1 has need") {
    engine.replace_hints(blocks({"app"}, archive));
    CHECK(decide(engine, false).trials > 0);
  }
  SUBCASE("what nobody tried before is tried") {
    engine.replace_hints(blocks({"other"}, archive));
    (void)decide(engine, false);
    engine.replace_hints(blocks({}, archive));
    CHECK(decide(engine, false).trials == 0);  // it was, in the run before
  }
  SUBCASE("under other hints that matter to a run, nothing is told") {
    auto parsed = migrate::parse_hints("allow-uninst app", "ada", "ada", {true, {}},
                                       migrate::known_hints(archive.settings), *archive.snapshot);
    migrate::HintSet hints;
    for (auto& hint : parsed.hints) hints.add(std::move(hint));
    engine.replace_hints(std::move(hints));
    (void)decide(engine, false);
    CHECK(engine.last_work().ran);
    CHECK(engine.last_work().trials == 0);  // it was recorded anew
  }
}

// migration 7.1: a library that is kept for its users goes once they are gone.
TEST_CASE("run memory: who uses an old library is part of what an attempt hangs on") {
  auto made = support::archive({"amd64"});
  made.testing()
      .source("lib", "1")
      .binary("lib1", "amd64", "1", {.section = "libs"})
      .package("app", "1", {.depends = "lib1"})
      .unstable()
      .source("lib", "2")
      .binary("lib2", "amd64", "2", {.section = "libs"})
      .package("app", "2", {.depends = "lib2"});
  Engine::Archive archive{made.build(), {}, {}};
  archive.settings.age.days_of_urgency = {{"medium", 0}};
  archive.settings.architectures = {"amd64"};
  archive.settings.smooth_updates = {"libs"};
  Engine engine(archive, {}, {});
  (void)decide(engine, false);
  for (const auto& blocked : {std::set<std::string>{"app"}, {}, {"lib"}, {"app", "lib"}, {}}) {
    engine.replace_hints(blocks(blocked, archive));
    Engine fresh(archive, blocks(blocked, archive), {});
    const auto told = decide(engine, true);
    if (engine.last_work().ran) CHECK(told.text == decide(fresh, true).text);
  }
}

// docs/adr/0037-run-as-difference.md
TEST_CASE("run memory: once too much is different, the next run is recorded anew") {
  constexpr int kApps = 110;
  auto made = support::archive({"amd64"}).testing();
  const auto app = [](int i) { return "app" + std::to_string(i); };
  // Nothing has to go before the other, so the shortest name is tried first: "l".
  made.package("lib", "1").package("other", "1");
  for (int i = 0; i < kApps; ++i) made.package(app(i), "1", {.depends = "lib"});
  made.unstable().package("l", "1").package("lib", "1").package("other", "2");
  for (int i = 0; i < kApps; ++i) made.package(app(i), "2", {.depends = "lib | l"});
  Engine::Archive archive{made.build(), {}, {}};
  archive.settings.age.days_of_urgency = {{"medium", 0}};
  archive.settings.architectures = {"amd64"};
  Engine engine(archive, {}, {});
  (void)decide(engine, false);
  const auto trials_after = [&](const std::set<std::string>& blocked) {
    engine.replace_hints(blocks(blocked, archive));
    Engine fresh(archive, blocks(blocked, archive), {});
    const auto told = decide(engine, false);
    CHECK(told.text == decide(fresh, false).text);
    return told.trials;
  };
  CHECK(trials_after({"l"}) == kApps);
  CHECK(trials_after({"l", "other"}) == 0);  // recorded
  CHECK(trials_after({"l"}) == 1);           // other, which the recorded run did not try
}
