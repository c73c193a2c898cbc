// TestIndex: which sources have tests, and which names trigger whose. Made once per run from the
// suites; answers are remembered, so that each Testsuite field is read once. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "deb/snapshot.h"

namespace sluice::migrate {

class TestIndex {
 public:
  // The snapshot must outlive this.
  explicit TestIndex(const deb::Snapshot& snapshot);

  // The token `autopkgtest` in Testsuite.
  bool declares_tests(const deb::SourcePackage& source);
  // That, or a token `autopkgtest-pkg...`, or a binary that needs dkms in the target (4.6.4).
  bool has_tests(const deb::SourcePackage& source, deb::ArchIndex arch);

  // Sources of all suites whose Testsuite-Triggers have the name; sorted by id.
  std::span<const deb::NameId> triggered_by(deb::NameId binary) const;

 private:
  struct Declared {
    bool exact = false, generated = false;
  };
  Declared declared(const deb::SourcePackage& source);
  bool needs_dkms(const deb::SourcePackage& source, deb::ArchIndex arch);
  bool names_dkms(deb::ClauseId clause);

  const deb::Snapshot& snapshot_;
  std::unordered_map<std::uint32_t, std::vector<deb::NameId>> triggered_;  // by NameId
  std::unordered_map<std::uint32_t, Declared> declared_;                   // by TextId
  // -1: not looked at yet.
  std::unordered_map<const deb::SourcePackage*, std::vector<std::int8_t>> has_tests_;  // by arch
  std::vector<std::int8_t> names_dkms_;  // by ClauseId
};

}  // namespace sluice::migrate
