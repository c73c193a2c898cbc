#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using support::answer_of;
using support::archive;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

constexpr const char* kSilo =
    "https://api.launchpad.net/1.0/~bileto-ppa-service/+archive/ubuntu/4811";
constexpr const char* kGrouped = "Grouped with PPA ~bileto-ppa-service/+archive/ubuntu/4811";

// alpha, beta and gamma are updated to version 2.
TestWorld three() {
  auto builder = archive();
  for (const auto* name : {"alpha", "beta", "gamma"}) builder.testing().package(name, "1");
  for (const auto* name : {"alpha", "beta", "gamma"}) builder.unstable().package(name, "2");
  return TestWorld(builder.build());
}

void put(TestWorld& test, const std::string& source, const std::string& ppa) {
  test.facts.source_ppas[source]["2"] = ppa;
}

struct AnsweringLookup : migrate::PpaLookup {
  std::optional<std::string> answer;
  std::vector<std::string> asked;
  std::optional<std::string> ppa_of(std::string_view source, std::string_view version) override {
    asked.push_back(std::string(source) + "/" + std::string(version));
    return answer;
  }
};

std::string info_of(std::initializer_list<const char*> members) {
  std::string out = "{";
  for (const auto* member : members) {
    if (out.size() > 1) out += ", ";
    out += "\"" + std::string(member) + "\": \"~bileto-ppa-service/+archive/ubuntu/4811\"";
  }
  return out + "}";
}

}  // namespace

// migration 4.5.11
TEST_CASE("source-ppa: members of a valid group pass and know each other") {
  auto test = three();
  for (const auto* name : {"alpha", "beta", "gamma"}) put(test, name, kSilo);
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);
  for (const auto* name : {"alpha", "beta", "gamma"}) {
    CAPTURE(name);
    CHECK(answer_of(judgement, name, PolicyId::source_ppa, world) ==
          support::PolicyAnswer{"PASS", {}, info_of({"alpha", "beta", "gamma"})});
  }
}

// migration 4.5.11
TEST_CASE("source-ppa: one invalid member holds the valid ones, whoever comes first") {
  for (const auto* invalid : {"alpha", "beta", "gamma"}) {
    CAPTURE(invalid);
    auto test = three();
    for (const auto* name : {"alpha", "beta", "gamma"}) put(test, name, kSilo);
    test.hint("block " + std::string(invalid));
    const auto world = test.world();
    const auto judgement = migrate::judge(world, test.facts);
    for (const auto* name : {"alpha", "beta", "gamma"}) {
      CAPTURE(name);
      const auto* excuse = support::excuse_of(judgement, name);
      const bool held = std::string_view(name) != invalid;
      CHECK_FALSE(excuse->valid);
      CHECK(excuse->reasons.contains("source-ppa") == held);
      CHECK(excuse->verdict == (held ? migrate::Verdict::rejected_waiting_for_another_item
                                     : migrate::Verdict::rejected_needs_approval));
      CHECK(answer_of(judgement, name, PolicyId::source_ppa, world).texts ==
            (held ? Texts{kGrouped} : Texts{}));
    }
  }
}

// migration 4.5.11
TEST_CASE("source-ppa: a force hint counts as valid") {
  auto test = three();
  for (const auto* name : {"alpha", "beta"}) put(test, name, kSilo);
  test.hint("block alpha\nforce alpha/2");
  const auto judgement = test.judge();
  CHECK(support::excuse_of(judgement, "alpha")->valid);
  CHECK(support::excuse_of(judgement, "beta")->valid);
}

// migration 4.5.11
TEST_CASE("source-ppa: only landing silos group, and four of them do not") {
  struct Row {
    const char* ppa;
    bool groups;
  };
  const Row rows[] = {
      {"", false},
      {"https://api.launchpad.net/1.0/~jo/+archive/ubuntu/ppa", false},
      {"https://api.launchpad.net/1.0/~ci-train-ppa-service/+archive/ubuntu/4810", false},
      {"https://api.launchpad.net/1.0/~ci-train-ppa-service/+archive/ubuntu/4811", true},
      {kSilo, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.ppa);
    auto test = three();
    put(test, "alpha", row.ppa);
    put(test, "beta", row.ppa);
    test.hint("block alpha");
    const auto judgement = test.judge();
    CHECK(support::excuse_of(judgement, "beta")->valid == !row.groups);
    CHECK(judgement.source_ppas.at("beta").at("2") == row.ppa);
  }
}

// migration 4.5.11
TEST_CASE("source-ppa: what the cache knows is not asked, also if it is nothing") {
  auto test = three();
  put(test, "alpha", "");
  put(test, "beta", kSilo);
  test.facts.source_ppas["gamma"]["1"] = kSilo;
  AnsweringLookup lookup;
  lookup.answer = "found";
  test.facts.ppa_lookup = &lookup;
  const auto judgement = test.judge();

  CHECK(lookup.asked == std::vector<std::string>{"gamma/2"});
  CHECK(judgement.source_ppas ==
        migrate::ByName<migrate::ByName<std::string>>{
            {"alpha", {{"2", ""}}}, {"beta", {{"2", kSilo}}}, {"gamma", {{"2", "found"}}}});
}

// migration 4.5.11, 4.5.14
TEST_CASE("source-ppa: what nobody could tell is not cached") {
  auto test = three();
  AnsweringLookup lookup;
  test.facts.ppa_lookup = &lookup;
  const auto judgement = test.judge();
  CHECK(lookup.asked.size() == 3);
  CHECK(judgement.source_ppas.empty());
  CHECK(support::excuse_of(judgement, "alpha")->valid);
}
