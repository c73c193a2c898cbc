// Does the new version bring release critical bugs? Source: migration 4.5.2; Debian's extra
// line 4.8.
#include <algorithm>
#include <set>

#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

using Bugs = std::set<std::string>;

void add_bugs(const BugFacts& facts, std::string_view name, Bugs& out) {
  if (const auto at = facts.find(name); at != facts.end())
    out.insert(at->second.begin(), at->second.end());
}

// Bugs of the source: its own, those of `src:name` and of all its binaries in that suite. A source
// that is not there has none, whatever the file says.
Bugs bugs_of(const World& world, const deb::SourcePackage* source, const BugFacts& facts) {
  Bugs bugs;
  if (source == nullptr || facts.empty()) return bugs;
  const auto name = world.snapshot.text(source->name);
  add_bugs(facts, name, bugs);
  add_bugs(facts, "src:" + std::string(name), bugs);
  for (const auto ref : source->binaries)
    add_bugs(facts, world.snapshot.text(world.snapshot.record(ref).name), bugs);
  return bugs;
}

std::vector<std::string> without(const Bugs& bugs, const Bugs& others) {
  std::vector<std::string> out;
  std::ranges::set_difference(bugs, others, std::back_inserter(out));
  return out;
}

struct Comparison {
  Verdict verdict = Verdict::pass;
  std::vector<std::string> introduced, fixed;
};

// The first ignore-rc-bugs hint that names one of the new version's bugs counts; no second one
// does.
Verdict apply_ignore_hint(const World& world, Excuse& excuse, Bugs& source_bugs,
                          Bugs& target_bugs) {
  const auto hints = world.hints.of_version(HintType::ignore_rc_bugs, package_of(world, excuse),
                                            version_of(world, excuse));
  for (const Hint* hint : hints) {
    const Bugs ignored(hint->bugs.begin(), hint->bugs.end());
    const auto names_one = [&](const std::string& bug) { return source_bugs.contains(bug); };
    if (std::ranges::none_of(ignored, names_one)) continue;
    for (const auto& bug : ignored) {
      source_bugs.erase(bug);
      target_bugs.erase(bug);
    }
    codec::Map note;
    note["bugs"] = codec::List(ignored.begin(), ignored.end());
    note["issued-by"] = hint->user;
    excuse.policy_info[PolicyId::rc_bugs]["ignored-bugs"] = std::move(note);
    return Verdict::pass_hinted;
  }
  return Verdict::pass;
}

void report_bugs(Excuse& excuse, FindingKind kind, Verdict verdict,
                 const std::vector<std::string>& bugs) {
  const auto place = is_rejected(verdict) ? Place::verdict : Place::info;
  add_finding(excuse, PolicyId::rc_bugs, kind, place, verdict).words = bugs;
}

Comparison compare_bugs(PolicyRun& run, Excuse& excuse) {
  const auto& world = run.world;
  auto source_bugs = bugs_of(world, source_of(world, excuse), run.facts.bugs_in_source);
  auto target_bugs = bugs_of(world, target_source_of(world, excuse), run.facts.bugs_in_target);
  Comparison found;
  found.verdict = apply_ignore_hint(world, excuse, source_bugs, target_bugs);
  found.introduced = without(source_bugs, target_bugs);
  found.fixed = without(target_bugs, source_bugs);
  std::vector<std::string> shared;
  std::ranges::set_intersection(source_bugs, target_bugs, std::back_inserter(shared));
  auto& info = excuse.policy_info[PolicyId::rc_bugs];
  info["shared-bugs"] = codec::list_of(shared);
  info["unique-source-bugs"] = codec::list_of(found.introduced);
  info["unique-target-bugs"] = codec::list_of(found.fixed);
  if (!found.introduced.empty()) {
    found.verdict = Verdict::rejected_permanently;
    report_bugs(excuse, FindingKind::new_bugs, found.verdict, found.introduced);
  }
  if (!found.fixed.empty())
    report_bugs(excuse, FindingKind::fixed_bugs, Verdict::not_applicable, found.fixed);
  return found;
}

}  // namespace

Verdict rc_bugs_ubuntu(PolicyRun& run, Excuse& excuse) { return compare_bugs(run, excuse).verdict; }

Verdict rc_bugs_debian(PolicyRun& run, Excuse& excuse) {
  const auto found = compare_bugs(run, excuse);
  if (!found.introduced.empty() && found.fixed.size() > found.introduced.size())
    report_bugs(excuse, FindingKind::whine_about_bugs, found.verdict, {});
  return found.verdict;
}

}  // namespace sluice::migrate
