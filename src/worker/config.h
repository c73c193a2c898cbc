// WorkerConfig: worker.conf as values. Source: autopkgtest 2.1; format: docs/manual/worker.md.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adt/classify.h"
#include "base/result.h"
#include "worker/variables.h"

namespace sluice::worker {

// In the order of the tool's options. Source: autopkgtest 2.4.
enum class TimeLimit : std::uint8_t { short_, install, test, copy, build };
inline constexpr std::array<std::string_view, 5> kTimeLimitNames = {"short", "install", "test",
                                                                    "copy", "build"};
using TimeLimits = std::array<std::chrono::seconds, kTimeLimitNames.size()>;

struct WorkerConfig {
  // [autopkgtest], the peers' keys
  std::string checkout_dir;            // CHECKOUT/runner/autopkgtest instead of the system's
  std::string per_package_config_dir;  // of the lists
  std::vector<std::string> releases;
  std::string extra_args;  // split at white space, after variables
  std::string setup_command, setup_command2;
  std::chrono::seconds retry_delay{300};  // when the queue or the store does not answer
  bool debug = false;
  // [virt], the peers' keys
  std::string args = "null";
  std::string package_size_default, package_size_big;
  // [autopkgtest], ours
  std::vector<std::string> contexts{"ubuntu", "huge", "ppa", "upstream"};  // "ubuntu": without one
  TimeLimits limits{std::chrono::seconds(300), std::chrono::seconds(3000),
                    std::chrono::seconds(10'000), std::chrono::seconds(900),
                    std::chrono::seconds(20'000)};
  std::chrono::seconds run_limit{0};  // for a whole run; 0: eight times all limits together
  // So many bytes must be free where tests lie and where their temporary files do, or none is begun
  // and those that run are ended; 0: whatever is free will do.
  std::uint64_t disk_free_min = adt::kDiskFreeMin;
  std::string failure_rules;               // file; "" those of the program
  std::string remotes;                     // file; "" none
  std::vector<std::string> unsupported;    // RELEASE/ARCH that are answered without a run
  std::vector<std::string> i386_on_amd64;  // releases that have i386 as part of amd64 only
  std::string kernel_setup_command;        // for triggers linux-meta*; "" none
  std::string ppa_archive, ppa_private_archive, ppa_api, key_server;

  std::vector<std::string> secrets;   // values of credentials that were filled in
  std::vector<std::string> problems;  // keys that nobody knows, and such; a line each
};

// `credentials` fill the macros. Errors: invalid, not_found (a credential), with section and key.
base::Result<WorkerConfig> parse_worker_config(std::string_view text, const Variables& credentials);

}  // namespace sluice::worker
