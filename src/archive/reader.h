// Reads the indexes of suites into a snapshot. Layouts and order: migration 2.1; the two merges of
// an overlay: migration 3.8; the layout of 2015: migration 0.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "deb/snapshot_builder.h"
#include "sys/files.h"

namespace sluice::archive {

struct SuiteInput {
  std::string directory;
  std::string default_name;  // "testing": the suite's name without Release file
  std::string short_name;    // "tpu", "pu", ""
  deb::SuiteClass suite_class = deb::SuiteClass::target;
};

enum class SuiteMerge : std::uint8_t { none, overlay };

struct ReadRequest {
  std::vector<SuiteInput> suites;          // target, UNSTABLE, PU, TPU as far as there are any
  std::vector<std::string> architectures;  // empty: those of the target's Release, sorted
  // The key COMPONENTS of 2015: mirror layout with these components. No effect if the target has a
  // Release file. One empty name: the directories stand in the suite itself.
  std::optional<std::vector<std::string>> components;
  SuiteMerge unstable = SuiteMerge::none;  // overlay: UNSTABLE is an overlay on the target
  deb::BuildRelations build_relations = deb::BuildRelations::skip;
  std::string cache;                   // file of the parsed form (parsed_cache.h); "" none
  std::vector<deb::FauxPackage> faux;  // put into the target and UNSTABLE (migration 2.6)
};

// Logs each file before it is read, and each record that was dropped or repaired (at most
// kProblemsShown per index, then their number). Errors: not_found or denied for a mandatory index
// or Release, invalid for a Release without name or components, corrupt for an index that cannot be
// decompressed. udeb indexes may be missing.
base::Result<std::shared_ptr<const deb::Snapshot>> read_archive(const ReadRequest& request,
                                                                sys::FileSystem& files,
                                                                base::Log& log);

// An index of binary garbage has a problem in every paragraph; nobody reads more than this of it.
inline constexpr std::size_t kProblemsShown = 20;

}  // namespace sluice::archive
