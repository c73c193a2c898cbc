// Signatures of Release files, checked by gpgv with the keys that the operator names and no others.
// Source: gpgv(1); its machine-readable lines: doc/DETAILS of GnuPG.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace sluice::archive {

// What gpgv says of one signature, from harmless to worst. incomplete: neither good nor anything
// known.
enum class SignatureState : std::uint8_t {
  good,
  incomplete,
  no_key,
  expired_signature,
  expired_key,
  weak_digest,
  revoked_key,
  bad
};

struct SignatureReport {
  SignatureState state = SignatureState::incomplete;
  std::string key;  // key id or fingerprint; of a good one the fingerprint of its primary key
  friend bool operator==(const SignatureReport&, const SignatureReport&) = default;
};

// The signatures in the order of the lines. A key that has expired also gets a VALIDSIG, and gpgv
// ends with 0 then: the lines of one signature are read together. Lines of any other form are for
// people and count for nothing.
std::vector<SignatureReport> read_gpgv_status(std::span<const std::string> lines);

// The fingerprint of the key that signed. One good signature is enough, since an archive that
// changes its key signs with both; but a bad one means that the text is not what was signed.
// Errors: denied, with what each signature is.
base::Result<std::string> judge_signatures(std::span<const SignatureReport> reports);

struct Verified {
  std::string text;         // exactly what is signed
  std::string fingerprint;  // who signed
};

// One thread at a time.
class Gpgv {
 public:
  // `directory`: absolute; exists only during a check, entered by nobody else. `keyrings`: absolute
  // paths of OpenPGP keyrings as `gpg --export` writes them.
  Gpgv(sys::FileSystem& files, sys::Processes& processes, std::string directory,
       std::vector<std::string> keyrings)
      : files_(files),
        processes_(processes),
        directory_(std::move(directory)),
        keyrings_(std::move(keyrings)) {}

  // Errors: denied (signatures), corrupt (form of the text), not_found (gpgv, a keyring), invalid
  // (an armoured keyring), unavailable (disk).
  base::Result<Verified> check_inline(std::string_view in_release);
  base::Result<Verified> check_detached(std::string_view release, std::string_view signature);

 private:
  base::Result<void> check_keyrings();
  // `check`: gpgv's words after its options. Answers the fingerprint.
  base::Result<std::string> run(const std::vector<std::string>& check);
  base::Result<void> write(const std::string& name, std::string_view bytes);

  sys::FileSystem& files_;
  sys::Processes& processes_;
  std::string directory_;
  std::vector<std::string> keyrings_;
};

}  // namespace sluice::archive
