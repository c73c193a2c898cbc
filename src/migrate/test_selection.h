// TestSelection: which tests an item needs on one architecture. Source: migration 4.6.4, 4.8. One
// per run, asked item by item; it remembers the reverse dependencies of the item at hand. One
// thread.
#pragma once

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/judge.h"
#include "migrate/test_index.h"
#include "migrate/test_rules.h"

namespace sluice::migrate {

struct SelectedTest {
  NameId source;
  VersionId version;  // that the run expects to be tested
  friend bool operator==(const SelectedTest&, const SelectedTest&) = default;
};

// What is known about the tests of an archive, whatever the facts and hints: kept from run to run
// as long as the archive stays. The snapshot must outlive it.
struct TestsOfArchive {
  explicit TestsOfArchive(const deb::Snapshot& snapshot) : index(snapshot) {}
  TestIndex index;
  // Answers of TestSelection by source of an item and architecture.
  std::map<std::pair<const deb::SourcePackage*, ArchIndex>, std::vector<SelectedTest>> selected;
};

class TestSelection {
 public:
  // All three must outlive this.
  TestSelection(const World& world, const TestRules& rules, TestsOfArchive& tests);

  // In the order of requests: by name of the source, but for Debian's gcc. Valid as long as the
  // tests of the archive.
  const std::vector<SelectedTest>& of(const Excuse& excuse, ArchIndex arch);

 private:
  // The item at hand on one architecture.
  struct Question {
    const Excuse& excuse;
    const deb::SourcePackage& source;  // in the item's suite
    std::string_view name;             // of the source
    ArchIndex arch;
  };

  std::vector<SelectedTest> select(const Question& q);
  std::vector<SelectedTest> of_gcc(const Question& q);
  bool is_skipped(const Question& q) const;
  bool is_kernel_with_meta(std::string_view name) const;
  bool is_arch_all_on_i386(const Question& q) const;
  bool builds_image(const Question& q) const;

  bool has_own_tests(const Question& q);
  void add_own(const Question& q);
  void add_dependents(const Question& q, deb::BinaryRef binary);
  void add_dependent(const Question& q, NameId binary);
  void add_triggered(const Question& q, NameId binary);
  void add_companions(const Question& q);
  std::vector<deb::BinaryRef> extra_binaries(const Question& q) const;
  void load_item(const deb::SourcePackage& source);
  // True if the source was not selected yet; then it is.
  bool select(NameId source, VersionId version);

  const deb::SourcePackage* target_source(std::string_view name) const;

  const World& world_;
  const TestRules& rules_;
  TestsOfArchive& tests_;
  TestIndex& index_;
  bool is_excluded(ArchIndex arch) const;

  const deb::SourcePackage* item_ = nullptr;  // that the next two are about
  std::vector<NameId> item_names_;            // of its binaries, on all architectures
  std::vector<NameId> item_dependents_;       // names of packages that depend on any of them
  std::vector<SelectedTest> selected_;        // of the question at hand
  std::vector<std::uint32_t> selected_in_;    // by NameId: number of the question that selected it
  std::uint32_t question_ = 0;
};

}  // namespace sluice::migrate
