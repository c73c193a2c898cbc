// Two suites whose packages change one by one, and the memory between their snapshots.
#pragma once

#include <array>
#include <memory>
#include <random>
#include <string>

#include "deb/snapshot_builder.h"

namespace sluice::support {

// Packages of two suites that need, provide and exclude each other at random, some of them in
// vain, and whose versions change one by one.
class RandomShelf {
 public:
  explicit RandomShelf(unsigned seed) : random_(seed) {
    for (auto& package : packages_) package = draw();
  }

  void change() {
    auto& package = packages_[pick(kPackages)];
    if (pick(3) == 0) {
      package[0] = package[1];  // it migrates: its place in the order changes too
    } else {
      package[pick(2)] = draw()[0];
    }
  }

  // `memory`: of an earlier snapshot, or "". A new one is left in `remembered`.
  std::shared_ptr<const deb::Snapshot> build(const std::string& memory) {
    deb::SnapshotBuilder builder({{"amd64"}, deb::BuildRelations::skip, memory});
    (void)builder.add_suite("testing", "", deb::SuiteClass::target);
    (void)builder.add_suite("unstable", "", deb::SuiteClass::primary);
    std::array<std::string, 2> texts;
    for (std::size_t suite = 0; suite < 2; ++suite) {
      for (unsigned i = 0; i < kPackages; ++i)
        if (!packages_[i][suite].empty())
          texts[suite] += "Package: p" + std::to_string(i) + "\n" + packages_[i][suite] + "\n";
      builder.add_packages(static_cast<deb::SuiteIndex>(suite), 0, texts[suite], "Packages");
    }
    if (memory.empty()) remembered = builder.remember(7);
    return builder.finish();
  }

  std::string remembered;
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

 private:
  static constexpr unsigned kPackages = 30;
  using Versions = std::array<std::string, 2>;  // paragraphs without names; "": not there

  std::string relation() {
    const auto name = (pick(6) == 0 ? "v" : "p") + std::to_string(pick(kPackages + 1));
    const std::array<std::string, 5> constraints = {"", "", " (>= 2)", " (<< 3)", " (= 2)"};
    return name + (pick(9) == 0 ? ":any" : "") + constraints[pick(5)];
  }

  Versions draw() {
    Versions made;
    for (auto& text : made) {
      if (pick(8) == 0) continue;
      text = "Version: " + std::to_string(1 + pick(3)) + "\nArchitecture: amd64\n";
      const auto name = "p" + std::to_string(pick(kPackages));
      text += "Depends: " + relation() + (pick(2) == 0 ? ", " + relation() : "") +
              (pick(2) == 0 ? " | " + relation() : "") +
              (pick(3) == 0 ? ", " + name + " (>= 1), " + name + " (<< 3)" : "") + "\n";
      if (pick(3) == 0) text += "Conflicts: " + relation() + "\n";
      if (pick(3) == 0)
        text +=
            "Provides: v" + std::to_string(pick(kPackages)) + (pick(2) == 0 ? " (= 2)" : "") + "\n";
      if (pick(20) == 0) text += "Pre-Depends: ((\n";
    }
    return made;
  }

  std::mt19937 random_;
  std::array<Versions, kPackages> packages_;
};

}  // namespace sluice::support
