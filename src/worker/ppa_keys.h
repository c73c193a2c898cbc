// Keys of PPAs from a key server, held against the fingerprint. Source: autopkgtest 1.6.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/files.h"
#include "sys/http_client.h"
#include "sys/processes.h"
#include "worker/ppa.h"

namespace sluice::worker {

// The fingerprints of the primary keys in what `gpg --show-keys --with-colons` prints.
std::vector<std::string> parse_key_listing(std::string_view lines);

// Asks the PPA service for a fingerprint that the request does not name, fetches the key by it, and
// has gpg say whose it is. One thread at a time.
class ServedPpaKeys final : public PpaKeys {
 public:
  // `directory`: where the key lies while gpg looks at it.
  ServedPpaKeys(sys::HttpClient& http, sys::Processes& processes, sys::FileSystem& files,
                const WorkerConfig& config, std::string directory)
      : http_(http),
        processes_(processes),
        files_(files),
        config_(config),
        directory_(std::move(directory)) {}

  base::Result<std::string> key_of(const Ppa& ppa) override;

 private:
  base::Result<std::string> get(const std::string& url);
  base::Result<std::string> fingerprint_of(const Ppa& ppa);
  base::Result<void> check_key(const std::string& key, const std::string& fingerprint);

  sys::HttpClient& http_;
  sys::Processes& processes_;
  sys::FileSystem& files_;
  const WorkerConfig& config_;
  std::string directory_;
};

}  // namespace sluice::worker
