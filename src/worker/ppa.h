// PPAs as apt sources of a testbed, for tools that do not know `ppa:` and for PPAs with
// credentials, which must not stand on a command line. Source: autopkgtest 1.6, 2.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "worker/config.h"

namespace sluice::worker {

struct Ppa {
  std::string user, token;  // "" public
  std::string owner, name;
  std::string fingerprint;  // upper case; "" the PPA service knows it

  friend bool operator==(const Ppa&, const Ppa&) = default;
};

// `[user:token@]OWNER/PPA[:FINGERPRINT]`. Errors: invalid; the text never repeats the token.
base::Result<Ppa> parse_ppa(std::string_view text);

// Gives the key with which a PPA's indexes are signed.
class PpaKeys {
 public:
  PpaKeys() = default;
  PpaKeys(const PpaKeys&) = delete;
  PpaKeys& operator=(const PpaKeys&) = delete;
  virtual ~PpaKeys() = default;
  // Armored, and of the fingerprint that the PPA names, or that the PPA service names for it.
  // Errors: not_found, unavailable, corrupt (another key).
  virtual base::Result<std::string> key_of(const Ppa& ppa) = 0;
};

// A file of the host that is copied into the testbed before apt's indexes are fetched.
struct TestbedFile {
  std::string name;     // within the directory of the run
  std::string testbed;  // absolute path there
  std::string bytes;
  bool operator==(const TestbedFile&) const = default;
};

// Sources, key, and credentials if there are any. `number`: of the PPA in its request, from 1.
std::vector<TestbedFile> ppa_files(const Ppa& ppa, const std::string& key, int number,
                                   const std::string& release, const WorkerConfig& config);

}  // namespace sluice::worker
