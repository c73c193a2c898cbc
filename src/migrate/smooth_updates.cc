#include "migrate/smooth_updates.h"

#include <algorithm>

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;
using solve::SetIndex;

bool has_binary(std::span<const BinaryRef> sorted, BinaryRef ref) {
  return std::ranges::binary_search(sorted, ref);
}

// One query on one architecture.
class Smoother {
 public:
  Smoother(const World& world, const SmoothUpdateQuery& query) : world_(world), query_(query) {
    considered_.assign(query.considered.begin(), query.considered.end());
    std::ranges::sort(considered_);
  }

  std::vector<BinaryRef> kept() {
    for (const auto ref : considered_) classify(ref);
    grow();
    std::ranges::sort(kept_);
    return kept_;
  }

 private:
  const solve::Universe& universe(BinaryRef ref) const { return *world_.universes[ref.arch]; }

  // Stays in the archive whatever happens to the group: neither leaving nor under consideration.
  bool counts(ArchIndex arch, PackageIndex package) const {
    const BinaryRef ref{arch, package};
    return !has_binary(query_.leaving, ref) && !has_binary(considered_, ref);
  }

  bool has_user_in_target(BinaryRef ref) const {
    for (const auto set : universe(ref).sets_with(ref.package))
      for (const auto dependent : universe(ref).dependents(set))
        if (counts(ref.arch, dependent) && world_.in_target({ref.arch, dependent})) return true;
    return false;
  }

  // The set, without known cruft, has nothing but kept binaries and this one.
  bool hangs_on(BinaryRef ref, SetIndex set) const {
    return std::ranges::all_of(universe(ref).members(set), [&](PackageIndex member) {
      const BinaryRef other{ref.arch, member};
      return other == ref || std::ranges::find(kept_, other) != kept_.end() ||
             std::ranges::find(cruft_, other) != cruft_.end();
    });
  }

  bool depends_on(BinaryRef ref, PackageIndex dependent) const {
    return std::ranges::any_of(universe(ref).depends(dependent), [&](const auto& clause) {
      return std::ranges::binary_search(universe(ref).members(clause.set), ref.package);
    });
  }

  // Some reverse dependency of the binary has a clause that hangs on it and what is kept already.
  bool is_needed(BinaryRef ref) const {
    for (const auto set : universe(ref).sets_with(ref.package))
      if (hangs_on(ref, set) && std::ranges::any_of(universe(ref).dependents(set),
                                                    [&](auto d) { return counts(ref.arch, d); }))
        return true;
    for (const auto* others : {&kept_, &cruft_})
      for (const auto other : *others) {
        if (other.arch != ref.arch) continue;
        for (const auto set : universe(ref).sets_with(other.package))
          if (hangs_on(ref, set) && std::ranges::any_of(universe(ref).dependents(set), [&](auto d) {
                return counts(ref.arch, d) && depends_on(ref, d);
              }))
            return true;
      }
    return false;
  }

  void classify(BinaryRef ref) {
    const auto& record = world_.snapshot.record(ref);
    const auto newer = world_.suite(query_.source_suite).binary(ref.arch, record.name);
    if (newer.valid()) {
      if (world_.snapshot.record(ref.arch, newer).source_version == query_.new_version) return;
      cruft_.push_back({ref.arch, newer});
    }
    if (!smooth_update_allowed(world_, ref)) return;
    if (has_user_in_target(ref) && is_needed(ref)) {
      kept_.push_back(ref);
    } else {
      second_.push_back(ref);
    }
  }

  // Binaries of the second list stay with those that need them.
  void grow() {
    for (bool grew = true; grew;) {
      grew = false;
      for (auto at = second_.begin(); at != second_.end();) {
        const auto ref = *at;
        const bool needed = std::ranges::any_of(kept_, [&](BinaryRef user) {
          return user.arch == ref.arch && depends_on(ref, user.package);
        });
        if (!needed) {
          ++at;
          continue;
        }
        kept_.push_back(ref);
        at = second_.erase(at);
        grew = true;
      }
    }
  }

  const World& world_;
  const SmoothUpdateQuery& query_;
  std::vector<BinaryRef> considered_, kept_, second_, cruft_;
};

}  // namespace

bool smooth_update_allowed(const World& world, BinaryRef binary) {
  const auto& allowed = world.settings.smooth_updates;
  const auto& record = world.snapshot.record(binary);
  if (allowed.contains("ALL")) return true;
  auto section = world.snapshot.text(record.section);
  const bool debian = world.settings.rules == RuleSet::debian;
  if (const auto slash = section.rfind('/'); !debian && slash != std::string_view::npos)
    section.remove_prefix(slash + 1);
  if (allowed.contains(section)) return true;
  const auto* source = world.target().source(record.source);
  if (debian) return source == nullptr || source->version != record.source_version;
  return !world.hints
              .of_version(HintType::allow_smooth_update, world.snapshot.text(record.source),
                          world.snapshot.text(record.source_version))
              .empty();
}

std::vector<BinaryRef> kept_smooth(const World& world, const SmoothUpdateQuery& query) {
  return Smoother(world, query).kept();
}

}  // namespace sluice::migrate
