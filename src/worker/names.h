// Names of a worker and of what it makes: of its slots in the grid, of their testbeds. Two workers
// cannot have one name, so the name that a worker has by itself is its own: the host, and a number
// that stays in the work directory. It is also what tells a worker from another one of its --name.
// Source: testgrid 1.4; autopkgtest 2.1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/files.h"

namespace sluice::worker {

// The file of the work directory that holds the worker's number, and outlives a start.
inline constexpr const char* kIdFile = "id";

// A name becomes part of paths and URLs: `[A-Za-z0-9][A-Za-z0-9._~-]*`, at most 100 bytes.
// Errors: invalid.
base::Result<void> check_name(std::string_view name);

// "HOST~ID": what stands before "~" is the host, which a job that failed for want of infrastructure
// avoids, whichever worker there had it.
std::string default_name(std::string_view host, std::string_view id);

// The worker's number, eight digits: as the work directory has it, else made of `seed` and written
// there. Whoever asks holds the lock of the directory. Errors: of the file system.
base::Result<std::string> keep_id(sys::FileSystem& files, const std::string& work_directory,
                                  std::uint64_t seed);

// `$NAME`: what virtualisation servers take for the name of a container or a machine (letters,
// digits and "-", at most 63), different for different slots.
std::string testbed_name(std::string_view slot);

}  // namespace sluice::worker
