// RandomGate: small random archives for comparing whole decisions: few sources in two suites whose
// binaries need and exclude each other often enough that groups form and fail. The same seed gives
// the same archive; change() alters one source as an upload, a rebuild or a removal would.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "support/archive_builder.h"

namespace sluice::support {

// What is rarer than the rest, and off by default: one binary in so many; 0: none.
struct RareThings {
  int take_over = 0;  // has the name of another source's binary
  int essential = 0;
};

class RandomGate {
 public:
  RandomGate(unsigned seed, int sources, RareThings rare = {}) : random_(seed), rare_(rare) {
    for (int i = 0; i < sources; ++i) sources_.push_back(draw(i));
  }

  // Another upload, a change of what testing has, or a package that comes or goes.
  void change() {
    const int i = pick(static_cast<int>(sources_.size()));
    auto next = draw(i);
    auto& now = sources_[static_cast<std::size_t>(i)];
    if (pick(3) != 0) next.testing = now.testing;  // usually only unstable changes
    now = std::move(next);
  }

  std::shared_ptr<const deb::Snapshot> build() const { return archive().build(); }
  ArchiveBuilder archive() const {
    ArchiveBuilder made(kArchs);
    made.testing();
    for (const auto& source : sources_) put(made, source, source.testing);
    made.unstable();
    for (const auto& source : sources_) put(made, source, source.unstable);
    return made;
  }

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string source_name(int i) const { return std::string(1, static_cast<char>('a' + i)); }
  int size() const { return static_cast<int>(sources_.size()); }

 private:
  inline static const std::vector<std::string> kArchs = {"amd64", "arm64"};

  struct Binary {
    std::string name;
    BinaryFields fields;
    std::string version = {};  // "": the source's
  };
  struct Version {
    std::string version;  // "": not in the suite
    std::vector<Binary> binaries;
    bool built_on_second = true;
  };
  struct Source {
    std::string name;
    Version testing, unstable;
  };

  std::string relation() {
    const auto other = "lib" + source_name(pick(8)) + std::to_string(1 + pick(2));
    switch (pick(4)) {
      case 0: return other + " (>= 2)";
      case 1: return other + " (<< 2)";
      case 2: return other + " | lib" + source_name(pick(8)) + "1";
      default: return other;
    }
  }

  Version version(int i, const std::string& number) {
    Version made;
    made.version = number;
    made.built_on_second = pick(8) != 0;
    const int binaries = 1 + pick(2);
    for (int b = 1; b <= binaries; ++b) {
      Binary binary{"lib" + source_name(i) + std::to_string(b), {}};
      if (pick(2) == 0) binary.fields.depends = relation();
      if (pick(3) == 0) {
        auto& depends = binary.fields.depends;
        depends += (depends.empty() ? "" : ", ") + relation();
      }
      if (pick(7) == 0) binary.fields.conflicts = relation();
      if (pick(9) == 0) binary.fields.provides = "lib" + source_name(pick(8)) + "1";
      if (pick(6) == 0) binary.fields.section = "libs";
      if (rare_.essential > 0) binary.fields.essential = pick(rare_.essential) == 0;
      if (rare_.take_over > 0 && pick(rare_.take_over) == 0) {
        // With a version of its own, for two sources cannot build the same pkg-id.
        binary.name = "lib" + source_name(pick(8)) + std::to_string(1 + pick(2));
        binary.version = number + source_name(i);
        binary.fields.source = source_name(i) + " (" + number + ")";
      }
      made.binaries.push_back(std::move(binary));
    }
    return made;
  }

  Source draw(int i) {
    Source made;
    made.name = source_name(i);
    if (pick(6) != 0) made.testing = version(i, "1");
    switch (pick(6)) {
      case 0: break;  // gone from unstable
      case 1: made.unstable = made.testing; break;
      default: made.unstable = version(i, std::to_string(2 + pick(3)));
    }
    return made;
  }

  static void put(ArchiveBuilder& to, const Source& source, const Version& version) {
    if (version.version.empty()) return;
    SourceFields fields;
    if (source.name[0] % 2 == 0) fields.extra = "Testsuite: autopkgtest\n";
    to.source(source.name, version.version, fields);
    for (const auto& binary : version.binaries) {
      const auto& number = binary.version.empty() ? version.version : binary.version;
      to.binary(binary.name, "amd64", number, binary.fields);
      if (version.built_on_second) to.binary(binary.name, "arm64", number, binary.fields);
    }
  }

  std::mt19937 random_;
  RareThings rare_;
  std::vector<Source> sources_;
};

}  // namespace sluice::support
