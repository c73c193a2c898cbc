#include "migrate/engine.h"

#include <doctest/doctest.h>

#include <array>

#include "base/text.h"
#include "migrate/hint_parser.h"
#include "migrate/reports.h"
#include "support/random_gate.h"
#include "support/rounds.h"

using namespace sluice;
using migrate::Engine;

namespace {

migrate::Settings settings_of(const deb::Snapshot& snapshot, migrate::RuleSet rules) {
  migrate::Settings settings;
  settings.rules = rules;
  settings.age.days_of_urgency = {{"medium", 5}};
  settings.age.default_urgency = "medium";
  settings.smooth_updates = {"libs"};
  for (const auto& arch : snapshot.archs)
    settings.architectures.emplace_back(snapshot.text(arch.name));
  return settings;
}

migrate::HintSet hints_of(const std::string& text, const Engine::Archive& archive) {
  migrate::HintSet set;
  auto parsed = migrate::parse_hints(text, "ada", "ada", {true, {}},
                                     migrate::known_hints(archive.settings), *archive.snapshot);
  for (auto& hint : parsed.hints) set.add(std::move(hint));
  (void)set.settle_duplicates();
  return set;
}

std::string line_of(const adt::TestRequest& request) {
  return request.source + "/" + request.arch + ": " +
         base::join(std::span<const std::string>(request.triggers), " ") + "\n";
}

// All of a decision, as text.
std::string text_of(const migrate::Decision& decision, Engine& engine) {
  const auto& snapshot = *engine.archive().snapshot;
  const auto& judgement = decision.judgement;
  auto text = excuses_yaml(judgement.excuses, engine.world(), engine.facts().now);
  for (const auto& request : judgement.wanted) text += "? " + line_of(request);
  for (const auto& message : judgement.messages) text += "! " + message + "\n";
  for (const auto& [source, seen] : judgement.first_seen)
    text += source + " " + seen.version + " " + std::to_string(seen.seconds) + "\n";
  for (const auto& [source, versions] : judgement.source_ppas)
    for (const auto& [version, ppa] : versions) text += source + "/" + version + ": " + ppa + "\n";
  text += render_pending(judgement.pending) + render_results(judgement.tests);
  for (const auto& item : decision.run.accepted) text += "+ " + name_of(item, snapshot) + "\n";
  for (const auto& item : decision.run.leftover) text += "- " + name_of(item, snapshot) + "\n";
  for (std::size_t arch = 0; arch < decision.uninstallable.size(); ++arch)
    for (const auto name : decision.uninstallable[arch].all)
      text += "! " + std::to_string(arch) + " " + std::string(snapshot.text(name)) + "\n";
  return text;
}

// A run from nothing on the same inputs.
std::string fresh(const Engine::Archive& archive, const std::string& hints,
                  const migrate::Facts& facts) {
  Engine engine(archive, hints_of(hints, archive), facts);
  return text_of(*engine.decide(), engine);
}

// Archive, hints and facts that change at random, a little at a time.
class Changes {
 public:
  Changes(unsigned seed, migrate::RuleSet rules) : gate_(seed, 8) {
    archive.snapshot = gate_.build();
    archive.settings = settings_of(*archive.snapshot, rules);
    auto& adt = archive.settings.adt;
    adt.enabled = migrate::Switch::on;
    adt.archs = archive.settings.architectures;
    adt.ci_url = "http://ci.example/";
    adt.baseline_by_reference = seed % 2 == 0;
    adt.reference_max_age_days = 30;
    facts.now = facts.age_now = base::instant_of_seconds(86400 * 100);
  }

  // True if the archive is another one.
  bool change() {
    const auto name = gate_.source_name(gate_.pick(8));
    const auto version = std::to_string(1 + gate_.pick(4));
    switch (gate_.pick(16)) {
      case 0: lines_.push_back("block " + name); break;
      case 1:
        lines_.push_back("easy " + name + "/2 " + gate_.source_name(gate_.pick(8)) + "/3");
        break;
      case 2: lines_.push_back("force-hint " + name + "/2\nremark x"); break;
      case 3: facts.age.first_seen[name] = {"2", 86400 * (90 + gate_.pick(12))}; break;
      case 4: lines_.push_back("force-badtest " + name + "/all"); break;
      case 5: lines_.push_back(hint() + " " + name + "/" + version); break;
      case 6:
        if (!lines_.empty())
          lines_.erase(lines_.begin() + gate_.pick(static_cast<int>(lines_.size())));
        break;
      case 7:
        (gate_.pick(2) == 0 ? facts.bugs_in_source : facts.bugs_in_target)["src:" + name] = {"1"};
        break;
      case 8: facts.bugs_in_source["lib" + name + "1"].insert(version); break;
      case 9: facts.blocks[name] = {{"77", 86400 * 99}}; break;
      case 10:
        facts.source_ppas[name][version] = "~ci-train-ppa-service/+archive/" + version;
        break;
      case 11: facts.age.urgency[name] = gate_.pick(2) == 0 ? "high" : "medium"; break;
      case 12: pass_time(); break;
      case 13: change_archive(); return true;
      default: change_tests(name, version);
    }
    return false;
  }

  // What was asked for is pending from now on, as flow does it.
  void ask(const migrate::Judgement& judgement) {
    for (const auto& request : judgement.wanted)
      facts.tests.pending.add(request.triggers.front(), request.source, request.arch);
    for (const auto& [source, seen] : judgement.first_seen)
      facts.age.first_seen.insert_or_assign(source, seen);
  }

  // What a run leaves behind for the next one.
  void learn(const migrate::Judgement& judgement) {
    ask(judgement);
    facts.tests.results = judgement.tests;
    facts.source_ppas = judgement.source_ppas;
  }

  std::string hints() const { return base::join(std::span<const std::string>(lines_), "\n"); }
  int pick(int below) { return gate_.pick(below); }

  Engine::Archive archive;
  migrate::Facts facts;

 private:
  std::string hint() {
    constexpr std::array kHints = {"unblock", "force",  "age-days 1",      "force-skiptest",
                                   "urgent",  "remove", "force-reset-test"};
    return kHints[static_cast<std::size_t>(gate_.pick(kHints.size()))];
  }

  void pass_time() {
    if (gate_.pick(3) == 0) facts.age_now = facts.now += std::chrono::hours(24);
  }

  void change_archive() {
    gate_.change();
    archive.snapshot = gate_.build();
  }

  void change_tests(const std::string& name, const std::string& version) {
    const auto trigger =
        gate_.pick(5) == 0 ? std::string("migration-reference/0") : name + "/" + version;
    const auto source = gate_.source_name(gate_.pick(8));
    const auto* arch = gate_.pick(2) == 0 ? "amd64" : "arm64";
    auto& tests = facts.tests;
    if (gate_.pick(4) == 0) {
      tests.pending.add(trigger, source, arch);
      return;
    }
    using enum adt::ResultCode;
    constexpr std::array kCodes = {pass, fail, neutral};
    const auto code = kCodes[static_cast<std::size_t>(gate_.pick(3))];
    tests.results.put(
        trigger, source, arch,
        {code, gate_.pick(2) == 0 ? "1" : version, "run", 86400 * (60 + gate_.pick(40))});
    tests.pending.remove(trigger, source, arch);
  }

  support::RandomGate gate_;
  std::vector<std::string> lines_;
};

}  // namespace

// migration 9 (d)
TEST_CASE("engine: random changes give what runs from nothing give") {
  int reused = 0, some = 0;
  for (const auto rules : {migrate::RuleSet::ubuntu, migrate::RuleSet::debian}) {
    for (unsigned seed = 1; seed <= test::rounds(100U); ++seed) {
      CAPTURE(seed);
      Changes inputs(seed, rules);
      Engine engine(inputs.archive, {}, inputs.facts);
      for (int step = 0; step < 16; ++step) {
        CAPTURE(step);
        if (inputs.change()) engine.replace_archive(inputs.archive);
        engine.replace_hints(hints_of(inputs.hints(), inputs.archive));
        engine.replace_facts(inputs.facts);
        const auto decision = engine.decide();
        const auto work = engine.last_work();
        if (!work.ran) ++reused;
        if (work.judged != 0 && work.judged < decision->judgement.excuses.size()) ++some;
        CHECK(text_of(*decision, engine) == fresh(inputs.archive, inputs.hints(), inputs.facts));
        if (inputs.pick(4) == 0) inputs.ask(decision->judgement);
      }
    }
  }
  // Else the comparison above says nothing about reuse.
  CHECK(reused > test::rounds(200));
  CHECK(some > test::rounds(400));
}

// migration 9 (d)
TEST_CASE("engine: what was learned and sent is as if the next run had read it") {
  for (const auto rules : {migrate::RuleSet::ubuntu, migrate::RuleSet::debian}) {
    for (unsigned seed = 1; seed <= test::rounds(50U); ++seed) {
      CAPTURE(seed);
      Changes inputs(seed, rules);
      Engine engine(inputs.archive, {}, inputs.facts);
      for (int step = 0; step < 16; ++step) {
        CAPTURE(step);
        if (inputs.change()) engine.replace_archive(inputs.archive);
        engine.replace_hints(hints_of(inputs.hints(), inputs.archive));
        engine.replace_facts(inputs.facts);
        const auto judgement = engine.decide()->judgement;
        engine.keep_learned();
        engine.note_sent(judgement.wanted);
        inputs.learn(judgement);
        REQUIRE(text_of(*engine.decide(), engine) ==
                fresh(inputs.archive, inputs.hints(), inputs.facts));
        REQUIRE(engine.facts().tests.pending == inputs.facts.tests.pending);
      }
    }
  }
}

// migration 9 (d)
TEST_CASE("engine: a target that many runs were made on holds what the first one held") {
  support::RandomGate gate(7, 8);
  Engine::Archive archive{gate.build(), {}, {}};
  archive.settings = settings_of(*archive.snapshot, migrate::RuleSet::ubuntu);
  Engine engine(archive, {}, {});
  for (int i = 0; i < 20; ++i) {
    engine.replace_hints(hints_of(i % 2 == 0 ? "force-hint a/2" : "block b", archive));
    (void)engine.decide();
    CHECK(engine.last_work().ran);
    CHECK(engine.world().now->own_source_count() == 0);
  }
}

// migration 9 (d)
TEST_CASE("engine: nothing changed, nothing done") {
  support::RandomGate gate(7, 8);
  Engine::Archive archive{gate.build(), {}, {}};
  archive.settings = settings_of(*archive.snapshot, migrate::RuleSet::ubuntu);
  Engine engine(archive, {}, {});
  const auto first = engine.decide();
  CHECK(engine.decide() == first);
  CHECK(engine.last_work().judged == 0);
}

// migration 9 (e)
TEST_CASE("engine: at_end shows the target as the decision leaves it, and takes it back") {
  const auto snapshot = support::archive()
                            .testing()
                            .source("foo", "1")
                            .binary("foo", "amd64", "1")
                            .unstable()
                            .source("foo", "2")
                            .binary("foo", "amd64", "2")
                            .build();
  Engine::Archive archive{snapshot, settings_of(*snapshot, migrate::RuleSet::ubuntu), {}};
  archive.settings.age.days_of_urgency = {{"medium", 0}};
  Engine engine(archive, {}, {});
  const auto decision = engine.decide();
  REQUIRE(decision->run.accepted.size() == 1);
  const auto foo = snapshot->symbols.find_name("foo");
  std::string version;
  engine.at_end(*decision, [&](const migrate::World&, migrate::TargetState& target) {
    version = snapshot->text(target.source(foo)->version);
  });
  CHECK(version == "2");
  CHECK(snapshot->text(engine.world().now->source(foo)->version) == "1");
}
