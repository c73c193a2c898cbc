// Excuse: all that is known about why one item may or may not migrate. Source: migration 4.
#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "codec/value.h"
#include "migrate/finding.h"
#include "migrate/hint.h"
#include "migrate/item.h"

namespace sluice::migrate {

enum class DependencyType : std::uint8_t {
  depends,
  build_depends,
  build_depends_indep,
  built_using,
  implicit
};
struct DependencyWords {
  std::string_view display;      // "Build-Depends(-Arch)"
  std::string_view reason;       // "build-depends"
  std::string_view description;  // "build-dependency"
};
DependencyWords words_of(DependencyType type);

// One of the things that would satisfy a dependency: packages (Ubuntu's rules) or an item
// (Debian's).
struct Alternative {
  deb::BinaryRef package;  // Ubuntu's rules
  std::string item;        // uvname; Debian's rules at once, Ubuntu's once an excuse is found
  bool possible = true;    // an excuse offers it
  bool valid = true;       // and that excuse is valid
  Verdict verdict = Verdict::pass;
};

struct ExcuseDependency {
  DependencyType type = DependencyType::depends;
  std::optional<ArchIndex> arch;
  deb::ClauseId relation;    // the clause that asks for it, if it is one
  deb::BinaryRef dependent;  // the binary that has the clause
  std::vector<Alternative> alternatives;
  bool valid() const;
  bool possible() const;
  Verdict verdict() const;  // minimum over the alternatives
};

// One row in memory: thousands of excuses have a dozen entries each.
template <class T>
using ByPolicy = boost::container::flat_map<PolicyId, T>;

struct Excuse {
  Item item;
  std::string uvname;
  std::string old_version = "-", new_version = "-";  // source versions
  std::string maintainer;                            // "" unknown
  std::string section;                               // of the source
  Verdict verdict = Verdict::rejected_permanently;
  bool forced = false;
  bool valid = false;                          // "is-candidate"
  std::vector<Finding> findings;               // in the order of appearance
  std::set<std::string, std::less<>> reasons;  // "block", "depends", ...
  std::vector<const Hint*> hints;              // that were applied, in order
  std::vector<deb::BinaryRef> packages;        // its binaries in the source suite, sorted per arch
  std::set<std::string, std::less<>> missing_builds;  // architecture names
  std::map<std::string, std::set<std::string>, std::less<>>
      old_binaries;                                        // source version -> names
  std::set<std::string, std::less<>> unsatisfiable_archs;  // migration 4.5.1
  std::map<std::string, std::vector<std::string>, std::less<>> unsatisfiable_dependencies;  // D
  std::vector<ExcuseDependency> dependencies;
  std::set<std::string, std::less<>> blocked_by, migrate_after, unimportant_dependencies;
  ByPolicy<Verdict> policy_verdicts;
  ByPolicy<codec::Map> policy_info;                                      // without the verdict
  std::map<std::string, std::int64_t, std::less<>> bounties, penalties;  // policy -> days
  std::optional<double> days_old;          // for the order of the report; nothing: no age
  std::optional<double> required_days;     // D: age line
  bool invalidated_by_dependency = false;  // some dependency invalid but possible

  // Raises the verdict; a rejection of a forced excuse becomes pass_hinted.
  void raise(Verdict to);
  // The maximum of the policies so far ("tentative verdict").
  Verdict tentative_verdict() const;
};

}  // namespace sluice::migrate
