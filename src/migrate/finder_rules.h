// FinderRules: where the finder of the two peers differs, as one value that is chosen when a run
// starts. The finder itself (candidates.h, build_check.h, binary_check.h) does not know which peer
// it plays. Source: migration 4.3 (Ubuntu's), 4.8 (Debian's).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/excuse.h"
#include "migrate/judge.h"

namespace sluice::migrate {

struct FinderRules {
  // arch:all binaries are judged once, on the pseudo architecture `all` after the others.
  bool arch_all_apart = true;
  // "missing build on ARCH" names the old binaries.
  bool lists_missing_builds = false;
  // ... and repeats them among the details.
  bool details_missing_builds = true;
  // Old binaries on an architecture that is not keeping up are mentioned.
  bool mentions_out_of_sync = false;
  std::string_view missing_build_reason = "missingbuild";  // empty: none
  std::string_view cruft_reason = "cruft";                 // empty: none
  // A `remove` hint for the target's version rejects the binaries of every architecture.
  bool remove_hint_rejects_binaries = false;
  // Looks at the dependencies of one binary of the item; empty: a policy does that.
  std::function<void(Excuse&, deb::BinaryRef)> check_dependencies;
};

FinderRules ubuntu_finder(const Settings& settings);

// One source package in both suites of an item.
struct SourcePair {
  const deb::SourcePackage* target = nullptr;  // null: new there
  const deb::SourcePackage* source = nullptr;  // null: a removal
};

// The source's binaries on one architecture. Points into the source.
std::span<const deb::BinaryRef> binaries_on(const deb::SourcePackage& source, ArchIndex arch);

// Architecture by architecture as the peers sort pkg-ids: by the text of name, then of version.
std::vector<deb::BinaryRef> sorted_by_name(const deb::Snapshot& snapshot,
                                           std::span<const deb::BinaryRef> binaries);

// Appends a finding of the finder and returns it for more members.
Finding& add_finding(Excuse& excuse, FindingKind kind, Place place,
                     Verdict verdict = Verdict::not_applicable);

// Notes in Finding::words that lengthen the sentences of the build check.
inline constexpr std::string_view kNoteList = "list";
inline constexpr std::string_view kNoteOutOfSync = "out-of-sync";
inline constexpr std::string_view kNoteIgnored = "ignored";

}  // namespace sluice::migrate
