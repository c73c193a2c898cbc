#include "migrate/groups.h"

#include <algorithm>

#include "deb/version.h"
#include "migrate/smooth_updates.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;

bool older(const deb::Snapshot& snapshot, VersionId a, VersionId b) {
  return deb::compare_versions(snapshot.text(a), snapshot.text(b)) < 0;
}

class GroupMaker {
 public:
  GroupMaker(const World& world, const Item& item) : world_(world), item_(item) {}

  std::expected<Group, Constraint> make(SmoothUpdates smooth, std::span<const BinaryRef> leaving) {
    group_.item = item_;
    group_.uvname = uvname(item_, snapshot());
    if (item_.kind == ItemKind::cruft_removal) {
      auto failed = take_cruft();
      return failed ? std::expected<Group, Constraint>(std::unexpected(*failed)) : group_;
    }
    collect_removes(smooth, leaving);
    if (!item_.is_removal())
      if (auto failed = collect_adds()) return std::unexpected(*failed);
    std::ranges::sort(group_.adds);
    std::ranges::sort(group_.removes);
    return group_;
  }

 private:
  const TargetState& target() const { return *world_.now; }
  const deb::Snapshot& snapshot() const { return world_.snapshot; }
  bool concerns(ArchIndex arch) const { return !item_.has_arch() || item_.arch == arch; }

  std::optional<Constraint> take_cruft() {
    const auto package = target().binary(item_.arch, item_.package);
    const BinaryRef ref{item_.arch, package};
    if (!package.valid() || snapshot().record(ref).version != item_.version)
      return Constraint{"trying cruft removal " + name_of(item_, snapshot()) +
                        ", while the target has no such version"};
    group_.removes.push_back(ref);
    return std::nullopt;
  }

  // The target's binaries that this source built at its version there: no hijacked ones, no cruft.
  void collect_removes(SmoothUpdates smooth, std::span<const BinaryRef> leaving) {
    const auto* source = target().source(item_.package);
    if (source == nullptr) return;
    std::vector<BinaryRef> own;
    for (const auto ref : source->binaries) {
      const auto& record = snapshot().record(ref);
      if (concerns(ref.arch) && target().has(ref) && record.source == source->name &&
          record.source_version == source->version)
        own.push_back(ref);
    }
    const auto suite_class = world_.suite(item_.suite).suite_class;
    if (smooth == SmoothUpdates::allow && suite_class == deb::SuiteClass::primary &&
        !item_.is_removal())
      group_.kept = kept_smooth(world_, {own, source->name, item_.version, item_.suite, leaving});
    for (const auto ref : own) {
      if (std::ranges::binary_search(group_.kept, ref)) continue;
      // Only the arch:any packages of a rebuild in an additional suite are there.
      if (item_.has_arch() && suite_class == deb::SuiteClass::additional &&
          snapshot().record(ref).arch_all)
        continue;
      group_.removes.push_back(ref);
    }
  }

  std::optional<Constraint> collect_adds() {
    const auto& suite = world_.suite(item_.suite);
    const auto* source = suite.source(item_.package);
    const auto* old = target().source(item_.package);
    const std::string name(snapshot().text(item_.package));
    const std::string version(snapshot().text(source->version));
    const auto& target_name = world_.target().name;
    if (old != nullptr && older(snapshot(), source->version, old->version))
      return Constraint{"trying src:" + name + " " + version + ", while " + target_name + " has " +
                        std::string(snapshot().text(old->version))};
    for (const auto ref : source->binaries) {
      if (!concerns(ref.arch)) continue;
      const auto& record = snapshot().record(ref);
      const auto there = suite.binary(ref.arch, record.name);
      if (there.valid() && snapshot().record(ref.arch, there).source != source->name) {
        forget_hijacked(ref.arch, record.name);
        continue;
      }
      const bool cruft = record.source_version != source->version;
      if (cruft && !world_.settings.outofsync.contains(snapshot().arch_name(ref.arch))) continue;
      const auto now = target().binary(ref.arch, record.name);
      if (now.valid() &&
          older(snapshot(), record.version, snapshot().record(ref.arch, now).version))
        return Constraint{"trying " + std::string(snapshot().text(record.name)) + " " +
                          std::string(snapshot().text(record.version)) + " from src:" + name + " " +
                          version + ", while " + target_name + " has " +
                          std::string(snapshot().text(snapshot().record(ref.arch, now).version))};
      group_.adds.push_back(ref);
    }
    return std::nullopt;
  }

  // Another source builds this binary now: a rebuild neither brings nor takes it.
  void forget_hijacked(ArchIndex arch, NameId name) {
    if (!item_.has_arch()) return;
    std::erase_if(group_.removes, [&](BinaryRef ref) {
      return ref.arch == arch && snapshot().record(ref).name == name;
    });
  }

  const World& world_;
  const Item& item_;
  Group group_;
};

}  // namespace

std::expected<Group, Constraint> group_of(const World& world, const Item& item,
                                          SmoothUpdates smooth,
                                          std::span<const BinaryRef> leaving) {
  return GroupMaker(world, item).make(smooth, leaving);
}

}  // namespace sluice::migrate
