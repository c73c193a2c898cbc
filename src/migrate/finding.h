// Finding: one statement about an item, with its reason as data from the moment it is made. The
// peers' sentences are a projection (finding_text.h); nobody parses them again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "deb/snapshot.h"
#include "migrate/test_status.h"
#include "migrate/verdict.h"

namespace sluice::migrate {

// In the order of the run under Ubuntu's rules; `finder` is what is found outside policies.
enum class PolicyId : std::uint8_t {
  finder,
  depends,
  rc_bugs,
  piuparts,
  autopkgtest,
  age,
  block,
  implicit_deps,
  builtonbuildd,
  block_bugs,
  update_excuse,
  source_ppa,
  linux_meta,
  build_depends,
  built_using,
  sru_regression,
  email,
};
std::string_view text_of(PolicyId policy);  // key in policy_info: "rc-bugs", "linux", ...

// Where the statement is shown: among the reasons for the verdict, as information, as a detail
// (policy 4.7: not in the text list, but in detailed-info).
enum class Place : std::uint8_t { verdict, info, detail };

// What is stated. Which members of Finding a kind fills stands beside it: a = arch, b = binaries,
// r = relation, u = user, v = old version / new version, w = words, d = days,
// t = tests.
enum class FindingKind : std::uint8_t {
  // finder (4.3)
  not_in_source_suite,  // w: suite name
  block_removal,        // u: "Not touching package, as requested by"
  newer_in_target,      // v: target, source
  removal_request,      // u
  trying_to_remove,
  old_binaries_left,  // a, b, w: rendered list; arch is up to date
  missing_build,      // a, b, w
  old_binaries_on,    // a, b, w (detail of a missing build)
  no_binaries,
  not_yet_built,      // a, w: base suite
  forced,             // u
  ignoring_arch_all,  // b
  wrong_source,       // b, v: source versions
  old_cruft,          // b, v
  new_binary,
  updated_binary,
  not_downgrading,
  removed_binary,           // b, v
  ignoring_removal_of_all,  // b
  remove_hint_blocked,      // u
  package_is_broken,
  // depends (4.5.1, D: 4.8)
  unsatisfiable_dependency,  // a, b, r
  component_mismatch,        // a, b: package and dependency; w: the two components
  // the rest, one block per policy
  new_bugs,
  fixed_bugs,
  whine_about_bugs,  // w: bug numbers
  piuparts_result,
  piuparts_ignored,     // w: state, url; u
  tests_need_build,     // a: what is not built yet; "" where nothing is
  tests_uninstallable,  // a
  tests_skipped,        // u
  test_results,         // t: one tested source, by architecture
  age_bounty,
  age_penalty,
  age_floor,
  age_override,
  age_urgent,
  too_young,
  old_enough,  // d, w, u
  unsatisfiable_build_depends,
  checking_build_depends,  // a, r, w
  unblocked,
  approved,
  blocked,
  needs_approval,
  hints_mismatch,  // u, w: type
  implicit_skipped,
  implicit_breaks,  // a, b
  not_on_buildd,
  buildd_unknown,
  buildd_component,
  buildd_whitelisted,  // a, b, w, u
  block_bug,
  excuse_bug,          // w: bug; d: seconds
  ppa_group,           // w: ppa
  meta_not_candidate,  // w: uvname of the meta package
  built_using_dependency,
  built_using_unsatisfiable,
  built_using_ignored,  // a, b, w
  // propagation (4.3 G)
  dependency,  // w: type, uvname, flags; see excuse_text
  impossible_dependency,
  invalidated_by_dependency,
  ignoring_break_arch_dependency,  // a, w
  other,  // w[0] is the sentence; for notes that no program needs to tell apart
};

struct Finding {
  FindingKind kind = FindingKind::other;
  PolicyId policy = PolicyId::finder;
  Place place = Place::verdict;
  Verdict verdict =
      Verdict::not_applicable;  // of this statement; informational ones: not_applicable
  std::string arch;             // "" when it is about no single architecture
  std::vector<deb::BinaryRef> binaries;
  deb::ClauseId relation;
  std::string user;
  std::string old_version, new_version;
  std::vector<std::string> words;
  std::vector<TestOutcome> tests;
  double days = 0;
};

}  // namespace sluice::migrate
