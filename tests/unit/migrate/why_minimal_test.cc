// covers: why.cc
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "migrate/why.h"
#include "support/rounds.h"
#include "support/test_run.h"

using namespace sluice;
using migrate::Standing;

namespace {

constexpr std::int64_t kRemedyNow = 1'700'000'000;

// What a small archive is made of, so that each of its troubles can be taken away.
struct Troubled {
  struct Version {
    std::vector<std::string> depends, breaks;
  };
  struct Source {
    Version old, next;
    bool is_new = true;
  };
  std::map<std::string, Source> sources;
  std::set<std::string> blocked, young;
  std::vector<std::string> hints;

  std::shared_ptr<const deb::Snapshot> build() const {
    auto made = support::archive();
    const auto put = [&](const std::string& name, const std::string& version, const Version& has) {
      made.package(name, version,
                   {.depends = base::join(std::span<const std::string>(has.depends), ", "),
                    .breaks = base::join(std::span<const std::string>(has.breaks), ", ")});
    };
    made.testing();
    for (const auto& [name, source] : sources) put(name, "1", source.old);
    made.unstable();
    for (const auto& [name, source] : sources)
      put(name, source.is_new ? "2" : "1", source.is_new ? source.next : source.old);
    return made.build();
  }
};

class TroubleMaker {
 public:
  explicit TroubleMaker(unsigned seed) : random_(seed) {}

  Troubled make() {
    Troubled made;
    names_ = {"a", "b", "c", "d", "e", "f"};
    names_.resize(4 + below(3));
    for (const auto& name : names_) {
      auto& source = made.sources[name];
      if (below(10) < 3) source.old.depends.push_back(other(name) + " (<< 2)");
      source.is_new = below(20) < 17;
      if (!source.is_new) continue;
      for (auto n = below(3); n-- > 0;) add(source.next.depends, alternatives(name));
      if (below(8) == 0) source.next.depends.push_back("ghost-" + name);
      if (below(3) == 0) source.next.breaks.push_back(other(name) + " (<< 2)");
      if (below(4) == 0) made.blocked.insert(name);
      if (below(5) == 0) made.young.insert(name);
    }
    return made;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string other(const std::string& name) {
    const auto& found = names_[below(names_.size())];
    return found == name ? other(name) : found;
  }
  std::string alternatives(const std::string& name) {
    const auto first = other(name), second = other(name);
    const auto text = first + " (>= 2)";
    return below(3) != 0 || first == second ? text : text + " | " + second + " (>= 2)";
  }
  static void add(std::vector<std::string>& relations, const std::string& relation) {
    if (std::ranges::find(relations, relation) == relations.end()) relations.push_back(relation);
  }

  std::mt19937 random_;
  std::vector<std::string> names_;
};

// The archive decided on.
struct TroubledRun {
  TroubledRun(const Troubled& troubled, migrate::RuleSet rule_set)
      : world(troubled.build(), rule_set) {
    world.facts.now = world.facts.age_now = base::instant_of_seconds(kRemedyNow);
    world.settings.age.days_of_urgency = {{"medium", 5}};
    for (const auto& [name, source] : troubled.sources)
      world.facts.age.first_seen[name] = {source.is_new ? "2" : "1",
                                          troubled.young.contains(name) ? kRemedyNow - 86400 : 0};
    for (const auto& name : troubled.blocked) world.hint("block " + name);
    for (const auto& hint : troubled.hints) world.hint(hint);
    run = std::make_unique<support::TestRun>(world);
  }
  bool moves(const std::string& item) const {
    return std::ranges::count(run->accepted(), item) > 0;
  }

  support::TestWorld world;
  std::unique_ptr<support::TestRun> run;
};

// The words after `before` in a text, up to a space.
std::string word_after(const std::string& text, const std::string& before) {
  const auto at = text.find(before);
  if (at == std::string::npos) return {};
  const auto begin = at + before.size();
  return text.substr(begin, text.find_first_of(" ,", begin) - begin);
}

// A new upload: the relation that the leaf speaks of is gone; all of them if it is about others'.
void upload(Troubled& to, const migrate::Leaf& leaf) {
  auto name = word_after(leaf.action, "upload ");
  if (name == "a" && leaf.action.starts_with("upload a version ")) name = leaf.item;
  auto& source = to.sources.at(name);
  std::size_t found = 0;
  for (auto* version : {&source.old, &source.next})
    for (auto* relations : {&version->depends, &version->breaks})
      found += std::erase_if(*relations, [&](const std::string& each) {
        return leaf.what.contains("needs " + each + " (") || leaf.what.contains(each + ")");
      });
  if (found == 0) source.old = source.next = {};
}

// What the leaf asks for is done. False: the leaf asks for nothing that can be done here.
bool repair(Troubled& to, const migrate::Leaf& leaf) {
  if (leaf.key == "block") return to.blocked.erase(leaf.item) > 0;
  if (leaf.key == "age") return to.young.erase(leaf.item) > 0;
  constexpr std::string_view kAsk = "ask the release team for: ";
  if (leaf.action.starts_with(kAsk)) {
    to.hints.push_back(leaf.action.substr(kAsk.size()));
    return true;
  }
  if (!leaf.action.starts_with("upload ")) return false;
  upload(to, leaf);
  return true;
}

std::string text_of_case(const Troubled& troubled, const migrate::Explanation& answer) {
  std::string text;
  const auto join = [](const std::vector<std::string>& all) {
    return base::join(std::span<const std::string>(all), ", ");
  };
  for (const auto& [name, source] : troubled.sources) {
    text += name + " 1: " + join(source.old.depends);
    if (source.is_new)
      text += "; 2: " + join(source.next.depends) + "; breaks " + join(source.next.breaks);
    if (troubled.blocked.contains(name)) text += "; blocked";
    if (troubled.young.contains(name)) text += "; young";
    text += "\n";
  }
  for (const auto& leaf : answer.leaves)
    text += "- " + leaf.item + ":" + leaf.key + " " + leaf.what + " / " + leaf.action + "\n";
  return text;
}

// All of the leaves but one, or all, are repaired.
bool moves_without(const Troubled& troubled, const migrate::Explanation& answer,
                   migrate::RuleSet rule_set, std::size_t left_out) {
  auto repaired = troubled;
  for (std::size_t i = 0; i < answer.leaves.size(); ++i)
    if (i != left_out) CHECK(repair(repaired, answer.leaves[i]));
  return TroubledRun(repaired, rule_set).moves(answer.item);
}

struct RemedyTally {
  unsigned asked = 0, exact = 0, several = 0;
};

void check_answers(const Troubled& troubled, migrate::RuleSet rule_set, RemedyTally& tally) {
  TroubledRun now(troubled, rule_set);
  auto rules = now.world.world();
  rules.now = now.run->target.get();
  migrate::Why why(
      {rules, *now.run->target, now.run->judgement, now.run->result, now.world.facts.now, {}});
  for (std::size_t i = 0; i < why.size(); ++i) {
    const auto answer = why.of_excuse(i);
    if (answer.standing == Standing::migrates) continue;
    ++tally.asked;
    if (!answer.exact) continue;
    ++tally.exact;
    if (answer.leaves.size() > 1) ++tally.several;
    INFO(answer.item << " of\n" << text_of_case(troubled, answer));
    CHECK(moves_without(troubled, answer, rule_set, answer.leaves.size()));
    for (std::size_t out = 0; out < answer.leaves.size(); ++out) {
      INFO("without leaf " << out);
      CHECK(!moves_without(troubled, answer, rule_set, out));
    }
  }
}

void check_random_answers(migrate::RuleSet rule_set) {
  RemedyTally tally;
  for (unsigned seed = 1; seed <= test::rounds(400U); ++seed) {
    INFO("seed " << seed);
    check_answers(TroubleMaker(seed).make(), rule_set, tally);
  }
  MESSAGE(tally.asked, " answers, ", tally.exact, " exact, ", tally.several, " with several facts");
  CHECK(tally.exact > test::rounds(600U));
  CHECK(tally.several > test::rounds(200U));
}

}  // namespace

// testgrid 5.4; migration 4.4: the smallest set of facts whose repair makes the item migrate
TEST_CASE("why: an exact answer is a remedy, and each of its facts is needed") {
  check_random_answers(migrate::RuleSet::ubuntu);
}

// testgrid 5.4; migration 4.8
TEST_CASE("why: under Debian's rules an exact answer is a remedy without a spare fact") {
  check_random_answers(migrate::RuleSet::debian);
}
