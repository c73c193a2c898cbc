// SnapshotBuilder: index texts -> Snapshot. Rules: migration 2.3, 2.4, 2.6, 3.8. One thread, once.
//
// 70 % of the paragraphs of a real archive are copies (arch:all in every architecture, unchanged
// packages in both suites), so a paragraph is parsed once and found again by comparing bytes. For
// that the builder keeps views into the texts that it was given: they must outlive the builder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "deb/snapshot.h"

namespace sluice::deb {

enum class BuildRelations : std::uint8_t { skip, keep };  // keep: only Debian's rules read them

struct SnapshotOptions {
  std::vector<std::string> architectures;
  BuildRelations build_relations = BuildRelations::skip;
  // What remember() gave in an earlier run, or "". Bytes of another version, of other options or
  // damaged ones are passed over. Needed only until the builder is made.
  std::string_view memory = {};
};

// A record that was dropped or repaired, for an `E:` or `W:` line of the run.
struct Problem {
  enum class Severity : std::uint8_t { warning, error } severity = Severity::error;
  std::string text;  // file, place, field and expectation
};

// A package that no index has (migration 2.6).
struct FauxPackage {
  std::string name;
  std::string version;
  std::string section;                     // "faux" or "<component>/faux"
  std::string provides;                    // field text
  std::string depends;                     // field text; constraints use it
  std::string multi_arch;                  // field text
  std::vector<std::string> architectures;  // empty: all of the snapshot
};

class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(const SnapshotOptions& options);
  ~SnapshotBuilder();
  SnapshotBuilder(const SnapshotBuilder&) = delete;
  SnapshotBuilder& operator=(const SnapshotBuilder&) = delete;

  // Adds an empty suite; the target must come first. All suites before any index.
  SuiteIndex add_suite(std::string name, std::string short_name, SuiteClass suite_class);

  // `place` is the file's name for problems. May be called several times for one suite
  // (components).
  void add_sources(SuiteIndex suite, std::string_view text, std::string_view place);

  // All sources of all suites must have been added before.
  void add_packages(SuiteIndex suite, ArchIndex arch, std::string_view text,
                    std::string_view place);

  // Copies sources that `overlay` lacks from the target (migration 3.8); call before its packages.
  void overlay_sources(SuiteIndex overlay);
  // Completes sources and binaries of the overlay from the target; call after its packages.
  void overlay_packages(SuiteIndex overlay);

  // One fake source and a binary per architecture in each of `suites`.
  void add_faux(const FauxPackage& package, std::span<const SuiteIndex> suites);

  // Problems so far, in order; the list is emptied.
  std::vector<Problem> take_problems();

  // What was parsed, for a later run: the same paragraphs are then known by their digests. To be
  // called before finish(). `seed`: random and secret; only for the first memory, later ones keep
  // it. From then on the snapshot's origin is this memory.
  std::string remember(std::uint64_t seed);
  // Distinct paragraphs: known from the memory, of these used in this run, and parsed in it.
  struct Recall {
    std::size_t known = 0, used = 0, parsed = 0;
  };
  Recall recall() const;

  // The finished snapshot. The builder is spent afterwards.
  std::shared_ptr<const Snapshot> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::deb
