#include "migrate/policy_queries.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "deb/version.h"

namespace sluice::migrate {
namespace {

// When the archive's daily run used to be over (migration 2.5).
constexpr std::int64_t kDebianDayStart = 19 * 3'600;

bool names_arch(const ArchNames& set, const World& world, ArchIndex arch) {
  return !set.empty() && set.contains(world.snapshot.arch_name(arch));
}

}  // namespace

std::vector<deb::BinaryRef> packages_on(const World& world, const Excuse& excuse, ArchIndex arch) {
  std::vector<deb::BinaryRef> found;
  for (const auto ref : excuse.packages)
    if (ref.arch == arch) found.push_back(ref);
  sort_by_text(world.snapshot, found);
  return found;
}

void sort_by_text(const deb::Snapshot& snapshot, std::vector<deb::BinaryRef>& refs) {
  if (refs.size() < 2) return;
  std::ranges::sort(refs, [&](deb::BinaryRef left, deb::BinaryRef right) {
    const auto& a = snapshot.record(left);
    const auto& b = snapshot.record(right);
    if (a.name != b.name) return snapshot.text(a.name) < snapshot.text(b.name);
    return snapshot.text(a.version) < snapshot.text(b.version);
  });
  refs.erase(std::ranges::unique(refs).begin(), refs.end());
}

const deb::SourcePackage* source_of(const World& world, const Excuse& excuse) {
  return world.suite(excuse.item.suite).source(excuse.item.package);
}

const deb::SourcePackage* target_source_of(const World& world, const Excuse& excuse) {
  return world.target().source(excuse.item.package);
}

std::string_view package_of(const World& world, const Excuse& excuse) {
  return world.snapshot.text(excuse.item.package);
}

std::string_view version_of(const World& world, const Excuse& excuse) {
  const auto* source = source_of(world, excuse);
  return source == nullptr ? "" : world.snapshot.text(source->version);
}

bool is_cruft(const World& world, SuiteIndex suite, const deb::BinaryPackage& binary) {
  const auto* source = world.suite(suite).source(binary.source);
  return source == nullptr || source->version != binary.source_version;
}

bool uninst_allowed(const World& world, const deb::BinaryPackage& binary, ArchIndex arch) {
  const auto name = world.snapshot.text(binary.name);
  const auto hints = world.hints.of_package(HintType::allow_uninst, name);
  return std::ranges::any_of(hints, [&](const Hint* hint) {
    const auto& wanted = hint->items.front().architecture;
    return wanted == "source" || wanted == world.snapshot.arch_name(arch);
  });
}

bool may_break_arch_all(const World& world, ArchIndex arch) {
  return !names_arch(world.settings.nobreakall, world, arch);
}

bool is_break_arch(const World& world, ArchIndex arch) {
  return names_arch(world.settings.break_archs, world, arch);
}

bool is_new_arch(const World& world, ArchIndex arch) {
  return names_arch(world.settings.new_archs, world, arch);
}

bool is_forced(const World& world, const Excuse& excuse) {
  const auto package = package_of(world, excuse);
  return !world.hints.of_version(HintType::force, package, version_of(world, excuse)).empty();
}

std::string kernel_meta_of(std::string_view source) {
  const std::string_view part = source.starts_with("linux-signed") ? "linux-signed" : "linux";
  return base::replace_all(source, part, "linux-meta");
}

std::weak_ordering compare(const World& world, VersionId a, VersionId b) {
  if (a == b) return std::weak_ordering::equivalent;
  return deb::compare_versions(world.snapshot.text(a), world.snapshot.text(b));
}

std::int64_t debian_day(std::int64_t seconds) {
  const auto shifted = seconds - kDebianDayStart;
  return shifted >= 0 ? shifted / base::kSecondsPerDay
                      : -((-shifted + base::kSecondsPerDay - 1) / base::kSecondsPerDay);
}

std::int64_t begin_of_debian_day(std::int64_t day) {
  return day * base::kSecondsPerDay + kDebianDayStart;
}

Finding& add_finding(Excuse& excuse, PolicyId policy, FindingKind kind, Place place,
                     Verdict verdict) {
  auto& finding = excuse.findings.emplace_back();
  finding.kind = kind;
  finding.policy = policy;
  finding.place = place;
  finding.verdict = verdict;
  return finding;
}

}  // namespace sluice::migrate
