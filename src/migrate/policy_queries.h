// Questions that several policies ask about one item and the suites. Values and references of one
// run; no state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrate/judge.h"
#include "migrate/policies.h"

namespace sluice::migrate {

// The item's binaries on one architecture, sorted by name and version (text).
std::vector<deb::BinaryRef> packages_on(const World& world, const Excuse& excuse, ArchIndex arch);

// Sorts pkg-ids of one architecture as the peers print them: by name, then version, as text.
void sort_by_text(const deb::Snapshot& snapshot, std::vector<deb::BinaryRef>& refs);

// The item's source in its own suite and in the target; null if there is none.
const deb::SourcePackage* source_of(const World& world, const Excuse& excuse);
const deb::SourcePackage* target_source_of(const World& world, const Excuse& excuse);

std::string_view package_of(const World& world, const Excuse& excuse);
// Version of the source in the item's suite; hints of policies name this one.
std::string_view version_of(const World& world, const Excuse& excuse);

// The suite the peers call unstable; its SuiteIndex. Always the first after the target.
inline constexpr SuiteIndex kPrimary = 1;

// Built by another version of its source than the one that the suite has (migration 3.1).
bool is_cruft(const World& world, SuiteIndex suite, const deb::BinaryPackage& binary);

// An allow-uninst hint names the binary, for all architectures or for this one (migration 6.2).
bool uninst_allowed(const World& world, const deb::BinaryPackage& binary, ArchIndex arch);

// arch:all packages may be uninstallable here (not in NOBREAKALL_ARCHES).
bool may_break_arch_all(const World& world, ArchIndex arch);

// BREAK_ARCHES; NEW_ARCHES.
bool is_break_arch(const World& world, ArchIndex arch);
bool is_new_arch(const World& world, ArchIndex arch);

// `force` hint for exactly this source and version.
bool is_forced(const World& world, const Excuse& excuse);

// The meta package of a source that starts with `linux` (4.5.12): linux-signed-aws, linux-aws ->
// linux-meta-aws.
std::string kernel_meta_of(std::string_view source);

// <0, 0, >0 as compare_versions orders the two.
std::weak_ordering compare(const World& world, VersionId a, VersionId b);

// Debian's rules count days that begin at 19:00 UTC (migration 2.5): the day of a moment, and the
// moment when a day begins, both in seconds since the epoch.
std::int64_t debian_day(std::int64_t seconds);
std::int64_t begin_of_debian_day(std::int64_t day);

// A finding of a policy with its place and verdict; the caller fills the rest.
Finding& add_finding(Excuse& excuse, PolicyId policy, FindingKind kind, Place place,
                     Verdict verdict = Verdict::not_applicable);

}  // namespace sluice::migrate
