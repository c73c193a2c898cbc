// What one policy said about one item: verdict, sentences in order, info as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"
#include "support/migrate_world.h"

namespace sluice::support {

struct PolicyAnswer {
  std::string verdict;  // "" if the policy did not run or does not apply
  std::vector<std::string> texts;
  std::string info;  // "" likewise

  friend bool operator==(const PolicyAnswer&, const PolicyAnswer&) = default;
};

inline PolicyAnswer answer_of(const migrate::Judgement& judgement, std::string_view uvname,
                              migrate::PolicyId policy, const migrate::World& world) {
  const auto* excuse = excuse_of(judgement, uvname);
  if (excuse == nullptr) return {"(no excuse)", {}, ""};
  PolicyAnswer answer;
  for (const auto& finding : excuse->findings)
    if (finding.policy == policy) answer.texts.push_back(migrate::text_of(finding, *excuse, world));
  const auto verdict = excuse->policy_verdicts.find(policy);
  if (verdict == excuse->policy_verdicts.end()) return answer;
  answer.verdict = migrate::text_of(verdict->second);
  answer.info =
      codec::to_json(codec::Value(excuse->policy_info.at(policy)), codec::JsonStyle::compact);
  return answer;
}

// Judges everything and asks for one answer.
inline PolicyAnswer answer_of(TestWorld& test, std::string_view uvname, migrate::PolicyId policy) {
  const auto world = test.world();
  return answer_of(migrate::judge(world, test.facts), uvname, policy, world);
}

}  // namespace sluice::support
