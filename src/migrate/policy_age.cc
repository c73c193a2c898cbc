// Has the upload been in the source suite for long enough? Source: migration 4.5.4; Debian's
// counting and wording 4.8.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/time.h"
#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

std::int64_t days_of(const AgeSettings& settings, std::string_view urgency) {
  const auto at = settings.days_of_urgency.find(urgency);
  return at == settings.days_of_urgency.end() ? 0 : at->second;
}

// The peers count from whole seconds.
std::int64_t now_of(const PolicyRun& run) {
  return static_cast<std::int64_t>(std::floor(base::seconds_of(run.facts.age_now)));
}

// The urgency that counts: the sticky one, unless it is unknown, or quicker than the default and
// the package new in the target.
std::string urgency_of(PolicyRun& run, Excuse& excuse) {
  const auto& settings = run.world.settings.age;
  auto& info = excuse.policy_info[PolicyId::age];
  const auto sticky = run.facts.age.urgency.find(package_of(run.world, excuse));
  auto urgency = sticky == run.facts.age.urgency.end() ? settings.default_urgency : sticky->second;
  if (!settings.days_of_urgency.contains(urgency)) {
    info["unknown-urgency"] = urgency;
    urgency = settings.default_urgency;
  }
  const bool is_new = target_source_of(run.world, excuse) == nullptr;
  if (is_new && days_of(settings, urgency) < days_of(settings, settings.default_urgency)) {
    info["urgency-reduced"] = codec::Map{{"from", urgency}, {"to", settings.default_urgency}};
    urgency = settings.default_urgency;
  }
  return urgency;
}

// Seconds since the epoch; a version that was not seen before is seen now.
std::int64_t first_seen(PolicyRun& run, const Excuse& excuse) {
  const auto package = package_of(run.world, excuse);
  const auto version = version_of(run.world, excuse);
  auto& seen = run.out.first_seen;
  auto at = seen.find(package);
  if (at == seen.end()) {
    const auto& before = run.facts.age.first_seen;
    const auto known = before.find(package);
    at = seen.emplace(package, known == before.end() ? AgeFacts::FirstSeen{} : known->second).first;
  }
  if (at->second.version != version) at->second = {std::string(version), now_of(run)};
  return at->second.seconds;
}

void report_days(Excuse& excuse, FindingKind kind, std::int64_t days, const std::string& policy) {
  auto& finding = add_finding(excuse, PolicyId::age, kind, Place::info);
  finding.days = static_cast<double>(days);
  if (!policy.empty()) finding.words = {policy};
}

std::int64_t floor_of(const AgeSettings& settings, std::string_view urgency) {
  const auto number = base::parse_int(settings.bounty_min_age);
  const auto least = number ? *number : days_of(settings, settings.bounty_min_age);
  return std::min(least, days_of(settings, urgency));
}

// MINDAYS of the urgency, less bounties, plus penalties, not below the floor.
std::int64_t required_days(PolicyRun& run, Excuse& excuse) {
  const auto& settings = run.world.settings.age;
  const auto urgency = urgency_of(run, excuse);
  auto required = days_of(settings, urgency);
  for (const auto& [policy, days] : excuse.bounties) {
    if (days == 0) continue;
    report_days(excuse, FindingKind::age_bounty, days, policy);
    required -= days;
  }
  if (!settings.no_penalties.contains(urgency)) {
    for (const auto& [policy, days] : excuse.penalties) {
      if (days == 0) continue;
      report_days(excuse, FindingKind::age_penalty, days, policy);
      required += days;
    }
  }
  if (const auto least = floor_of(settings, urgency); required < least) {
    required = least;
    report_days(excuse, FindingKind::age_floor, required, "");
  }
  return required;
}

// What hints ask for instead of the rule.
struct Override {
  std::int64_t days = 0;
  std::string user;
};

// The last `age-days` hint; it is noted in the info.
std::optional<Override> age_days_hint(const World& world, Excuse& excuse) {
  const auto hints = world.hints.of_version(HintType::age_days, package_of(world, excuse),
                                            version_of(world, excuse));
  if (hints.empty()) return std::nullopt;
  return Override{hints.back()->days, hints.back()->user};
}

// The first `urgent` hint; it matters only to an item that is too young.
std::optional<Override> urgent_hint(const World& world, const Excuse& excuse) {
  const auto hints = world.hints.of_version(HintType::urgent, package_of(world, excuse),
                                            version_of(world, excuse));
  if (hints.empty()) return std::nullopt;
  return Override{0, hints.front()->user};
}

void note_override(Excuse& excuse, const Override& hint) {
  excuse.policy_info[PolicyId::age]["age-requirement-reduced"] =
      codec::Map{{"new-requirement", hint.days}, {"changed-by", hint.user}};
}

// "Overriding age needed from R days to N" or, for 0 (Debian's rules: and below, migration 4.8),
// "Too young, but urgency pushed".
void report_override(const World& world, Excuse& excuse, std::int64_t required,
                     const Override& hint) {
  const bool debian = world.settings.rules == RuleSet::debian;
  const bool overrides = debian ? hint.days > 0 : hint.days != 0;
  const auto kind = overrides ? FindingKind::age_override : FindingKind::age_urgent;
  auto& finding = add_finding(excuse, PolicyId::age, kind, Place::info);
  finding.user = hint.user;
  finding.days = static_cast<double>(required);
  finding.words = {std::to_string(hint.days)};
}

struct AgeOutcome {
  Verdict verdict = Verdict::pass;
  std::optional<Override> hint;
};

// Compares age and requirement (after `age-days`); a too young item may be pushed by `urgent`.
AgeOutcome judge_age(const World& world, Excuse& excuse, double age, std::int64_t required,
                     std::optional<Override> hint) {
  if (age >= static_cast<double>(required)) return {Verdict::pass, std::move(hint)};
  if (auto urgent = urgent_hint(world, excuse)) {
    note_override(excuse, *urgent);
    return {Verdict::pass_hinted, std::move(urgent)};
  }
  return {Verdict::rejected_temporarily, std::move(hint)};
}

// The closing line of the Ubuntu fork; Debian's report writes it itself (4.8).
void report_age(Excuse& excuse, double age, std::int64_t required, Verdict verdict) {
  const bool young = required != 0 && age < static_cast<double>(required);
  const bool rejected = young && is_rejected(verdict);
  auto& finding = add_finding(
      excuse, PolicyId::age, young ? FindingKind::too_young : FindingKind::old_enough,
      rejected ? Place::verdict : Place::info, rejected ? verdict : Verdict::not_applicable);
  finding.days = age;
  finding.words = {std::to_string(required)};
}

}  // namespace

Verdict age_ubuntu(PolicyRun& run, Excuse& excuse) {
  const auto age_seconds = now_of(run) - first_seen(run, excuse);
  const auto age = static_cast<double>(age_seconds) / static_cast<double>(base::kSecondsPerDay);
  auto required = required_days(run, excuse);
  auto& info = excuse.policy_info[PolicyId::age];
  info["current-age"] = age;
  auto hint = age_days_hint(run.world, excuse);
  if (hint) {
    info["original-age-requirement"] = required;
    note_override(excuse, *hint);
    required = hint->days;
  }
  info["age-requirement"] = required;
  const auto outcome = judge_age(run.world, excuse, age, required, std::move(hint));
  auto shown = required;
  if (outcome.hint) {
    report_override(run.world, excuse, required, *outcome.hint);
    shown = outcome.hint->days;
  }
  report_age(excuse, age, shown, outcome.verdict);
  excuse.days_old = age;
  excuse.required_days = static_cast<double>(shown);
  return outcome.verdict;
}

Verdict age_debian(PolicyRun& run, Excuse& excuse) {
  const auto age = debian_day(now_of(run)) - debian_day(first_seen(run, excuse));
  const auto required = required_days(run, excuse);
  auto& info = excuse.policy_info[PolicyId::age];
  info["current-age"] = age;
  info["age-requirement"] = required;
  auto hint = age_days_hint(run.world, excuse);
  if (hint) note_override(excuse, *hint);
  const auto needed = hint ? hint->days : required;
  const auto outcome =
      judge_age(run.world, excuse, static_cast<double>(age), needed, std::move(hint));
  auto shown = required;
  if (outcome.hint) {
    report_override(run.world, excuse, required, *outcome.hint);
    if (outcome.hint->days > 0) shown = outcome.hint->days;
  }
  excuse.days_old = static_cast<double>(age);
  excuse.required_days = static_cast<double>(shown);
  return outcome.verdict;
}

}  // namespace sluice::migrate
