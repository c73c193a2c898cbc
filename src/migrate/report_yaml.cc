// excuses.yaml: one map per excuse. Source: the table of migration 4.7, differences of 4.8.
#include "codec/yaml.h"
#include "migrate/finding_text.h"
#include "migrate/reports.h"

namespace sluice::migrate {
namespace {

using codec::List;
using codec::Map;
using codec::Value;

void add_sorted(Map& map, const char* key, const std::set<std::string, std::less<>>& names) {
  if (!names.empty()) map.emplace(key, codec::list_of(names));
}

Map dependencies_value(const Excuse& excuse) {
  Map map;
  add_sorted(map, "blocked-by", excuse.blocked_by);
  add_sorted(map, "migrate-after", excuse.migrate_after);
  add_sorted(map, "unimportant-dependencies", excuse.unimportant_dependencies);
  if (!excuse.unsatisfiable_dependencies.empty()) {
    Map archs;
    for (const auto& [arch, clauses] : excuse.unsatisfiable_dependencies)
      archs.emplace(arch, codec::list_of(clauses));
    map.emplace("unsatisfiable-dependencies", std::move(archs));
  }
  return map;
}

Map policies_value(const Excuse& excuse) {
  Map map;
  for (const auto& [policy, verdict] : excuse.policy_verdicts) {
    if (verdict == Verdict::not_applicable) continue;
    const auto info = excuse.policy_info.find(policy);
    auto entry = info == excuse.policy_info.end() ? Map() : info->second;
    entry.insert_or_assign("verdict", Value(text_of(verdict)));
    map.emplace(text_of(policy), std::move(entry));
  }
  return map;
}

List hints_value(const Excuse& excuse) {
  List list;
  for (const auto* hint : excuse.hints)
    list.emplace_back(Map{{"hint-from", hint->user}, {"hint-type", Value(text_of(hint->type))}});
  return list;
}

List details_value(const Excuse& excuse, const World& world) {
  List list;
  for (const auto& finding : excuse.findings)
    if (finding.place == Place::detail) list.emplace_back(text_of(finding, excuse, world));
  return list;
}

bool has_unblock_hint(const Excuse& excuse) {
  for (const auto* hint : excuse.hints)
    if (hint->type == HintType::unblock) return true;
  return false;
}

void add_identity(Map& map, const Excuse& excuse, const World& world) {
  map.emplace("item-name", excuse.uvname);
  map.emplace("source", Value(world.snapshot.text(excuse.item.package)));
  map.emplace("is-candidate", excuse.valid);
  map.emplace("migration-policy-verdict", Value(text_of(excuse.verdict)));
  map.emplace("old-version", excuse.old_version);
  map.emplace("new-version", excuse.new_version);
  if (!excuse.maintainer.empty()) map.emplace("maintainer", excuse.maintainer);
  const auto slash = excuse.section.find('/');
  if (slash != std::string::npos) map.emplace("component", excuse.section.substr(0, slash));
}

void add_builds(Map& map, const Excuse& excuse) {
  if (!excuse.missing_builds.empty())
    map.emplace("missing-builds", Map{{"on-architectures", codec::list_of(excuse.missing_builds)},
                                      {"on-unimportant-architectures", List{}}});
  if (excuse.old_binaries.empty()) return;
  Map versions;
  for (const auto& [version, names] : excuse.old_binaries)
    versions.emplace(version, codec::list_of(names));
  map.emplace("old-binaries", std::move(versions));
}

// The two rule sets disagree about when these keys exist.
void add_dependencies(Map& map, const Excuse& excuse, RuleSet rules) {
  auto dependencies = dependencies_value(excuse);
  const bool debian = rules == RuleSet::debian;
  const bool invalidated = debian ? !excuse.blocked_by.empty() : excuse.invalidated_by_dependency;
  if (invalidated) map.emplace("invalidated-by-other-package", true);
  if (!dependencies.empty() || (!debian && !excuse.dependencies.empty()))
    map.emplace("dependencies", std::move(dependencies));
}

void add_reasons(Map& map, const Excuse& excuse) {
  map.emplace("reason", excuse.forced ? List() : codec::list_of(excuse.reasons));
  if (excuse.forced) map.emplace("forced-reason", codec::list_of(excuse.reasons));
}

}  // namespace

Value excuse_value(const Excuse& excuse, const World& world) {
  const auto rules = world.settings.rules;
  Map map;
  map.emplace("excuses", codec::list_of(excuse_texts(excuse, world)));
  add_identity(map, excuse, world);
  if (auto policies = policies_value(excuse); !policies.empty())
    map.emplace("policy_info", std::move(policies));
  add_builds(map, excuse);
  add_dependencies(map, excuse, rules);
  if (world.suite(excuse.item.suite).suite_class == deb::SuiteClass::additional)
    map.emplace("manual-approval-status", has_unblock_hint(excuse) ? "approved" : "not-approved");
  if (!excuse.hints.empty()) map.emplace("hints", hints_value(excuse));
  add_reasons(map, excuse);
  if (rules == RuleSet::ubuntu)
    if (auto details = details_value(excuse, world); !details.empty())
      map.emplace("detailed-info", std::move(details));
  return map;
}

std::string excuses_yaml(std::span<const Excuse> excuses, const World& world, base::Instant now) {
  auto out = "generated-date: " + base::yaml_time_of(now) + "\nsources:";
  if (excuses.empty()) return out + " []\n";
  out += '\n';
  out.reserve(out.size() + excuses.size() * 1500);  // a real archive's excuse needs 1.3 KB
  for (const auto* excuse : in_report_order(excuses))
    codec::append_yaml_item(out, excuse_value(*excuse, world));
  return out;
}

}  // namespace sluice::migrate
