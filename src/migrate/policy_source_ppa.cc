// Packages that were prepared together in one landing PPA migrate together or not at all.
// Source: migration 4.5.11.
#include <algorithm>
#include <array>
#include <optional>

#include "migrate/policy_list.h"
#include "migrate/policy_memory.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

// Teams whose PPAs are landing silos; other PPAs say nothing about what belongs together.
constexpr std::array<std::string_view, 2> kSilos = {"~bileto-ppa-service/",
                                                    "~ci-train-ppa-service/"};
// Silos that were used for unrelated packages (the fork's list).
constexpr std::array<std::string_view, 4> kExcluded = {
    "~ci-train-ppa-service/+archive/ubuntu/4810", "~ci-train-ppa-service/+archive/ubuntu/4813",
    "~ci-train-ppa-service/+archive/ubuntu/4815", "~ci-train-ppa-service/+archive/ubuntu/4816"};
constexpr std::string_view kLaunchpad = "https://api.launchpad.net/1.0/";

// From the cache of former runs, else from Launchpad; nothing if nobody knows.
std::optional<std::string> ppa_of(const Facts& facts, std::string_view source,
                                  std::string_view version) {
  if (const auto known = facts.source_ppas.find(source); known != facts.source_ppas.end())
    if (const auto at = known->second.find(version); at != known->second.end()) return at->second;
  if (facts.ppa_lookup == nullptr) return std::nullopt;
  return facts.ppa_lookup->ppa_of(source, version);
}

bool groups(std::string_view ppa) {
  const auto in = [&](std::string_view part) { return ppa.contains(part); };
  return std::ranges::any_of(kSilos, in) && std::ranges::none_of(kExcluded, in);
}

std::string_view short_name(std::string_view ppa) {
  if (ppa.starts_with(kLaunchpad)) ppa.remove_prefix(kLaunchpad.size());
  return ppa;
}

Finding grouped(std::string_view ppa) {
  Finding finding;
  finding.kind = FindingKind::ppa_group;
  finding.policy = PolicyId::source_ppa;
  finding.place = Place::info;
  finding.words = {std::string(short_name(ppa))};
  return finding;
}

// Earlier members learn of this one and, if the group fails, the valid ones wait.
void tell_members(PolicyRun& run, std::span<const std::string> members, const Excuse& excuse,
                  std::string_view ppa) {
  for (const auto& member : members)
    run.info_updates.push_back(
        {member, PolicyId::source_ppa, excuse.uvname, std::string(short_name(ppa))});
}

void hold_members(PolicyRun& run, std::span<const std::string> members, std::string_view ppa) {
  for (const auto& member : members) {
    auto& rejected = memory_of(run).rejected[member];
    if (rejected) continue;
    rejected = true;
    auto finding = grouped(ppa);
    finding.verdict = Verdict::rejected_waiting_for_another_item;
    run.invalidations.push_back({member, std::move(finding), "source-ppa"});
  }
}

}  // namespace

Verdict source_ppa_on_source(PolicyRun& run, Excuse& excuse) {
  const auto& world = run.world;
  const std::string version(version_of(world, excuse));
  const auto known = ppa_of(run.facts, package_of(world, excuse), version);
  if (!known) return Verdict::pass;
  run.out.source_ppas[std::string(package_of(world, excuse))][version] = *known;
  if (!groups(*known)) return Verdict::pass;

  auto& memory = memory_of(run);
  auto& members = memory.members_of_ppa[*known];
  auto& info = excuse.policy_info[PolicyId::source_ppa];
  info[excuse.uvname] = short_name(*known);
  for (const auto& member : members) info[member] = short_name(*known);
  tell_members(run, members, excuse, *known);

  const bool rejected = is_rejected(worst(excuse.verdict, excuse.tentative_verdict()));
  const bool valid = !rejected || is_forced(world, excuse);
  const bool all_valid = valid && std::ranges::none_of(members, [&](const std::string& member) {
                           return memory.rejected[member];
                         });
  if (!all_valid) hold_members(run, members, *known);
  members.push_back(excuse.uvname);
  if (all_valid || !valid) return Verdict::pass;
  excuse.findings.push_back(grouped(*known));
  excuse.reasons.insert("source-ppa");
  return Verdict::rejected_waiting_for_another_item;
}

}  // namespace sluice::migrate
