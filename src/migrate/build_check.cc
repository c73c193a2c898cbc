#include "migrate/build_check.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::migrate {
namespace {

// What one architecture, or `all`, has of a source.
struct ArchBuilds {
  std::string arch;
  bool up_to_date = false;          // some binary was built from the new version
  std::vector<deb::BinaryRef> old;  // the others, each name once, by name
};

void add_reason(Excuse& excuse, std::string_view reason) {
  if (!reason.empty()) excuse.reasons.emplace(reason);
}

void reject_build(Excuse& excuse, Finding& finding, Verdict verdict, std::string_view reason) {
  excuse.verdict = verdict;
  finding.verdict = verdict;
  add_reason(excuse, reason);
}

class BuildCheck {
 public:
  BuildCheck(const World& world, const FinderRules& rules, Excuse& excuse,
             const deb::SourcePackage& source)
      : world_(world), rules_(rules), excuse_(excuse), source_(source) {}

  void run() {
    const auto& snapshot = world_.snapshot;
    for (std::size_t i = 0; i < snapshot.archs.size(); ++i) check_arch(static_cast<ArchIndex>(i));
    if (rules_.arch_all_apart) check_arch_all();
    // `all` has appended its binaries behind those of the others.
    excuse_.packages = sorted_by_name(world_.snapshot, excuse_.packages);
    if (!source_.binaries.empty()) return;
    auto& finding = add_finding(excuse_, FindingKind::no_binaries, Place::verdict);
    reject_build(excuse_, finding, Verdict::rejected_permanently, "no-binaries");
  }

 private:
  void check_arch(ArchIndex arch) {
    ArchBuilds builds{std::string(world_.snapshot.arch_name(arch)), false, {}};
    for (const auto ref : sorted_by_name(world_.snapshot, binaries_on(source_, arch))) {
      const bool arch_all = world_.snapshot.record(ref).arch_all;
      if (arch_all && rules_.arch_all_apart) continue;
      excuse_.packages.push_back(ref);
      if (!arch_all || builds_arch_all(builds.arch)) judge(ref, builds);
    }
    state(builds);
  }

  void check_arch_all() {
    ArchBuilds builds{"all", false, {}};
    for (const auto ref : sorted_by_name(world_.snapshot, source_.binaries)) {
      if (!world_.snapshot.record(ref).arch_all) continue;
      excuse_.packages.push_back(ref);
      judge(ref, builds);
    }
    state(builds);
  }

  bool builds_arch_all(std::string_view arch) const {
    const auto words = base::split_words(world_.settings.all_buildarch);
    return std::ranges::find(words, arch) != words.end();
  }

  void judge(deb::BinaryRef ref, ArchBuilds& builds) {
    const auto& snapshot = world_.snapshot;
    const auto& record = snapshot.record(ref);
    if (record.source_version == source_.version) {
      builds.up_to_date = true;
      return;
    }
    const auto version = std::string(snapshot.text(record.source_version));
    excuse_.old_binaries[version].emplace(snapshot.text(record.name));
    // arch:all binaries come once per architecture; one is enough for the statement.
    const auto same = [&](deb::BinaryRef other) {
      const auto& former = snapshot.record(other);
      return former.name == record.name && former.source_version == record.source_version;
    };
    if (std::ranges::none_of(builds.old, same)) builds.old.push_back(ref);
  }

  void state(const ArchBuilds& builds) {
    if (builds.old.empty()) return;
    const bool out_of_sync = world_.settings.outofsync.contains(builds.arch);
    if (!builds.up_to_date) excuse_.missing_builds.insert(builds.arch);
    if (out_of_sync && !rules_.mentions_out_of_sync) return;
    const auto kind =
        builds.up_to_date ? FindingKind::old_binaries_left : FindingKind::missing_build;
    auto& finding = add_finding(excuse_, kind, Place::verdict);
    finding.arch = builds.arch;
    finding.binaries = builds.old;
    if (builds.up_to_date || rules_.lists_missing_builds) finding.words.emplace_back(kNoteList);
    if (out_of_sync) {
      finding.place = Place::info;
      finding.words.emplace_back(kNoteOutOfSync);
    } else if (!builds.up_to_date) {
      state_missing(finding, builds);
    } else if (world_.settings.ignore_cruft) {
      finding.place = Place::detail;
      finding.words.emplace_back(kNoteIgnored);
    } else {
      reject_build(excuse_, finding, Verdict::rejected_permanently, rules_.cruft_reason);
    }
  }

  void state_missing(Finding& finding, const ArchBuilds& builds) {
    reject_build(excuse_, finding, Verdict::rejected_cannot_determine_if_permanent,
                 rules_.missing_build_reason);
    if (!rules_.details_missing_builds) return;
    auto& detail = add_finding(excuse_, FindingKind::old_binaries_on, Place::detail);
    detail.arch = builds.arch;
    detail.binaries = builds.old;
  }

  const World& world_;
  const FinderRules& rules_;
  Excuse& excuse_;
  const deb::SourcePackage& source_;
};

// Some arch-specific binary of exactly this source (and version, if one is given).
bool has_build(const deb::Snapshot& snapshot, const deb::SourcePackage& source, ArchIndex arch,
               VersionId version) {
  return std::ranges::any_of(binaries_on(source, arch), [&](deb::BinaryRef ref) {
    const auto& record = snapshot.record(ref);
    return !record.arch_all &&
           (!version.valid() || (record.source == source.name && record.source_version == version));
  });
}

}  // namespace

void check_builds(const World& world, const FinderRules& rules, Excuse& excuse,
                  const deb::SourcePackage& source) {
  BuildCheck(world, rules, excuse, source).run();
}

void check_builds_against_target(const World& world, const FinderRules& rules, Excuse& excuse,
                                 const SourcePair& pair) {
  const auto& snapshot = world.snapshot;
  // The peers know the pairing of proposed-updates and stable by heart; so do we.
  const bool pu = world.suite(excuse.item.suite).short_name == "pu";
  for (std::size_t i = 0; i < snapshot.archs.size(); ++i) {
    const auto arch = static_cast<ArchIndex>(i);
    if (!has_build(snapshot, *pair.target, arch, VersionId())) continue;
    if (has_build(snapshot, *pair.source, arch, pair.source->version)) continue;
    const auto name = std::string(snapshot.arch_name(arch));
    auto& finding = add_finding(excuse, FindingKind::not_yet_built, Place::verdict);
    finding.arch = name;
    finding.words = {pu ? "stable" : world.target().name};
    excuse.missing_builds.insert(name);
    if (world.settings.outofsync.contains(name)) {
      finding.place = Place::info;
      finding.words.emplace_back(kNoteOutOfSync);
    } else {
      reject_build(excuse, finding, Verdict::rejected_cannot_determine_if_permanent,
                   rules.missing_build_reason);
    }
  }
}

}  // namespace sluice::migrate
