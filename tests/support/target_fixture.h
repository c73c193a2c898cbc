// TargetFixture: the target suite of a small archive as a migration run sees it.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "migrate/reports.h"
#include "migrate/target.h"

namespace sluice::support {

class TargetFixture {
 public:
  explicit TargetFixture(std::shared_ptr<const deb::Snapshot> snapshot)
      : snapshot_(std::move(snapshot)) {
    for (std::size_t i = 0; i < snapshot_->archs.size(); ++i) {
      const auto arch = static_cast<deb::ArchIndex>(i);
      universes_.push_back(std::make_unique<const solve::Universe>(*snapshot_, arch));
      std::vector<deb::PackageIndex> present;
      for (const auto package : snapshot_->suites[deb::kTarget].binary_of_name[i])
        if (package.valid()) present.push_back(package);
      installability_.push_back(
          std::make_unique<solve::Installability>(*universes_.back(), present));
      settings.architectures.emplace_back(snapshot_->arch_name(arch));
    }
  }

  // The start of a run with the settings as they are at the first call.
  migrate::TargetState& target() {
    if (!target_) target_.emplace(*snapshot_, settings, installability_);
    return *target_;
  }

  migrate::Settings settings;

 private:
  std::shared_ptr<const deb::Snapshot> snapshot_;
  std::vector<std::unique_ptr<const solve::Universe>> universes_;
  std::vector<std::unique_ptr<solve::Installability>> installability_;
  std::optional<migrate::TargetState> target_;
};

}  // namespace sluice::support
