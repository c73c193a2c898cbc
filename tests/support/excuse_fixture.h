// ReportFixture: a world of one small archive in which tests write excuses by hand and look at how
// reports render them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "migrate/judge.h"
#include "migrate/reports.h"
#include "support/archive_builder.h"

namespace sluice::support {

struct ReportFixture {
  explicit ReportFixture(migrate::RuleSet rules = migrate::RuleSet::ubuntu) {
    settings.rules = rules;
    settings.architectures = {"amd64", "arm64"};
  }

  static std::shared_ptr<const deb::Snapshot> small_archive() {
    auto builder = archive({"amd64", "arm64"});
    builder.testing().package("foo", "1").package("bar", "1");
    builder.unstable().package("foo", "2").package("bar", "2");
    builder.tpu().package("foo", "1+fix");
    return builder.build();
  }

  // A source item of the primary suite, passing, without findings.
  migrate::Excuse excuse(std::string_view name) const {
    migrate::Excuse excuse;
    excuse.item.package = snapshot->symbols.find_name(name);
    excuse.item.version = snapshot->symbols.find_version("2");
    excuse.item.suite = 1;
    excuse.uvname = name;
    excuse.old_version = "1";
    excuse.new_version = "2";
    excuse.maintainer = "Jo Doe";
    excuse.verdict = migrate::Verdict::pass;
    excuse.valid = true;
    return excuse;
  }

  migrate::World world() const { return {*snapshot, settings, hints, {}, {}}; }

  std::shared_ptr<const deb::Snapshot> snapshot = small_archive();
  migrate::Settings settings;
  migrate::HintSet hints;
};

// A statement that is just this sentence.
inline migrate::Finding sentence(std::string text, migrate::Place place,
                                 migrate::Verdict verdict = migrate::Verdict::not_applicable) {
  migrate::Finding finding;
  finding.place = place;
  finding.verdict = verdict;
  finding.words = {std::move(text)};
  return finding;
}

}  // namespace sluice::support
