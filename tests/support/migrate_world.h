// TestWorld: all that migrate's rules read, around one small archive. Universes and installability
// are made when asked for, so that tests of texts and hints stay cheap.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/finding_text.h"
#include "migrate/hint_parser.h"
#include "migrate/judge.h"

namespace sluice::support {

class TestWorld {
 public:
  explicit TestWorld(std::shared_ptr<const deb::Snapshot> snapshot,
                     migrate::RuleSet rules = migrate::RuleSet::ubuntu)
      : snapshot_(std::move(snapshot)) {
    settings.rules = rules;
    settings.age.days_of_urgency = {{"low", 0}, {"medium", 0}};
    settings.age.default_urgency = "medium";
    for (const auto& arch : snapshot_->archs)
      settings.architectures.emplace_back(snapshot_->text(arch.name));
  }

  // Every hint is permitted; messages are dropped.
  TestWorld& hint(std::string_view text, std::string_view user = "ada") {
    migrate::HintPermissions permissions;
    permissions.all = true;
    auto content = migrate::parse_hints(text, user, std::string(user), permissions,
                                        migrate::known_hints(settings), *snapshot_);
    for (auto& each : content.hints) hints.add(std::move(each));
    return *this;
  }

  const deb::Snapshot& snapshot() const { return *snapshot_; }

  migrate::World world() {
    if (universes_.empty()) compile();
    return {*snapshot_, settings, hints, universes_, installability_};
  }

  migrate::Judgement judge() { return migrate::judge(world(), facts); }

  deb::BinaryRef ref(std::string_view name, std::string_view version,
                     std::string_view arch = "amd64") const {
    const auto at = *snapshot_->find_arch(arch);
    return {at, snapshot_->find_package(at, snapshot_->symbols.find_name(name),
                                        snapshot_->symbols.find_version(version))};
  }

  migrate::Settings settings;
  migrate::HintSet hints;
  migrate::Facts facts;

 private:
  void compile() {
    for (std::size_t i = 0; i < snapshot_->archs.size(); ++i) {
      const auto arch = static_cast<deb::ArchIndex>(i);
      universes_.push_back(std::make_unique<const solve::Universe>(*snapshot_, arch));
      std::vector<deb::PackageIndex> present;
      for (const auto package : snapshot_->suites[deb::kTarget].binary_of_name[i])
        if (package.valid()) present.push_back(package);
      std::ranges::sort(present);
      installability_.push_back(
          std::make_unique<solve::Installability>(*universes_.back(), present));
    }
  }

  std::shared_ptr<const deb::Snapshot> snapshot_;
  std::vector<std::unique_ptr<const solve::Universe>> universes_;
  std::vector<std::unique_ptr<solve::Installability>> installability_;
};

// The excuse of that name; null if there is none.
inline const migrate::Excuse* excuse_of(const migrate::Judgement& judgement,
                                        std::string_view uvname) {
  const auto at = std::ranges::find(judgement.excuses, uvname, &migrate::Excuse::uvname);
  return at == judgement.excuses.end() ? nullptr : &*at;
}

// Texts of the excuse's findings in the order of appearance, without those of policies.
inline std::vector<std::string> finder_texts(const migrate::Excuse* excuse,
                                             const migrate::World& world) {
  std::vector<std::string> texts;
  if (excuse == nullptr) return {"(no excuse)"};
  for (const auto& finding : excuse->findings)
    if (finding.policy == migrate::PolicyId::finder)
      texts.push_back(migrate::text_of(finding, *excuse, world));
  return texts;
}

// uvnames of the candidates, in order.
inline std::vector<std::string> candidate_names(const migrate::Judgement& judgement,
                                                const deb::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& item : judgement.candidates) names.push_back(uvname(item, snapshot));
  return names;
}

}  // namespace sluice::support
