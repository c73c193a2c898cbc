// Where the files of a run lie in a result store. Source: autopkgtest 2.7.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adt/message.h"
#include "base/time.h"

namespace sluice::adt {

// "libf" for libfoo, else the first letter.
std::string pool_prefix(std::string_view source);

// `YYYYMMDD_HHMMSS_xxxxx@`: UTC second of the run's end, five hex digits of a digest over request
// and lease epoch, so that no two attempts share a path.
std::string make_run_id(base::Instant end, std::string_view request_key, std::int64_t epoch);

// Whether the run id, or the directory that ends in it, may be of that attempt: five digits are no
// proof.
bool is_run_of(std::string_view run_id, std::string_view request_key, std::int64_t epoch);

// "autopkgtest-noble"; with a PPA "autopkgtest-noble-USER-NAME". The user and token of a private
// PPA and the fingerprint of its key are no part of it: names of containers are public.
std::string container_of(std::string_view release, std::string_view last_ppa);

// The same with "private-" before it where the PPA comes with a token: what a reader asks for.
std::string container_to_read(std::string_view release, std::string_view last_ppa);

struct RunPlace {
  std::string container;  // "autopkgtest-noble", "private-autopkgtest-noble-user-ppa"
  std::string directory;  // "noble/amd64/libf/libfoo/20260102_030405_a1b2c@"

  friend bool operator==(const RunPlace&, const RunPlace&) = default;
};

// Runs of the class infra, and failures that are run again for a suspicion, lie in
// "autopkgtest-RELEASE-infra", where no stock reader takes them for failures. Source: testgrid 1.4,
// decision 14, ADR 36.
enum class RunKind : std::uint8_t { result, infra };

RunPlace place_of(const RequestMessage& request, const QueueName& queue, std::string_view run_id,
                  RunKind kind);

}  // namespace sluice::adt
