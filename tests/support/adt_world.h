// A TestWorld with the autopkgtest policy: a debci file as source of results unless a test asks for
// another, and short ways to put results and to read requests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "support/archive_builder.h"
#include "support/migrate_world.h"

namespace sluice::support {

// Fields of a source that has tests.
inline SourceFields tested() { return {.extra = "Testsuite: autopkgtest\n"}; }
inline SourceFields testsuite(const std::string& tokens, const std::string& triggers = "") {
  SourceFields fields;
  if (!tokens.empty()) fields.extra = "Testsuite: " + tokens + "\n";
  if (!triggers.empty()) fields.extra += "Testsuite-Triggers: " + triggers + "\n";
  return fields;
}

class AdtWorld : public TestWorld {
 public:
  static constexpr std::int64_t kNow = 1'767'322'997;  // 2026-01-02 03:03:17 UTC

  explicit AdtWorld(std::shared_ptr<const deb::Snapshot> snapshot,
                    migrate::RuleSet rules = migrate::RuleSet::ubuntu)
      : TestWorld(std::move(snapshot), rules) {
    settings.adt.enabled = migrate::Switch::on;
    settings.adt.archs = settings.architectures;
    settings.adt.ci_url = "http://ci.example/";
    if (rules == migrate::RuleSet::ubuntu) settings.adt.excluded_archs = {"riscv64"};
    facts.now = facts.age_now = base::instant_of_seconds(kNow);
  }

  // "green/2 lightgreen amd64 PASS 1"; the run id is "run", seen `days` ago.
  AdtWorld& result(std::string_view line, std::int64_t days = 0) {
    const auto words = base::split_words(line);
    facts.tests.results.put(
        words[0], words[1], words[2],
        {*adt::parse_result_code(words[3]), std::string(words[4]), "run", kNow - days * 86'400});
    return *this;
  }

  AdtWorld& source(migrate::ResultSource kind) {
    settings.adt.source = kind;
    settings.adt.result_url = settings.adt.swift_url = "http://swift.example";
    return *this;
  }
};

// "source/arch: trigger trigger", in the order of decision.
inline std::vector<std::string> requests_of(const migrate::Judgement& judgement) {
  std::vector<std::string> lines;
  for (const auto& wanted : judgement.wanted)
    lines.push_back(wanted.source + "/" + wanted.arch + ": " + base::join(wanted.triggers, " "));
  return lines;
}

// What is tested for one item on amd64: "source/version" in the order of requests; without results.
inline std::vector<std::string> sources_of(const migrate::Judgement& judgement,
                                           std::string_view trigger,
                                           std::string_view arch = "amd64") {
  std::vector<std::string> names;
  for (const auto& wanted : judgement.wanted)
    if (wanted.triggers.front() == trigger && wanted.arch == arch) names.push_back(wanted.source);
  return names;
}

// policy_info of the item: "source[/version] arch STATUS", in order.
inline std::vector<std::string> statuses_of(const migrate::Judgement& judgement,
                                            std::string_view uvname) {
  const auto* excuse = excuse_of(judgement, uvname);
  if (excuse == nullptr) return {"(no excuse)"};
  std::vector<std::string> lines;
  for (const auto& [test, archs] : excuse->policy_info.at(migrate::PolicyId::autopkgtest))
    for (const auto& [arch, fields] : *archs.map())
      lines.push_back(test + " " + arch + " " + *fields.list()->front().string());
  return lines;
}

}  // namespace sluice::support
