#include "migrate/binary_check.h"

#include <algorithm>

#include "deb/version.h"
#include "migrate/smooth_updates.h"

namespace sluice::migrate {
namespace {

class BinaryCheck {
 public:
  BinaryCheck(const World& world, const FinderRules& rules, Excuse& excuse, const SourcePair& pair)
      : world_(world), snapshot_(world.snapshot), rules_(rules), excuse_(excuse), pair_(pair) {}

  BinaryOutcome run() {
    for (const auto ref : sorted_by_name(snapshot_, binaries_on(*pair_.source, arch()))) {
      excuse_.packages.push_back(ref);
      if (check(ref) == Walk::stop) break;
    }
    // Rebuilds in additional suites on some architectures must not remove binaries on others.
    const bool same_source = pair_.target->version == pair_.source->version;
    if (!wrong_ && (!same_source || is_primary())) check_removals(same_source);
    if (!worth_it_) return BinaryOutcome::nothing;
    return wrong_ ? BinaryOutcome::wrong : BinaryOutcome::worth_it;
  }

 private:
  enum class Walk : std::uint8_t { go_on, stop };

  ArchIndex arch() const { return excuse_.item.arch; }
  bool is_primary() const {
    return world_.suite(excuse_.item.suite).suite_class == deb::SuiteClass::primary;
  }
  std::string text(VersionId version) const { return std::string(snapshot_.text(version)); }

  Finding& add(FindingKind kind, Place place, deb::BinaryRef ref) {
    auto& finding = add_finding(excuse_, kind, place);
    finding.arch = snapshot_.arch_name(arch());
    finding.binaries = {ref};
    return finding;
  }

  Finding& add_wrong(FindingKind kind, deb::BinaryRef ref) {
    wrong_ = true;
    auto& finding = add(kind, Place::verdict, ref);
    finding.verdict = Verdict::rejected_permanently;
    return finding;
  }

  Walk check(deb::BinaryRef ref) {
    const auto& record = snapshot_.record(ref);
    if (record.arch_all) {
      const auto& known = pair_.target->binaries;
      if (!std::ranges::binary_search(known, ref))
        add(FindingKind::ignoring_arch_all, Place::detail, ref).new_version =
            text(record.source_version);
      return Walk::go_on;
    }
    if (!built_from_both(ref, record)) return Walk::go_on;
    if (rules_.check_dependencies) rules_.check_dependencies(excuse_, ref);
    return compare_with_target(ref, record);
  }

  // The versions of the source in both suites can be spelled differently (`1.0` and `1.0-0`).
  bool built_from_both(deb::BinaryRef ref, const deb::BinaryPackage& record) {
    const auto built = record.source_version;
    const auto in_target = pair_.target->version, in_source = pair_.source->version;
    if (built == in_source && built == in_target) return true;
    if (built == in_source || built == in_target) {
      const auto other = built == in_source ? in_target : in_source;
      // What the target has already is neither wrong nor new.
      if (built == in_source && world_.target().binary(arch(), record.name) == ref.package)
        return false;
      auto& finding = add_wrong(FindingKind::wrong_source, ref);
      finding.old_version = text(built);
      finding.new_version = text(other);
      return false;
    }
    auto& finding = world_.settings.ignore_cruft ? add(FindingKind::old_cruft, Place::detail, ref)
                                                 : add_wrong(FindingKind::old_cruft, ref);
    finding.old_version = text(built);
    if (world_.settings.ignore_cruft) finding.words.emplace_back(kNoteIgnored);
    return false;
  }

  Walk compare_with_target(deb::BinaryRef ref, const deb::BinaryPackage& record) {
    const auto in_target = world_.target().binary(arch(), record.name);
    if (!in_target.valid()) {
      worth_it_ = true;
      add(FindingKind::new_binary, Place::detail, ref).new_version = text(record.version);
      return Walk::go_on;
    }
    const auto old = snapshot_.record(arch(), in_target).version;
    const auto order = deb::compare_versions(snapshot_.text(old), snapshot_.text(record.version));
    if (order == std::weak_ordering::equivalent) return Walk::go_on;
    const bool down = order == std::weak_ordering::greater;
    if (!down) worth_it_ = true;
    auto& finding = down ? add_wrong(FindingKind::not_downgrading, ref)
                         : add(FindingKind::updated_binary, Place::detail, ref);
    finding.old_version = text(old);
    finding.new_version = text(record.version);
    return down ? Walk::stop : Walk::go_on;
  }

  void check_removals(bool same_source) {
    const auto& suite = world_.suite(excuse_.item.suite);
    std::vector<deb::BinaryRef> removed;
    for (const auto ref : sorted_by_name(snapshot_, binaries_on(*pair_.target, arch()))) {
      const auto& record = snapshot_.record(ref);
      if (record.arch_all) {
        if (!std::ranges::binary_search(pair_.source->binaries, ref))
          add(FindingKind::ignoring_removal_of_all, Place::detail, ref);
        continue;
      }
      if (suite.binary(arch(), record.name).valid()) continue;
      add(FindingKind::removed_binary, Place::detail, ref).old_version = text(record.version);
      removed.push_back(ref);
    }
    // A removal counts only if nothing keeps the binary: old libraries survive many runs. If the
    // source changed as well, its own item takes care of them.
    if (!same_source || worth_it_ || removed.empty()) return;
    const auto kept = kept_now();
    worth_it_ = !std::ranges::all_of(
        removed, [&](auto ref) { return std::ranges::binary_search(kept, ref); });
  }

  std::vector<deb::BinaryRef> kept_now() const {
    if (!is_primary()) return {};
    SmoothUpdateQuery query;
    query.considered = binaries_on(*pair_.target, arch());
    query.source = pair_.source->name;
    query.new_version = pair_.source->version;
    query.source_suite = excuse_.item.suite;
    return kept_smooth(world_, query);
  }

  const World& world_;
  const deb::Snapshot& snapshot_;
  const FinderRules& rules_;
  Excuse& excuse_;
  const SourcePair& pair_;
  bool wrong_ = false;
  bool worth_it_ = false;
};

}  // namespace

BinaryOutcome check_binaries(const World& world, const FinderRules& rules, Excuse& excuse,
                             const SourcePair& pair) {
  return BinaryCheck(world, rules, excuse, pair).run();
}

bool same_binaries(const SourcePair& pair, ArchIndex arch) {
  return std::ranges::equal(binaries_on(*pair.target, arch), binaries_on(*pair.source, arch));
}

}  // namespace sluice::migrate
