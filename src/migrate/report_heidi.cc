// HeidiResult and HeidiResultDelta: what the target is after the run, and what changed. Source:
// migration 8.2, 8.3. 26 MB for a real archive, so nothing here sorts or formats per line.
#include <algorithm>

#include "deb/name_order.h"
#include "migrate/reports.h"

namespace sluice::migrate {
namespace {

// A package that no archive has; packages without a section count as such (as in the peers).
bool is_faux(std::string_view section) {
  return section.empty() || section == "faux" || section.ends_with("/faux");
}

void append_line(std::string& out, std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    out += word;
    out += ' ';
  }
  out.back() = '\n';
}

std::vector<ArchIndex> archs_by_name(const deb::Snapshot& snapshot) {
  std::vector<ArchIndex> archs;
  for (std::size_t i = 0; i < snapshot.archs.size(); ++i)
    archs.push_back(static_cast<ArchIndex>(i));
  std::ranges::sort(archs, {}, [&](ArchIndex arch) { return snapshot.arch_name(arch); });
  return archs;
}

// On an architecture that is not kept in sync, an arch:all package of another version than its
// source's is there only because all architectures share it.
bool is_out_of_sync(const TargetState& target, const deb::BinaryPackage& package) {
  if (!package.arch_all) return false;
  const auto* source = target.source(package.source);
  return source == nullptr || source->version != package.source_version;
}

void append_binaries(std::string& out, const TargetState& target, std::span<const NameId> names,
                     ArchIndex arch, bool outofsync) {
  const auto& snapshot = target.snapshot();
  for (const auto name : names) {
    const auto package = target.binary(arch, name);
    if (!package.valid()) continue;
    const auto& record = snapshot.record(arch, package);
    const auto section = snapshot.text(record.section);
    if (is_faux(section) || (outofsync && is_out_of_sync(target, record))) continue;
    append_line(out, {snapshot.text(name), snapshot.text(record.version),
                      snapshot.text(record.architecture), section});
  }
}

// Names of the target's sources and binaries, sorted.
std::vector<NameId> names_in(const TargetState& target) {
  std::vector<NameId> names;
  for (std::uint32_t n = 0; n < target.snapshot().symbols.name_count(); ++n) {
    const NameId name(n);
    bool used = target.source(name) != nullptr;
    for (ArchIndex arch = 0; arch < target.arch_count() && !used; ++arch)
      used = target.binary(arch, name).valid();
    if (used) names.push_back(name);
  }
  deb::sort_by_text(target.snapshot(), names);
  return names;
}

}  // namespace

std::vector<NameId> heidi_names(const deb::Snapshot& snapshot) {
  std::vector<NameId> names;
  for (std::uint32_t n = 0; n < snapshot.symbols.name_count(); ++n) names.emplace_back(n);
  deb::sort_by_text(snapshot, names);
  return names;
}

std::string heidi_result(const TargetState& target, const Settings& settings) {
  return heidi_result(target, settings, names_in(target));
}

std::string heidi_result(const TargetState& target, const Settings& settings,
                         std::span<const NameId> names) {
  const auto& snapshot = target.snapshot();
  std::string out;
  out.reserve(48 * (snapshot.archs.size() + 1) * names.size());  // 45 bytes a line
  for (const auto arch : archs_by_name(snapshot))
    append_binaries(out, target, names, arch,
                    settings.outofsync.contains(snapshot.arch_name(arch)));
  for (const auto name : names) {
    const auto* source = target.source(name);
    if (source == nullptr) continue;
    const auto section = source->section.valid() ? snapshot.text(source->section) : "unknown";
    if (section.empty() || !is_faux(section))
      append_line(out, {snapshot.text(name), snapshot.text(source->version), "source",
                        section.empty() ? "unknown" : section});
  }
  return out;
}

std::string heidi_delta(std::span<const Item> accepted, const deb::Snapshot& snapshot) {
  std::string out = "#HeidiDelta\n";
  for (const auto& item : accepted) {
    if (item.is_removal()) out += '-';
    const auto name = snapshot.text(item.package);
    const auto version = snapshot.text(item.version);
    if (item.has_arch()) {
      append_line(out, {name, version, snapshot.arch_name(item.arch)});
    } else {
      append_line(out, {name, version});
    }
  }
  return out;
}

}  // namespace sluice::migrate
