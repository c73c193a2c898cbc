// What the finder and propagation state, in the peers' words. Source: migration 4.3, 4.7, 4.8.
#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "codec/html.h"
#include "migrate/finder_rules.h"
#include "migrate/finding_text.h"

namespace sluice::migrate {
namespace {

bool has_note(const Finding& finding, std::string_view note) {
  return std::ranges::find(finding.words, note) != finding.words.end();
}

std::string first_word(const Finding& finding) {
  return finding.words.empty() ? std::string() : finding.words.front();
}

class FinderText {
 public:
  FinderText(const Finding& finding, const Excuse& excuse, const World& world)
      : finding_(finding),
        excuse_(excuse),
        world_(world),
        source_(world.snapshot.text(excuse.item.package)) {}

  std::string removal_text() const {
    switch (finding_.kind) {
      case FindingKind::not_in_source_suite:
        return "Package not in " + first_word(finding_) + ", will try to remove";
      case FindingKind::block_removal:
        return "Not touching package, as requested by " + finding_.user + contact();
      case FindingKind::remove_hint_blocked:
        return "Not removing package, due to block hint by " + finding_.user + contact();
      case FindingKind::removal_request: return "Removal request by " + finding_.user;
      case FindingKind::trying_to_remove: return "Trying to remove package, not update it";
      case FindingKind::package_is_broken: return "Package is broken, will try to remove";
      default: return "";
    }
  }

  std::string source_text() const {
    switch (finding_.kind) {
      case FindingKind::newer_in_target:
        return "ALERT: " + source_ + " is newer in the target suite (" + finding_.old_version +
               " " + finding_.new_version + ")";
      case FindingKind::old_binaries_left:
      case FindingKind::missing_build: return build_text();
      case FindingKind::old_binaries_on: return "old binaries on " + finding_.arch + ": " + list();
      case FindingKind::no_binaries: return source_ + " has no binaries on any arch";
      case FindingKind::not_yet_built: return not_yet_built();
      case FindingKind::forced: return "Should ignore, but forced by " + finding_.user;
      default: return "";
    }
  }

  std::string binary_text() const {
    const auto& was = finding_.old_version;
    const auto& is = finding_.new_version;
    switch (finding_.kind) {
      case FindingKind::ignoring_arch_all:
        return "Ignoring " + binary() + " " + version() + " (from " + is + ") as it is arch: all";
      case FindingKind::wrong_source:
        return "From wrong source: " + binary() + " " + version() + " (" + was + " not " + is + ")";
      case FindingKind::old_cruft: return "Old cruft: " + binary() + " " + was + ignored();
      case FindingKind::new_binary: return "New binary: " + binary() + " (" + is + ")";
      case FindingKind::updated_binary:
        return "Updated binary: " + binary() + " (" + was + " to " + is + ")";
      case FindingKind::not_downgrading:
        return "Not downgrading: " + binary() + " (" + was + " to " + is + ")";
      case FindingKind::removed_binary: return "Removed binary: " + binary() + " " + was;
      case FindingKind::ignoring_removal_of_all:
        return "Ignoring removal of " + binary() + " as it is arch: all";
      default: return "";
    }
  }

  std::string dependency_text() const {
    const auto second = finding_.words.size() > 1 ? finding_.words[1] : std::string();
    switch (finding_.kind) {
      case FindingKind::dependency:
        return first_word(finding_) + ": " + excuse_.uvname + " " + anchor(second) +
               (finding_.words.size() > 2 ? " (not considered)" : "");
      case FindingKind::impossible_dependency:
        return "Impossible " + first_word(finding_) + ": " + excuse_.uvname + " -> " + second;
      case FindingKind::invalidated_by_dependency: return "Invalidated by " + first_word(finding_);
      case FindingKind::ignoring_break_arch_dependency:
        return "Ignoring " + finding_.arch + " depends: " + anchor(first_word(finding_));
      case FindingKind::other: return first_word(finding_);
      default: return "";
    }
  }

 private:
  std::string contact() const {
    return " (contact " + world_.settings.distribution + "-release if update is needed)";
  }

  static std::string anchor(const std::string& name) {
    return "<a href=\"#" + name + "\">" + name + "</a>";
  }

  static std::string link(const std::string& url, const std::string& text) {
    return "<a href=\"" + url + "\" target=\"_blank\">" + text + "</a>";
  }

  std::string binary() const {
    if (finding_.binaries.empty()) return "";
    const auto& record = world_.snapshot.record(finding_.binaries.front());
    return std::string(world_.snapshot.text(record.name));
  }

  std::string version() const {
    if (finding_.binaries.empty()) return "";
    const auto& record = world_.snapshot.record(finding_.binaries.front());
    return std::string(world_.snapshot.text(record.version));
  }

  std::string ignored() const {
    return has_note(finding_, kNoteIgnored) ? " (but ignoring cruft, so nevermind)" : "";
  }

  // Debian's page of build logs; every part percent-encoded, the ampersands bare as in the peers.
  std::string log_url(std::string_view version) const {
    const auto quote = [](std::string_view text) {
      return codec::percent_encode(text, codec::Slash::keep);
    };
    return "https://buildd.debian.org/status/logs.php?arch=" + quote(finding_.arch) +
           "&pkg=" + quote(source_) + "&ver=" + quote(version);
  }

  std::string build_url(std::string_view version) const {
    if (!world_.settings.links_to_launchpad()) return log_url(version);
    return "https://launchpad.net/ubuntu/+source/" + source_ + "/" + std::string(version) +
           "/+latestbuild/" + finding_.arch;
  }

  std::string build_text() const {
    const bool left = finding_.kind == FindingKind::old_binaries_left;
    auto text = (left ? "old binaries left on " : "missing build on ") +
                link(build_url(excuse_.new_version), finding_.arch);
    if (has_note(finding_, kNoteList)) text += ": " + list();
    if (has_note(finding_, kNoteOutOfSync))
      text += " (but " + finding_.arch + " isn't keeping up, so nevermind)";
    return text + ignored();
  }

  std::string not_yet_built() const {
    auto text =
        "Not yet built on " +
        link(log_url(excuse_.new_version) + "&suite=" + first_word(finding_), finding_.arch) +
        " (relative to target suite)";
    // Spelled "never mind" here and "nevermind" above: the peers' words.
    if (has_note(finding_, kNoteOutOfSync))
      text += " (but " + finding_.arch + " isn't keeping up, so never mind)";
    return text;
  }

  // "n1, n2 (from OLDVER)" per old version, in the order in which the versions appear.
  std::string list() const {
    const auto& snapshot = world_.snapshot;
    std::vector<std::pair<VersionId, std::set<std::string_view>>> versions;
    for (const auto ref : finding_.binaries) {
      const auto& record = snapshot.record(ref);
      auto at = std::ranges::find(versions, record.source_version,
                                  [](const auto& each) { return each.first; });
      if (at == versions.end()) at = versions.insert(at, {record.source_version, {}});
      at->second.insert(snapshot.text(record.name));
    }
    std::vector<std::string> parts;
    for (const auto& [id, names] : versions) {
      const auto version = std::string(snapshot.text(id));
      const std::vector<std::string_view> sorted(names.begin(), names.end());
      parts.push_back(base::join(std::span(sorted), ", ") + " (from " +
                      link(build_url(version), version) + ")");
    }
    return base::join(std::span<const std::string>(parts), "; ");
  }

  const Finding& finding_;
  const Excuse& excuse_;
  const World& world_;
  std::string source_;
};

}  // namespace

std::string finder_text(const Finding& finding, const Excuse& excuse, const World& world) {
  const FinderText text(finding, excuse, world);
  for (auto part : {&FinderText::removal_text, &FinderText::source_text, &FinderText::binary_text,
                    &FinderText::dependency_text}) {
    auto sentence = (text.*part)();
    if (!sentence.empty()) return sentence;
  }
  return "";
}

}  // namespace sluice::migrate
