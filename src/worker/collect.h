// What a run left on disk, as files to publish and as evidence. Source: autopkgtest 2.5, 2.7.
#pragma once

#include <cstdint>
#include <string>

#include "adt/classify.h"
#include "adt/message.h"
#include "codec/tar.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace sluice::worker {

// Files larger than this are left out of the artifacts, and so is what comes, by path, after their
// sum has reached it: builds leave packages of gigabytes, and a bundle is made in memory.
inline constexpr std::uint64_t kArtifactBytesMax = std::uint64_t{512} << 20;
inline constexpr std::size_t kArtifactFilesMax = 50'000;
// Of a longer log the first and the last half of this are kept.
inline constexpr std::size_t kLogBytesMax = std::size_t{64} << 20;

struct RunOutput {
  codec::TarFiles files;  // by path in the output directory; "log" is always there
  std::string problem;    // what was left out; "" nothing
};

// `console`: file with what the tool printed; it stands in for a log that the tool did not make.
RunOutput collect(sys::FileSystem& files, const std::string& output_dir,
                  const std::string& console);

adt::RunEvidence evidence_of(const codec::TarFiles& files, const sys::GroupEnd& end,
                             const adt::RequestMessage& request, adt::TestbedKind testbed);

}  // namespace sluice::worker
