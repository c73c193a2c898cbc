// Does installing, upgrading and removing still work? Source: migration 4.5.3.
#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

struct PiupartsAnswer {
  Verdict verdict;
  std::string_view result;  // the peers' word in policy_info; the sentence follows from it
};

PiupartsAnswer judge_states(char source_state, char target_state) {
  switch (source_state) {
    case 'P': return {Verdict::pass, "pass"};
    case 'F':
      if (target_state == 'F') return {Verdict::pass, "failed"};
      return {Verdict::rejected_permanently, "regression"};
    case 'W': return {Verdict::rejected_temporarily, "waiting-for-test-results"};
    default: return {Verdict::pass, "cannot-be-tested"};  // X, and letters of a later piuparts
  }
}

PiupartsResult result_of(const ByName<PiupartsResult>& results, std::string_view source) {
  const auto at = results.find(source);
  return at == results.end() ? PiupartsResult{} : at->second;
}

}  // namespace

Verdict piuparts_on_source(PolicyRun& run, Excuse& excuse) {
  const auto& world = run.world;
  const auto package = package_of(world, excuse);
  const auto now = result_of(run.facts.piuparts_in_source, package);
  const auto before = result_of(run.facts.piuparts_in_target, package);
  const auto [verdict, result] = judge_states(now.state, before.state);

  auto& info = excuse.policy_info[PolicyId::piuparts];
  info["test-results"] = result;
  if (!now.url.empty()) info["piuparts-test-url"] = now.url;
  const bool rejected = is_rejected(verdict);
  auto& finding = add_finding(excuse, PolicyId::piuparts, FindingKind::piuparts_result,
                              rejected ? Place::verdict : Place::info,
                              rejected ? verdict : Verdict::not_applicable);
  finding.words = {std::string(result), now.url};
  if (!rejected) return verdict;

  const auto hints =
      world.hints.of_version(HintType::ignore_piuparts, package, version_of(world, excuse));
  if (hints.empty()) return verdict;
  const auto& user = hints.front()->user;
  info["ignored-piuparts"] = codec::Map{{"issued-by", user}};
  add_finding(excuse, PolicyId::piuparts, FindingKind::piuparts_ignored, Place::info).user = user;
  return Verdict::pass_hinted;
}

}  // namespace sluice::migrate
