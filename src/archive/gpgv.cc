#include "archive/gpgv.h"

#include <algorithm>
#include <array>

#include "archive/clearsigned.h"
#include "base/text.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;

constexpr std::string_view kStatus = "[GNUPG:] ";
// Of people's lines only the last ones, for an error: a text from outside decides how many there
// are.
constexpr std::size_t kLinesMax = 10'000;
constexpr std::string_view kArmour = "-----BEGIN PGP";

// RFC 4880 9.4: MD5, SHA-1, RIPE-MD/160. Collisions of the first two are made in practice.
constexpr std::array<std::string_view, 3> kWeakDigests = {"1", "2", "3"};

// Positions in VALIDSIG: fingerprint, date, time, expiry, version, reserved, algorithm of the key,
// digest, class, primary fingerprint.
constexpr std::size_t kDigestWord = 8, kPrimaryWord = 10;

// The lines of one signature, as far as they decide.
struct Signature {
  bool good = false, valid = false, weak = false;
  SignatureState trouble = SignatureState::good;
  std::string key;

  SignatureReport report() const {
    auto state = trouble;
    if (state == SignatureState::good && weak) state = SignatureState::weak_digest;
    if (state == SignatureState::good && !(good && valid)) state = SignatureState::incomplete;
    return {state, key};
  }

  void add(const std::vector<std::string_view>& words) {
    const auto& word = words.front();
    const auto key_word = words.size() > 1 ? words[1] : std::string_view();
    const auto is_trouble = [&](SignatureState state) {
      // The worst that is said counts: a bad signature stays bad.
      trouble = std::max(trouble, state);
      key = key_word;
    };
    if (word == "GOODSIG") {
      good = true;
      if (key.empty()) key = key_word;
    }
    if (word == "VALIDSIG") {
      valid = true;
      key = words.size() > kPrimaryWord ? words[kPrimaryWord] : key_word;
      weak = words.size() <= kDigestWord ||
             std::ranges::find(kWeakDigests, words[kDigestWord]) != kWeakDigests.end();
    }
    if (word == "EXPKEYSIG") is_trouble(SignatureState::expired_key);
    if (word == "REVKEYSIG") is_trouble(SignatureState::revoked_key);
    if (word == "EXPSIG") is_trouble(SignatureState::expired_signature);
    if (word == "NO_PUBKEY") is_trouble(SignatureState::no_key);
    if (word == "BADSIG") is_trouble(SignatureState::bad);
    if (word == "ERRSIG") is_trouble(SignatureState::incomplete);
  }
};

std::string_view text_of(SignatureState state) {
  switch (state) {
    case SignatureState::good: return "good";
    case SignatureState::expired_key: return "made by a key that has expired";
    case SignatureState::revoked_key: return "made by a key that was revoked";
    case SignatureState::expired_signature: return "expired";
    case SignatureState::no_key: return "made by a key that is in no keyring";
    case SignatureState::weak_digest: return "over a digest that can be forged";
    case SignatureState::bad: return "bad: the text is not what was signed";
    case SignatureState::incomplete: return "not usable";
  }
  std::unreachable();
}

}  // namespace

std::vector<SignatureReport> read_gpgv_status(std::span<const std::string> lines) {
  std::vector<Signature> signatures;
  for (std::string_view line : lines) {
    if (!line.starts_with(kStatus)) continue;
    const auto status = line.substr(kStatus.size());
    const auto words = base::split_words(status);
    // gpgv writes the keyword there and nowhere else: what stands after more space is not its word.
    if (words.empty() || !status.starts_with(words.front())) continue;
    if (words.front() == "NEWSIG")
      signatures.emplace_back();
    else if (!signatures.empty())
      signatures.back().add(words);
  }
  std::vector<SignatureReport> reports;
  for (const auto& signature : signatures) reports.push_back(signature.report());
  return reports;
}

base::Result<std::string> judge_signatures(std::span<const SignatureReport> reports) {
  if (reports.empty()) return base::fail(ErrorKind::denied, "there is no signature");
  const auto has = [&](SignatureState state) {
    return std::ranges::find(reports, state, &SignatureReport::state);
  };
  const auto good = has(SignatureState::good);
  if (good != reports.end() && has(SignatureState::bad) == reports.end()) return good->key;
  std::vector<std::string> said;
  for (const auto& report : reports)
    if (report.state != SignatureState::good)
      said.push_back("the signature of " + (report.key.empty() ? "an unknown key" : report.key) +
                     " is " + std::string(text_of(report.state)));
  return base::fail(ErrorKind::denied, base::join(said, "; "));
}

base::Result<void> Gpgv::check_keyrings() {
  if (keyrings_.empty())
    return base::fail(ErrorKind::invalid, "a keyring expected: nothing is taken without a key");
  for (const auto& keyring : keyrings_) {
    const auto view = files_.open(keyring);
    if (!view) return base::fail_with(view.error(), "keyring");
    // gpgv would only say that no key is there.
    if ((*view)->bytes().starts_with(kArmour))
      return base::fail(ErrorKind::invalid, "keyring " + keyring +
                                                " is armoured: what `gpg --dearmor` makes of it "
                                                "expected");
  }
  return {};
}

base::Result<void> Gpgv::write(const std::string& name, std::string_view bytes) {
  return files_.replace(directory_ + "/" + name, bytes);
}

base::Result<std::string> Gpgv::run(const std::vector<std::string>& check) {
  sys::Command command;
  command.argv = {"gpgv", "--homedir", directory_, "--status-fd", "1"};
  for (const auto& keyring : keyrings_)
    command.argv.insert(command.argv.end(), {"--keyring", keyring});
  command.argv.insert(command.argv.end(), check.begin(), check.end());
  command.environment = {{"LC_ALL", "C.UTF-8"}};
  std::vector<std::string> lines;
  std::string last;
  const auto code = processes_.run(command, [&](std::string_view line) {
    if (lines.size() < kLinesMax) lines.emplace_back(line);
    if (line.starts_with("gpgv: ")) last = line;
  });
  if (!code) return base::fail_with(code.error(), "checking a signature");
  auto judged = judge_signatures(read_gpgv_status(lines));
  if (judged || last.empty()) return judged;
  return base::fail(judged.error().kind, judged.error().what + " (" + last + ")");
}

base::Result<Verified> Gpgv::check_inline(std::string_view in_release) {
  if (auto formed = check_clearsigned(in_release); !formed) return std::unexpected(formed.error());
  if (auto there = check_keyrings(); !there) return std::unexpected(there.error());
  // A crash may have left one.
  if (auto done = files_.remove_tree(directory_); !done) return std::unexpected(done.error());
  if (auto done = files_.create_private_directory(directory_); !done)
    return std::unexpected(done.error());
  if (auto done = write("InRelease", in_release); !done) return std::unexpected(done.error());
  auto key = run({"--output", directory_ + "/signed", directory_ + "/InRelease"});
  // What gpgv took for the signed text, and nothing that we cut out ourselves.
  auto text = key ? files_.read(directory_ + "/signed") : base::Result<std::string>();
  (void)files_.remove_tree(directory_);  // removed by the next check else
  if (!key) return std::unexpected(key.error());
  if (!text) return base::fail_with(text.error(), "reading what gpgv checked");
  return Verified{std::move(*text), std::move(*key)};
}

base::Result<Verified> Gpgv::check_detached(std::string_view release, std::string_view signature) {
  if (auto there = check_keyrings(); !there) return std::unexpected(there.error());
  if (auto done = files_.remove_tree(directory_); !done) return std::unexpected(done.error());
  if (auto done = files_.create_private_directory(directory_); !done)
    return std::unexpected(done.error());
  if (auto done = write("Release", release); !done) return std::unexpected(done.error());
  if (auto done = write("Release.gpg", signature); !done) return std::unexpected(done.error());
  auto key = run({directory_ + "/Release.gpg", directory_ + "/Release"});
  (void)files_.remove_tree(directory_);
  if (!key) return std::unexpected(key.error());
  return Verified{std::string(release), std::move(*key)};
}

}  // namespace sluice::archive
