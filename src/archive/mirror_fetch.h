// MirrorFetch: brings the suites of a mirror up to date on disk. Release files count only as far as
// a key that the operator names has signed them, and indexes only with the size and digest that the
// Release promises. What is new is staged as a set (archive/mirror_sets); whatever fails, the set
// in use stays. Source: testgrid A40; the layout for readers: migration 2.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/gpgv.h"
#include "archive/mirror_sets.h"
#include "archive/mirror_source.h"
#include "archive/signed_release.h"
#include "base/log.h"
#include "sys/clock.h"

namespace sluice::archive {

struct MirrorRequest {
  std::string address;                     // see open_mirror()
  std::vector<std::string> suites;         // not empty: Suite or Codename, as below dists/
  std::vector<std::string> components;     // empty: all that the Release names
  std::vector<std::string> architectures;  // the same
  std::vector<std::string> keyrings;       // absolute; not empty
  ValidUntil valid_until = ValidUntil::check;
};

// Errors: invalid, with what is missing or cannot stand in a path.
base::Result<void> check_request(const MirrorRequest& request);

struct MirrorNews {
  std::optional<int> staged;  // number of the new set; nothing: all is as it was
  MirrorSet set;              // the new one, or the one in use
  std::uint64_t fetched_bytes = 0;
  int fetched_files = 0;  // indexes; the others were there
};

// What an error of fetch() means for those who watch mirrors (testgrid 2.2): "INFRA.MIRROR.DOWN",
// .HASHSUM, .STALE, or .SIGNATURE, "INFRA.CONFIG".
std::string_view code_of(base::ErrorKind kind);

struct MirrorFetchParties {
  MirrorSource& source;
  Gpgv& gpgv;
  MirrorSets& sets;
  MirrorDoors doors;  // of its waiter and go_on
  sys::Clock& clock;
  base::Log& log;
};

class MirrorFetch {
 public:
  explicit MirrorFetch(const MirrorFetchParties& parties) : parties_(parties) {}

  // Errors: unavailable (not reachable, stopped, disk), denied (signature, the server refuses),
  // corrupt (other bytes than promised: also a mirror that is being updated), conflict (expired,
  // from the future, older than what is in use), invalid (the request does not fit the archive).
  base::Result<MirrorNews> fetch(const MirrorRequest& request);

 private:
  // What the mirror serves as the Release of a suite, and what of it counts.
  struct SignedText {
    Served served = Served::bytes;
    std::string text, signed_by;
    Validators validators;
    std::map<std::string, std::string> evidence;  // file name -> bytes as they were served
  };

  base::Result<SignedText> signed_text(const std::string& suite, const SuiteSet* known);
  base::Result<SignedText> detached_text(const std::string& suite, const SuiteSet* known);
  base::Result<SuiteSet> fetch_suite(const MirrorRequest& request, const std::string& suite,
                                     const SuiteSet* known);
  base::Result<SuiteSet> fill_suite(const MirrorRequest& request, const std::string& suite,
                                    const SignedText& text, SignedRelease release);
  base::Result<std::string> fetch_index(const std::string& suite, const SignedRelease& release,
                                        const std::string& path);
  base::Result<MirrorFile> fetch_listed(const std::string& suite, ByHash by_hash,
                                        const std::string& path, const ListedIndex& listed);
  base::Result<MirrorFile> fetch_by_name(const std::string& path, const ListedIndex& listed);

  MirrorFetchParties parties_;
  std::optional<MirrorSet> in_use_;  // during fetch()
  MirrorNews news_;
};

}  // namespace sluice::archive
