#include "migrate/why_leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "codec/html.h"
#include "migrate/finding_text.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

using enum FindingKind;

constexpr std::array<std::string_view, 7> kTurns{
    "nobody", "time", "maintainer", "release-team", "builders", "archive-admins", "test-admins"};

constexpr std::string_view kAskReleaseTeam = "ask the release team";

// How a kind of statement becomes a leaf; the sentence is the peers' unless a function says more.
struct KindRow {
  FindingKind kind;
  std::string_view key;
  Cost cost;
  Turn turn;
  std::string_view action;
};
constexpr KindRow kKinds[] = {
    {too_young, "age", Cost::wait, Turn::time,
     "wait; for an urgent fix the release team has the hints urgent and age-days"},
    {missing_build, "missingbuild", Cost::retry, Turn::builders,
     "read the build log: give it back if the builder failed, else fix the build"},
    {not_yet_built, "missingbuild", Cost::retry, Turn::builders,
     "read the build log: give it back if the builder failed, else fix the build"},
    {no_binaries, "no-binaries", Cost::fix_package, Turn::maintainer,
     "see why it was built nowhere, and upload a version that builds"},
    {old_binaries_left, "cruft", Cost::hint, Turn::archive_admins,
     "ask the archive's administrators to remove the old binaries"},
    {old_cruft, "cruft", Cost::hint, Turn::archive_admins,
     "ask the archive's administrators to remove the old binaries"},
    {newer_in_target, "newerintesting", Cost::fix_package, Turn::maintainer,
     "upload a version that is higher than the target's"},
    {wrong_source, "wrong-source", Cost::fix_package, Turn::maintainer,
     "upload a new version, so that one source builds the binary"},
    {not_downgrading, "not-downgrading", Cost::fix_package, Turn::maintainer,
     "upload a version whose binaries are not older than the target's"},
    {removal_request, "remove", Cost::hint, Turn::release_team,
     "ask the release team to take the remove hint back"},
    {block_removal, "block", Cost::hint, Turn::release_team,
     "ask the release team to take the block hint back"},
    {remove_hint_blocked, "block", Cost::hint, Turn::release_team,
     "ask the release team to take the block hint back"},
    {blocked, "block", Cost::hint, Turn::release_team, "ask the release team for an unblock hint"},
    {needs_approval, "block", Cost::hint, Turn::release_team,
     "ask the release team to approve this version"},
    {block_bug, "block", Cost::hint, Turn::release_team, "settle the bug, or remove its block tag"},
    {new_bugs, "rc-bugs", Cost::fix_package, Turn::maintainer,
     "fix the bugs, or correct the versions that they say they are found in"},
    {component_mismatch, "depends", Cost::fix_package, Turn::archive_admins,
     "have the dependency moved to a component that may be used, or do without it"},
    {unsatisfiable_build_depends, "build-depends", Cost::fix_package, Turn::maintainer,
     "upload a version whose build dependencies exist"},
    {implicit_breaks, "implicit-deps", Cost::fix_package, Turn::maintainer,
     "get the broken package fixed or removed first"},
    {built_using_unsatisfiable, "built-using", Cost::retry, Turn::builders,
     "have it rebuilt with the sources that exist now"},
    {not_on_buildd, "builtonbuildd", Cost::fix_package, Turn::maintainer,
     "upload the source alone, so that a builder builds it"},
    {buildd_unknown, "builtonbuildd", Cost::retry, Turn::archive_admins,
     "find out who uploaded the binaries, or upload the source alone"},
};

const KindRow* row_of(FindingKind kind) {
  const auto* const at = std::ranges::find(kKinds, kind, &KindRow::kind);
  return at == std::end(kKinds) ? nullptr : at;
}

// A kind that this file does not know: by policy and verdict.
KindRow default_row(PolicyId policy, Verdict verdict) {
  const bool tests = policy == PolicyId::autopkgtest || policy == PolicyId::piuparts;
  const auto key = text_of(policy);
  if (verdict == Verdict::rejected_temporarily)
    return {other, key, Cost::wait, tests ? Turn::test_admins : Turn::time,
            "wait for the results; retry what has not come after some days"};
  if (tests)
    return {other, key, Cost::fix_test, Turn::maintainer,
            "read the test's log: retry it if the failure is chance, else fix package or test"};
  if (verdict == Verdict::rejected_needs_approval)
    return {other, key, Cost::hint, Turn::release_team, kAskReleaseTeam};
  if (verdict == Verdict::rejected_cannot_determine_if_permanent)
    return {other, key, Cost::retry, Turn::builders, "see the excuses"};
  return {other, key, Cost::fix_package, Turn::maintainer, "see the excuses"};
}

// "3", "2.5": as few digits as say it.
std::string days_text(double days) {
  const auto tenths = std::floor(days * 10) / 10;
  return tenths == std::floor(tenths) ? fmt::format("{:.0f}", tenths)
                                      : fmt::format("{:.1f}", tenths);
}

class LeafMaker {
 public:
  LeafMaker(const Excuse& excuse, const World& world, const LeafFacts& facts)
      : excuse_(excuse), world_(world), facts_(facts), package_(package_of(world, excuse)) {}

  std::vector<Leaf> make() {
    if (!is_rejected(excuse_.verdict)) return {};
    for (const auto& finding : excuse_.findings) add(finding);
    if (!unbuilt_.empty()) add_unbuilt();
    add_unexplained();
    return std::move(leaves_);
  }

 private:
  void add(const Finding& finding) {
    if (is_about_others(finding.kind)) about_others_ = true;
    if (!is_rejected(finding.verdict) || is_about_others(finding.kind)) return;
    if (finding.kind == unsatisfiable_dependency) {
      about_others_ = true;  // the chain says more than the sentence: why_nodes.cc
      explained_.insert(finding.policy);
      return;
    }
    if (finding.kind == trying_to_remove) return;  // the second half of a removal request
    if (finding.kind == tests_need_build) {
      unbuilt_.insert(finding.arch);
      explained_.insert(finding.policy);
      return;
    }
    if (finding.kind == test_results) {
      add_tests(finding);
      return;
    }
    explained_.insert(finding.policy);
    if (finding.kind == implicit_breaks && join_broken(finding)) return;
    const auto* known = row_of(finding.kind);
    const auto row = known != nullptr ? *known : default_row(finding.policy, finding.verdict);
    if (is_by_arch(finding.kind) && join_arch(row, finding)) return;
    auto leaf = leaf_of(row);
    leaf.what = without_markup(text_of(finding, excuse_, world_));
    if (!finding.arch.empty()) leaf.archs = {finding.arch};
    complete(leaf, finding);
    leaves_.push_back(std::move(leaf));
  }

  Leaf leaf_of(const KindRow& row) const {
    Leaf leaf;
    leaf.item = excuse_.uvname;
    leaf.key = row.key;
    leaf.cost = row.cost;
    leaf.turn = row.turn;
    leaf.action = row.action;
    if (row.turn == Turn::maintainer) leaf.who = excuse_.maintainer;
    leaf.since = since();
    return leaf;
  }

  // When the version was first seen: nothing of it can have held the item for longer.
  std::optional<base::Instant> since() const {
    const auto seen = facts_.first_seen.find(package_);
    if (seen == facts_.first_seen.end() || seen->second.version != excuse_.new_version)
      return std::nullopt;
    return base::instant_of_seconds(seen->second.seconds);
  }

  static bool is_by_arch(FindingKind kind) {
    return kind == missing_build || kind == not_yet_built || kind == old_binaries_left;
  }

  // One leaf for all architectures with the same trouble.
  bool join_arch(const KindRow& row, const Finding& finding) {
    const auto same = std::ranges::find(leaves_, row.key, &Leaf::key);
    if (same == leaves_.end() || same->archs.empty()) return false;
    if (std::ranges::find(same->archs, finding.arch) == same->archs.end())
      same->archs.push_back(finding.arch);
    complete(*same, finding);
    return true;
  }

  // What the peers' sentence does not say, or says with words that take knowing.
  void complete(Leaf& leaf, const Finding& finding) {
    switch (finding.kind) {
      case too_young: complete_age(leaf, finding); break;
      case missing_build:
      case not_yet_built:
      case old_binaries_left: complete_build(leaf, finding); break;
      case new_bugs: complete_bugs(leaf, finding); break;
      case implicit_breaks: complete_broken(leaf, finding); break;
      case blocked:
      case needs_approval:
      case block_removal:
      case removal_request: complete_hint(leaf, finding); break;
      case block_bug:
        leaf.since = base::instant_of_seconds(static_cast<std::int64_t>(finding.days));
        leaf.link = "https://launchpad.net/bugs/" + finding.words.front();
        leaf.what =
            fmt::format("bug {} asks not to let {} migrate", finding.words.front(), package_);
        break;
      case piuparts_result: leaf.link = finding.words.size() > 1 ? finding.words[1] : ""; break;
      default: break;
    }
  }

  void complete_age(Leaf& leaf, const Finding& finding) const {
    const auto required = base::parse_int(finding.words.front()).value_or(0);
    say_age(leaf, finding.days, static_cast<double>(required));
    const auto begin =
        leaf.since
            ? *leaf.since
            : facts_.now - std::chrono::duration_cast<base::Instant::duration>(
                               std::chrono::duration<double, std::ratio<86400>>(finding.days));
    leaf.until = begin + std::chrono::days(required);
  }

  void say_age(Leaf& leaf, double days, double required) const {
    leaf.what = fmt::format("{} {} is {} of {} days old", package_, excuse_.new_version,
                            days_text(days), days_text(required));
  }

  // Debian's report writes the age itself (migration 4.8), so there is no finding: the days stand
  // in the excuse, whole ones, and the item comes of age when one of them begins.
  void add_debian_age() {
    auto leaf = leaf_of(*row_of(too_young));
    say_age(leaf, *excuse_.days_old, *excuse_.required_days);
    const auto left = static_cast<std::int64_t>(*excuse_.required_days - *excuse_.days_old);
    const auto today = debian_day(static_cast<std::int64_t>(base::seconds_of(facts_.now)));
    leaf.until = base::instant_of_seconds(begin_of_debian_day(today + left));
    leaves_.push_back(std::move(leaf));
  }

  void complete_build(Leaf& leaf, const Finding& finding) const {
    const auto archs = base::join(std::span<const std::string>(leaf.archs), ", ");
    const auto& version = excuse_.new_version;
    leaf.what =
        finding.kind == old_binaries_left
            ? fmt::format("old binaries of {} are left in the source suite on {}", package_, archs)
            : fmt::format("{} {} is not built on {}", package_, version, archs);
    leaf.link = world_.settings.links_to_launchpad()
                    ? fmt::format("https://launchpad.net/ubuntu/+source/{}/{}", package_, version)
                    : "https://buildd.debian.org/status/package.php?p=" +
                          codec::percent_encode(package_, codec::Slash::keep);
  }

  // The tests of one source: those that fail are one thing, those that run another. What passed
  // stands in the finding as well.
  void add_tests(const Finding& finding) {
    for (const auto& test : finding.tests) {
      if (!holds(test.status)) continue;
      explained_.insert(finding.policy);
      add_test(test);
    }
  }

  // What always fails may run or not: nothing waits for it (migration 4.6.7).
  static bool holds(TestStatus status) {
    return status == TestStatus::regression || status == TestStatus::running ||
           status == TestStatus::running_reference;
  }

  std::string how_of(const TestOutcome& test) const {
    if (!test.end.empty()) return "did not run";
    if (test.status == TestStatus::running) return "are still running";
    auto how = "fail with " + excuse_.new_version;
    if (test.status == TestStatus::running_reference)
      how += ", and the reference run that decides is still running";
    return how;
  }

  void add_test(const TestOutcome& test) {
    const auto verdict = test.status == TestStatus::regression ? Verdict::rejected_permanently
                                                               : Verdict::rejected_temporarily;
    const auto how = how_of(test);
    const auto [at, added] = tests_.try_emplace({test.source, how + test.end}, leaves_.size());
    if (added) {
      leaves_.push_back(leaf_of(default_row(PolicyId::autopkgtest, verdict)));
      leaves_.back().link = test.log_url;
      if (!test.end.empty()) leaves_.back().action = "ask for the tests again: nobody else will";
    }
    auto& leaf = leaves_[at->second];
    leaf.archs.push_back(test.arch);
    leaf.what =
        fmt::format("the tests of {}{}{} {} on {}", test.source, test.version.empty() ? "" : " ",
                    test.version, how, base::join(std::span<const std::string>(leaf.archs), ", "));
    if (!test.end.empty()) leaf.what += ": the request " + test.end;
  }

  // That tests wait for builds follows from the builds, which mostly hold the item themselves.
  void add_unbuilt() {
    const auto* row = row_of(missing_build);
    const auto is_said = [&](const Leaf& leaf) {
      return leaf.key == row->key || leaf.key == row_of(no_binaries)->key;
    };
    if (std::ranges::any_of(leaves_, is_said)) return;
    auto leaf = leaf_of(*row);
    const bool nowhere = unbuilt_.contains("");
    if (!nowhere) leaf.archs.assign(unbuilt_.begin(), unbuilt_.end());
    leaf.what = fmt::format(
        "{} {} is not built{}, so that its tests cannot begin", package_, excuse_.new_version,
        nowhere ? "" : " on " + base::join(std::span<const std::string>(leaf.archs), ", "));
    leaves_.push_back(std::move(leaf));
  }

  // Binaries of one source are one thing to fix.
  bool join_broken(const Finding& finding) {
    const auto source = world_.snapshot.record(finding.binaries.front()).source;
    const auto same = broken_.find(source);
    if (same == broken_.end()) {
      broken_[source] = {leaves_.size(), {}};
      return false;
    }
    complete_broken(leaves_[same->second.first], finding);
    return true;
  }

  void complete_broken(Leaf& leaf, const Finding& finding) {
    const auto& snapshot = world_.snapshot;
    const auto& record = snapshot.record(finding.binaries.front());
    auto& names = broken_[record.source].second;
    names.emplace(snapshot.text(record.name));
    const std::vector<std::string> sorted(names.begin(), names.end());
    const auto relation =
        finding.relation.valid()
            ? deb::text_of(snapshot.relations.atoms(finding.relation), snapshot.symbols)
            : "what goes";
    leaf.what = fmt::format("{} would break {} of {} in {} ({} has the dependency {})", package_,
                            base::join(std::span<const std::string>(sorted), ", "),
                            snapshot.text(record.source), world_.target().name,
                            snapshot.text(record.name), relation);
    leaf.action = fmt::format("upload {} so that it works with the new {}, or have it removed",
                              snapshot.text(record.source), package_);
    if (const auto* source = world_.target().source(record.source))
      leaf.who = snapshot.text(source->maintainer);
    if (std::ranges::find(leaf.archs, finding.arch) == leaf.archs.end())
      leaf.archs.push_back(finding.arch);
  }

  void complete_bugs(Leaf& leaf, const Finding& finding) const {
    const auto& bugs = finding.words;
    leaf.what = fmt::format(
        "{} {} has the release critical bug{} #{} that the target's version "
        "has not",
        package_, excuse_.new_version, bugs.size() > 1 ? "s" : "",
        base::join(std::span<const std::string>(bugs), ", #"));
    if (!bugs.empty()) leaf.link = "https://bugs.debian.org/" + bugs.front();
  }

  void complete_hint(Leaf& leaf, const Finding& finding) const {
    leaf.who = finding.user;
    const auto by = finding.user.empty() ? std::string() : " by " + finding.user;
    if (finding.kind == blocked)
      leaf.what =
          fmt::format("a {} hint{} holds {}",
                      finding.words.empty() ? "block" : finding.words.front(), by, package_);
    if (finding.kind == needs_approval) {
      leaf.who.clear();
      leaf.what = fmt::format("{} {} comes from {}, whose versions need an approval", package_,
                              excuse_.new_version, world_.suite(excuse_.item.suite).name);
    }
    if (finding.kind == removal_request)
      leaf.what = fmt::format("a remove hint{} wants {} out of the target", by, package_);
    if (finding.kind == block_removal)
      leaf.what = fmt::format("a block hint{} keeps {} from being removed", by, package_);
  }

  // A policy that rejects without a word; the excuse as a whole if nobody says why.
  void add_unexplained() {
    for (const auto& [policy, verdict] : excuse_.policy_verdicts) {
      if (!is_rejected(verdict) || explained_.contains(policy)) continue;
      if (verdict == Verdict::rejected_waiting_for_another_item && about_others_) continue;
      if (policy == PolicyId::age && excuse_.days_old && excuse_.required_days) {
        add_debian_age();
        continue;
      }
      auto leaf = leaf_of(default_row(policy, verdict));
      leaf.what = fmt::format("the policy {} rejects {} {}", text_of(policy), package_,
                              excuse_.new_version);
      leaves_.push_back(std::move(leaf));
    }
    if (!leaves_.empty() || about_others_ || !excuse_.dependencies.empty()) return;
    auto leaf = leaf_of(default_row(PolicyId::finder, excuse_.verdict));
    leaf.key = "other";
    leaf.what = fmt::format("{} {} is rejected", package_, excuse_.new_version);
    leaves_.push_back(std::move(leaf));
  }

  const Excuse& excuse_;
  const World& world_;
  const LeafFacts& facts_;
  std::string_view package_;
  std::vector<Leaf> leaves_;
  std::set<PolicyId> explained_;
  std::map<std::pair<std::string, std::string>, std::size_t> tests_;  // source, how -> leaf
  // Of what breaks: by source, the leaf and the binaries.
  std::map<NameId, std::pair<std::size_t, std::set<std::string>>> broken_;
  std::set<std::string> unbuilt_;  // architectures that tests wait for; "": all
  bool about_others_ = false;
};

}  // namespace

std::string_view text_of(Turn turn) { return kTurns[std::size_t(turn)]; }

bool is_about_others(FindingKind kind) {
  return kind == dependency || kind == impossible_dependency || kind == invalidated_by_dependency ||
         kind == meta_not_candidate || kind == ppa_group;
}

// Only what looks like a tag goes: relations have `<<` in them.
std::string without_markup(std::string_view html) {
  std::string text;
  for (std::size_t at = 0; at < html.size(); ++at) {
    const char next = at + 1 < html.size() ? html[at + 1] : ' ';
    const bool opens = html[at] == '<' && (next == '/' || (next >= 'a' && next <= 'z'));
    const auto end = opens ? html.find('>', at) : std::string_view::npos;
    if (end == std::string_view::npos)
      text += html[at];
    else
      at = end;
  }
  return text;
}

std::vector<Leaf> own_leaves(const Excuse& excuse, const World& world, const LeafFacts& facts) {
  return LeafMaker(excuse, world, facts).make();
}

}  // namespace sluice::migrate
