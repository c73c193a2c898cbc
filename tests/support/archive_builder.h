// archive(): a small archive for tests, written down as its maintainers would see it. It renders
// index text and feeds deb::SnapshotBuilder, so a test exercises the same door as a run.
//
//   const auto snapshot = archive().testing().source("foo", "1").binary("foo", "amd64", "1")
//                             .unstable().source("foo", "2").binary("foo", "amd64", "2")
//                             .build();
//
// A binary belongs to the source named last in its suite unless it says otherwise. The
// architecture `all` puts it into the index of every architecture.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deb/snapshot.h"
#include "deb/snapshot_builder.h"

namespace sluice::support {

struct SourceFields {
  std::string section = "misc";
  std::string maintainer = "Jo Doe <jo@example.org>";
  std::string extra = {};  // whole lines, each with its newline
};

struct BinaryFields {
  std::string depends = {};
  std::string pre_depends = {};
  std::string conflicts = {};
  std::string breaks = {};
  std::string provides = {};
  std::string built_using = {};
  std::string multi_arch = {};
  std::string section = "misc";
  std::string source = {};  // "name (version)"; empty: the last source
  bool essential = false;
  std::string extra = {};  // whole lines, each with its newline
};

class ArchiveBuilder {
 public:
  explicit ArchiveBuilder(std::vector<std::string> architectures)
      : architectures_(std::move(architectures)) {
    testing();
    unstable();
    testing();
  }

  ArchiveBuilder& testing() { return suite("testing", "", deb::SuiteClass::target); }
  ArchiveBuilder& unstable() { return suite("unstable", "", deb::SuiteClass::primary); }
  ArchiveBuilder& pu() { return suite("pu", "pu", deb::SuiteClass::additional); }
  ArchiveBuilder& tpu() { return suite("tpu", "tpu", deb::SuiteClass::additional); }
  // The unstable suite is an overlay on testing (migration 3.8).
  ArchiveBuilder& partial_unstable() {
    partial_ = true;
    return *this;
  }

  ArchiveBuilder& source(const std::string& name, const std::string& version,
                         const SourceFields& fields = {}) {
    auto& text = current().sources;
    text += "Package: " + name + "\nVersion: " + version + "\n";
    add(text, "Section", fields.section);
    add(text, "Maintainer", fields.maintainer);
    text += fields.extra + "\n";
    current().last_source = name;
    current().last_version = version;
    return *this;
  }

  ArchiveBuilder& binary(const std::string& name, const std::string& arch,
                         const std::string& version, const BinaryFields& fields = {}) {
    const auto text = paragraph(name, arch, version, fields);
    for (const auto& each : architectures_)
      if (arch == "all" || arch == each) current().packages[each] += text;
    return *this;
  }

  // One source with one binary of the same name and version on every architecture.
  ArchiveBuilder& package(const std::string& name, const std::string& version,
                          const BinaryFields& fields = {}) {
    source(name, version);
    for (const auto& arch : architectures_) binary(name, arch, version, fields);
    return *this;
  }

  // Any text at the end of an index: for records that no builder would write.
  ArchiveBuilder& raw_sources(std::string_view text) {
    current().sources += text;
    return *this;
  }
  ArchiveBuilder& raw_packages(const std::string& arch, std::string_view text) {
    current().packages[arch] += text;
    return *this;
  }

  std::shared_ptr<const deb::Snapshot> build() {
    deb::SnapshotBuilder builder({architectures_, deb::BuildRelations::keep});
    std::ranges::sort(suites_, {}, &SuiteText::order);
    for (const auto& each : suites_)
      builder.add_suite(each.name, each.short_name, each.suite_class);
    for (std::size_t i = 0; i < suites_.size(); ++i)
      builder.add_sources(index(i), suites_[i].sources, suites_[i].name + "/Sources");
    if (partial_) builder.overlay_sources(1);
    for (std::size_t i = 0; i < suites_.size(); ++i) {
      for (std::size_t arch = 0; arch < architectures_.size(); ++arch)
        builder.add_packages(index(i), static_cast<deb::ArchIndex>(arch),
                             suites_[i].packages[architectures_[arch]],
                             suites_[i].name + "/Packages_" + architectures_[arch]);
      if (partial_ && i == 1) builder.overlay_packages(1);
    }
    problems_ = builder.take_problems();
    return builder.finish();
  }

  // The index of a suite as a flat directory has it: "Sources", "Packages_amd64".
  std::map<std::string, std::string> indexes(const std::string& suite_name) const {
    std::map<std::string, std::string> files;
    for (const auto& each : suites_) {
      if (each.name != suite_name) continue;
      files["Sources"] = each.sources;
      for (const auto& arch : architectures_) {
        const auto at = each.packages.find(arch);
        files["Packages_" + arch] = at == each.packages.end() ? "" : at->second;
      }
    }
    return files;
  }

  // What the builder of the snapshot complained about in build().
  const std::vector<deb::Problem>& problems() const { return problems_; }

 private:
  struct SuiteText {
    std::string name, short_name;
    deb::SuiteClass suite_class = deb::SuiteClass::target;
    int order = 0;  // target, unstable, pu, tpu: the order of loading
    std::string sources = {};
    std::map<std::string, std::string> packages = {};
    std::string last_source = {}, last_version = {};
  };

  static deb::SuiteIndex index(std::size_t i) { return static_cast<deb::SuiteIndex>(i); }

  static void add(std::string& text, std::string_view field, const std::string& value) {
    if (!value.empty()) text.append(field).append(": ").append(value).append("\n");
  }

  ArchiveBuilder& suite(const std::string& name, const std::string& short_name,
                        deb::SuiteClass suite_class) {
    static constexpr std::array<std::string_view, 4> kOrder = {"testing", "unstable", "pu", "tpu"};
    for (current_ = 0; current_ < suites_.size(); ++current_)
      if (suites_[current_].name == name) return *this;
    const auto order = std::ranges::find(kOrder, name) - kOrder.begin();
    suites_.push_back({name, short_name, suite_class, static_cast<int>(order)});
    return *this;
  }

  SuiteText& current() { return suites_[current_]; }

  std::string paragraph(const std::string& name, const std::string& arch,
                        const std::string& version, const BinaryFields& fields) {
    std::string text =
        "Package: " + name + "\nVersion: " + version + "\nArchitecture: " + arch + "\n";
    auto source = fields.source;
    if (source.empty() && !current().last_source.empty())
      source = current().last_source + " (" + current().last_version + ")";
    add(text, "Source", source);
    add(text, "Section", fields.section);
    add(text, "Multi-Arch", fields.multi_arch);
    if (fields.essential) add(text, "Essential", "yes");
    add(text, "Pre-Depends", fields.pre_depends);
    add(text, "Depends", fields.depends);
    add(text, "Conflicts", fields.conflicts);
    add(text, "Breaks", fields.breaks);
    add(text, "Provides", fields.provides);
    add(text, "Built-Using", fields.built_using);
    return text + fields.extra + "\n";
  }

  std::vector<std::string> architectures_;
  std::vector<SuiteText> suites_;
  std::size_t current_ = 0;
  bool partial_ = false;
  std::vector<deb::Problem> problems_;
};

inline ArchiveBuilder archive(std::vector<std::string> architectures = {"amd64"}) {
  return ArchiveBuilder(std::move(architectures));
}

}  // namespace sluice::support
