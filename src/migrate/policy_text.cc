// The sentences of findings that policies make. Source: migration 4.5, 4.8.
#include <fmt/format.h>

#include "base/time.h"
#include "migrate/finding_text.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

// A finding with what its sentence needs beside it.
struct Statement {
  const Finding& finding;
  const Excuse& excuse;
  const World& world;

  std::string_view word(std::size_t i) const {
    return i < finding.words.size() ? std::string_view(finding.words[i]) : std::string_view();
  }
  std::string_view package() const { return package_of(world, excuse); }
  std::string_view binary(std::size_t i) const {
    return world.snapshot.text(world.snapshot.record(finding.binaries[i]).name);
  }
  std::string id(std::size_t i) const { return world.snapshot.text_of(finding.binaries[i]); }
  // "name/amd64"
  std::string at_arch() const { return fmt::format("{}/{}", binary(0), finding.arch); }
  std::int64_t days() const { return static_cast<std::int64_t>(finding.days); }
};

// The fork knows only that a package is broken; Debian prints the relation.
std::string unsatisfiable_ubuntu(const Statement& s) {
  return s.at_arch() + " has unsatisfiable dependency";
}

std::string unsatisfiable_debian(const Statement& s) {
  // A record loses the relations that cannot be parsed: none stands for one of them.
  const auto relation = s.finding.relation;
  return fmt::format("{} unsatisfiable Depends: {}", s.at_arch(),
                     relation.valid() ? s.world.snapshot.relations.text(relation)
                                      : "a relation that cannot be parsed");
}

using Sentence = std::string (*)(const Statement&);

Sentence unsatisfiable_of(RuleSet rules) {
  switch (rules) {
    case RuleSet::ubuntu: return unsatisfiable_ubuntu;
    case RuleSet::debian: return unsatisfiable_debian;
  }
  return unsatisfiable_ubuntu;
}

std::string depends_text(const Statement& s) {
  if (s.finding.kind == FindingKind::unsatisfiable_dependency)
    return unsatisfiable_of(s.world.settings.rules)(s);
  return fmt::format("{} in {} cannot depend on {} in {}", s.at_arch(), s.word(0), s.binary(1),
                     s.word(1));
}

std::string bug_links(const Statement& s) {
  std::string out;
  for (const auto& bug : s.finding.words) {
    if (!out.empty()) out += ", ";
    out += fmt::format(R"(<a href="https://bugs.debian.org/{0}">#{0}</a>)", bug);
  }
  return out;
}

std::string rc_bugs_text(const Statement& s) {
  if (s.finding.kind == FindingKind::new_bugs)
    return fmt::format("Updating {} introduces new bugs: {}", s.package(), bug_links(s));
  if (s.finding.kind == FindingKind::fixed_bugs)
    return fmt::format("Updating {} fixes old bugs: {}", s.package(), bug_links(s));
  return fmt::format(
      "{} introduces new bugs, so still ignored (even though it fixes more than it introduces, "
      "whine at debian-release)",
      s.package());
}

struct PiupartsWording {
  std::string_view result, sentence;
};
constexpr PiupartsWording kPiuparts[] = {
    {"pass", "Piuparts tested OK"},
    {"regression", "Rejected due to piuparts regression"},
    {"failed", "Ignoring piuparts failure (Not a regression)"},
    {"waiting-for-test-results", "Waiting for piuparts test results (stalls migration)"},
    {"cannot-be-tested", "Cannot be tested by piuparts (not a blocker)"},
};

std::string piuparts_text(const Statement& s) {
  if (s.finding.kind == FindingKind::piuparts_ignored)
    return "Ignoring piuparts issue as requested by " + s.finding.user;
  const auto url = s.word(1);
  const auto link = url.empty() ? "(no link yet)" : fmt::format(R"(<a href="{0}">{0}</a>)", url);
  for (const auto& [result, sentence] : kPiuparts)
    if (result == s.word(0)) return fmt::format("{} - {}", sentence, link);
  return link;
}

std::string age_change_text(const Statement& s) {
  if (s.finding.kind == FindingKind::age_bounty)
    return fmt::format("Required age reduced by {} days because of {}", s.days(), s.word(0));
  if (s.finding.kind == FindingKind::age_penalty)
    return fmt::format("Required age increased by {} days because of {}", s.days(), s.word(0));
  if (s.finding.kind == FindingKind::age_floor)
    return fmt::format("Required age is not allowed to drop below {} days", s.days());
  if (s.finding.kind == FindingKind::age_override)
    return fmt::format("Overriding age needed from {} days to {} by {}", s.days(), s.word(0),
                       s.finding.user);
  return "Too young, but urgency pushed by " + s.finding.user;
}

// words: the requirement in days.
std::string age_text(const Statement& s) {
  if (s.finding.kind == FindingKind::too_young)
    return fmt::format("Too young, only {} of {} days old", s.days(), s.word(0));
  if (s.word(0) == "0") return fmt::format("{} days old", s.days());
  return fmt::format("{} days old (needed {} days)", s.days(), s.word(0));
}

std::string build_depends_text(const Statement& s) {
  if (s.finding.kind == FindingKind::checking_build_depends)
    return fmt::format("Checking {} on {}", s.word(0), s.finding.arch);
  return fmt::format("{} unsatisfiable {} on {}: {}", s.package(), s.word(0), s.finding.arch,
                     s.word(1));
}

// Whom to ask about a block.
std::string contact(const Statement& s) {
  if (s.word(0) == "block-udeb")
    return "please contact the d-i release manager if an update is needed";
  return fmt::format("please contact {}-release if update is needed",
                     s.world.settings.distribution);
}

std::string block_text(const Statement& s) {
  if (s.finding.kind == FindingKind::unblocked)
    return fmt::format("Ignoring {0} request by {1}, due to un{0} request by {2}", s.word(0),
                       s.word(1), s.finding.user);
  if (s.finding.kind == FindingKind::approved) return "Approved by " + s.finding.user;
  if (s.finding.kind == FindingKind::needs_approval) return "NEEDS APPROVAL BY RM";
  if (s.finding.kind == FindingKind::hints_mismatch)
    return fmt::format("Some hints for {} do not match this item", s.package());
  return fmt::format("Not touching package due to {} request by {} ({})", s.word(0), s.finding.user,
                     contact(s));
}

std::string implicit_deps_text(const Statement& s) {
  if (s.finding.kind == FindingKind::implicit_skipped)  // the misspelt word is the peers'
    return "missing build, not checking implict dependencies on " + s.finding.arch;
  const auto& target = s.world.target().name;
  if (s.finding.binaries.size() > 2)
    return fmt::format("migrating {} to {} makes {} uninstallable", s.id(2), target, s.id(0));
  return fmt::format("removing {} from {} makes {} uninstallable", s.id(1), target, s.id(0));
}

// words: uid, component of the source, "known" if the upload is known at all.
std::string builtonbuildd_text(const Statement& s) {
  const auto upload =
      s.word(2).empty() ? fmt::format("upload info for arch {} binaries not found", s.finding.arch)
                        : fmt::format("arch {} binaries uploaded by {}", s.finding.arch, s.word(0));
  if (s.finding.kind == FindingKind::buildd_component)
    return fmt::format("{}, but package in {}", upload, s.word(1));
  if (s.finding.kind == FindingKind::buildd_whitelisted)
    return fmt::format("{}, but whitelisted by {}", upload, s.finding.user);
  const bool source_only = s.finding.arch == "all";
  return fmt::format("Not built on buildd: {}{}", upload,
                     source_only ? ", a new source-only upload is needed to allow migration" : "");
}

std::string launchpad_text(const Statement& s) {
  const auto link =
      fmt::format(R"(<a href="https://launchpad.net/bugs/{0}">bug {0}</a>)", s.word(0));
  const auto date = base::asctime_of(base::instant_of_seconds(s.days()));
  if (s.finding.kind == FindingKind::block_bug)
    return fmt::format("Not touching package as requested in {} on {}", link, date);
  return fmt::format("Also see {} last updated on {}", link, date);
}

// A second word is the version of an entry that nothing can satisfy.
std::string built_using_text(const Statement& s) {
  const bool unsatisfiable = s.finding.words.size() > 1;
  if (s.finding.kind == FindingKind::built_using_dependency)
    return fmt::format("{} has Built-Using on {}", s.at_arch(), s.word(0));
  if (s.finding.kind == FindingKind::built_using_unsatisfiable)
    return fmt::format("{} has unsatisfiable Built-Using on {} {}", s.at_arch(), s.word(0),
                       s.word(1));
  if (unsatisfiable)
    return fmt::format("Ignoring unsatisfiable Built-Using for {} on {} {}", s.at_arch(), s.word(0),
                       s.word(1));
  return fmt::format("Ignoring Built-Using for {} on {}", s.at_arch(), s.word(0));
}

}  // namespace

std::string policy_text(const Finding& finding, const Excuse& excuse, const World& world) {
  using enum FindingKind;
  const Statement s{finding, excuse, world};
  switch (finding.kind) {
    case unsatisfiable_dependency:
    case component_mismatch: return depends_text(s);
    case new_bugs:
    case fixed_bugs:
    case whine_about_bugs: return rc_bugs_text(s);
    case piuparts_result:
    case piuparts_ignored: return piuparts_text(s);
    case tests_need_build:
    case tests_uninstallable:
    case tests_skipped:
    case test_results: return tests_text(finding, excuse, world);
    case age_bounty:
    case age_penalty:
    case age_floor:
    case age_override:
    case age_urgent: return age_change_text(s);
    case too_young:
    case old_enough: return age_text(s);
    case unsatisfiable_build_depends:
    case checking_build_depends: return build_depends_text(s);
    case unblocked:
    case approved:
    case blocked:
    case needs_approval:
    case hints_mismatch: return block_text(s);
    case implicit_skipped:
    case implicit_breaks: return implicit_deps_text(s);
    case not_on_buildd:
    case buildd_unknown:
    case buildd_component:
    case buildd_whitelisted: return builtonbuildd_text(s);
    case block_bug:
    case excuse_bug: return launchpad_text(s);
    case ppa_group: return fmt::format("Grouped with PPA {}", s.word(0));
    case meta_not_candidate:
      return fmt::format(R"(<a href="#{0}">{0}</a> is not a candidate)", s.word(0));
    case built_using_dependency:
    case built_using_unsatisfiable:
    case built_using_ignored: return built_using_text(s);
    // What only the finder states.
    case not_in_source_suite:
    case block_removal:
    case newer_in_target:
    case removal_request:
    case trying_to_remove:
    case old_binaries_left:
    case missing_build:
    case old_binaries_on:
    case no_binaries:
    case not_yet_built:
    case forced:
    case ignoring_arch_all:
    case wrong_source:
    case old_cruft:
    case new_binary:
    case updated_binary:
    case not_downgrading:
    case removed_binary:
    case ignoring_removal_of_all:
    case remove_hint_blocked:
    case package_is_broken:
    case dependency:
    case impossible_dependency:
    case invalidated_by_dependency:
    case ignoring_break_arch_dependency: return finder_text(finding, excuse, world);
    case other: return std::string(s.word(0));
  }
  return {};
}

}  // namespace sluice::migrate
