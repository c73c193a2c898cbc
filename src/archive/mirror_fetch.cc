#include "archive/mirror_fetch.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "codec/compress.h"
#include "codec/digest.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;
using namespace std::chrono_literals;

// Fifty times the largest Release file of Debian.
constexpr std::uint64_t kReleaseBytesMax = 16ULL << 20U;
// An index passes through memory: ten times the largest one as it is served, and unpacked.
constexpr std::uint64_t kServedBytesMax = 512ULL << 20U, kIndexBytesMax = 2ULL << 30U;
// A mirror replaces its files within seconds; a pass of hours is for the caller's next try.
constexpr std::array<std::chrono::milliseconds, 2> kMirrorPauses = {2'000ms, 5'000ms};
// From the smallest to the largest, as indexes usually are.
constexpr std::array<std::string_view, 4> kSuffixes = {".xz", ".zst", ".gz", ""};

// The words of `wanted` that are in `there`; all of `there` if none is wanted.
std::vector<std::string> chosen(const std::vector<std::string>& wanted,
                                const std::vector<std::string>& there) {
  if (wanted.empty()) return there;
  std::vector<std::string> both;
  for (const auto& word : wanted)
    if (std::ranges::find(there, word) != there.end()) both.push_back(word);
  return both;
}

// Also with which keys: what a key has signed that is not trusted any more is asked for again.
std::string identity_of(const MirrorRequest& request, sys::FileSystem& files) {
  std::string identity = shown_address(request.address);
  for (const auto* names : {&request.suites, &request.components, &request.architectures})
    identity += " / " + base::join(*names, " ");
  for (const auto& keyring : request.keyrings)
    if (const auto view = files.open(keyring))
      identity += " / " + codec::sha256_hex((*view)->bytes());
  return identity;
}

bool is_promised(std::string_view bytes, const ListedIndex& listed) {
  if (bytes.size() != listed.size) return false;
  if (!listed.sha256.empty() && codec::sha256_hex(bytes) != listed.sha256) return false;
  return listed.sha512.empty() || codec::sha512_hex(bytes) == listed.sha512;
}

// The digest that names a file: SHA-256 where there is one.
std::string digest_of(const ListedIndex& listed) {
  return listed.sha256.empty() ? listed.sha512 : listed.sha256;
}

// What is wrong with bytes that are not what was promised. The usual reason is no attack.
std::unexpected<base::Error> not_promised(const std::string& path) {
  return base::fail(ErrorKind::corrupt,
                    path +
                        " is not the file that the Release promises (size or digest): the mirror "
                        "may be in the middle of an update");
}

std::string words_or_none(const std::vector<std::string>& words) {
  return words.empty() ? "none" : base::join(words, " ");
}

// What readers need, with what was fetched in place of all that the archive has (migration 2.1).
std::string release_text(const SignedRelease& release, const std::vector<std::string>& components,
                         const std::vector<std::string>& architectures) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += std::string(name) + ": " + value + "\n";
  };
  add("Origin", release.origin);
  add("Label", release.label);
  add("Suite", release.suite);
  add("Codename", release.codename);
  add("Date", release_date_of(release.date));
  if (release.valid_until) add("Valid-Until", release_date_of(*release.valid_until));
  add("Architectures", base::join(architectures, " "));
  add("Components", base::join(components, " "));
  return text;
}

struct Extent {
  std::vector<std::string> components, architectures;
};

base::Result<Extent> extent_of(const MirrorRequest& request, const SignedRelease& release) {
  Extent extent{chosen(request.components, release.components),
                chosen(request.architectures, release.architectures)};
  // A component that is not there would look like the removal of all that it had.
  if (extent.components.empty() || extent.components.size() < request.components.size())
    return base::fail(ErrorKind::invalid, "the components " + words_or_none(request.components) +
                                              " expected, the archive has " +
                                              words_or_none(release.components));
  if (extent.architectures.empty())
    return base::fail(ErrorKind::invalid,
                      "one of the architectures " + words_or_none(request.architectures) +
                          " expected, the archive has " + words_or_none(release.architectures));
  return extent;
}

// Paths of the indexes that a reader takes (migration 2.1); those of udebs may be missing.
std::vector<std::string> paths_of(const Extent& extent, const SignedRelease& release) {
  std::vector<std::string> paths;
  for (const auto& component : extent.components) {
    paths.push_back(component + "/source/Sources");
    for (const auto& arch : extent.architectures) {
      const auto index = "/binary-" + arch + "/Packages";
      paths.push_back(component + index);
      const auto udebs = component + "/debian-installer" + index;
      if (std::ranges::any_of(kSuffixes, [&](std::string_view suffix) {
            return release.indexes.contains(udebs + std::string(suffix));
          }))
        paths.push_back(udebs);
    }
  }
  return paths;
}

}  // namespace

std::string_view code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unavailable: return "INFRA.MIRROR.DOWN";
    case ErrorKind::corrupt: return "INFRA.MIRROR.HASHSUM";
    case ErrorKind::conflict: return "INFRA.MIRROR.STALE";
    case ErrorKind::denied: return "INFRA.MIRROR.SIGNATURE";
    case ErrorKind::invalid:
    case ErrorKind::not_found: return "INFRA.CONFIG";
  }
  std::unreachable();
}

base::Result<void> check_request(const MirrorRequest& request) {
  if (request.suites.empty()) return base::fail(ErrorKind::invalid, "a suite expected");
  if (request.keyrings.empty())
    return base::fail(ErrorKind::invalid, "a keyring expected: nothing is taken without a key");
  for (const auto& keyring : request.keyrings)
    if (!keyring.starts_with('/'))
      return base::fail(ErrorKind::invalid,
                        "an absolute path of a keyring expected, not " + keyring);
  for (const auto* names : {&request.suites, &request.components, &request.architectures})
    for (const auto& name : *names)
      if (!is_path_name(name))
        return base::fail(ErrorKind::invalid, "a name of a directory expected, not '" + name + "'");
  return {};
}

// Release and Release.gpg, of archives without InRelease.
base::Result<MirrorFetch::SignedText> MirrorFetch::detached_text(const std::string& suite,
                                                                 const SuiteSet* known) {
  const auto path = "dists/" + suite + "/Release";
  const auto ask_if = known != nullptr && known->files.contains("Release.gpg");
  auto release =
      parties_.source.get({path, kReleaseBytesMax, ask_if ? known->validators : Validators()});
  if (!release) return std::unexpected(release.error());
  SignedText out{release->served, {}, {}, release->validators, {}};
  if (release->served == Served::unchanged) return out;
  if (release->served == Served::missing)
    return base::fail(ErrorKind::unavailable,
                      "there is neither InRelease nor Release in dists/" + suite);
  auto signature = parties_.source.get({path + ".gpg", kReleaseBytesMax, {}});
  if (!signature) return std::unexpected(signature.error());
  if (signature->served != Served::bytes)
    return base::fail(ErrorKind::denied, path + " is not signed");
  auto verified = parties_.gpgv.check_detached(release->bytes, signature->bytes);
  if (!verified) return base::fail_with(verified.error(), path);
  out.text = std::move(verified->text);
  out.signed_by = std::move(verified->fingerprint);
  out.evidence = {{"Release.signed", std::move(release->bytes)},
                  {"Release.gpg", std::move(signature->bytes)}};
  return out;
}

base::Result<MirrorFetch::SignedText> MirrorFetch::signed_text(const std::string& suite,
                                                               const SuiteSet* known) {
  const auto path = "dists/" + suite + "/InRelease";
  const auto ask_if = known != nullptr && known->files.contains("InRelease");
  auto file =
      parties_.source.get({path, kReleaseBytesMax, ask_if ? known->validators : Validators()});
  if (!file) return std::unexpected(file.error());
  if (file->served == Served::missing) return detached_text(suite, known);
  SignedText out{file->served, {}, {}, file->validators, {}};
  if (file->served == Served::unchanged) return out;
  auto verified = parties_.gpgv.check_inline(file->bytes);
  if (!verified) return base::fail_with(verified.error(), path);
  out.text = std::move(verified->text);
  out.signed_by = std::move(verified->fingerprint);
  out.evidence = {{"InRelease", std::move(file->bytes)}};
  return out;
}

// By name a mirror may still, or already, serve another version: it is asked again.
base::Result<MirrorFile> MirrorFetch::fetch_by_name(const std::string& path,
                                                    const ListedIndex& listed) {
  for (std::size_t tries = 0;; ++tries) {
    auto file = parties_.source.get({path, listed.size, {}});
    const bool other = file ? file->served == Served::bytes && !is_promised(file->bytes, listed)
                            : file.error().kind == ErrorKind::corrupt;
    if (!other) return file;
    if (tries == kMirrorPauses.size() || !parties_.doors.go_on()) return not_promised(path);
    parties_.doors.waiter.wait(kMirrorPauses[tries]);
  }
}

// By digest where the archive has that: then nothing changes under our hands. Missing there, as on
// mirrors that do not copy those directories, it is fetched by name.
base::Result<MirrorFile> MirrorFetch::fetch_listed(const std::string& suite, ByHash by_hash,
                                                   const std::string& path,
                                                   const ListedIndex& listed) {
  if (listed.size > kServedBytesMax)
    return base::fail(ErrorKind::invalid, path + " is too large: " + std::to_string(listed.size));
  const auto place = "dists/" + suite + "/" + path;
  if (by_hash == ByHash::yes) {
    const auto directory = place.substr(0, place.rfind('/'));
    const auto* const kind = listed.sha256.empty() ? "/by-hash/SHA512/" : "/by-hash/SHA256/";
    auto file = parties_.source.get({directory + kind + digest_of(listed), listed.size, {}});
    if (!file) return file;
    if (file->served == Served::bytes && !is_promised(file->bytes, listed))
      return not_promised(place);
    if (file->served == Served::bytes) return file;
  }
  return fetch_by_name(place, listed);
}

// Answers the name of the object. Kept unpacked: every run reads it, and reading is mapping then.
base::Result<std::string> MirrorFetch::fetch_index(const std::string& suite,
                                                   const SignedRelease& release,
                                                   const std::string& path) {
  const auto plain = release.indexes.find(path);
  const bool known_plain = plain != release.indexes.end();
  const auto plain_max = known_plain ? plain->second.size : kIndexBytesMax;
  if (plain_max > kIndexBytesMax)
    return base::fail(ErrorKind::invalid, path + " is too large: " + std::to_string(plain_max));
  bool listed = false;
  for (const auto suffix : kSuffixes) {
    const auto at = release.indexes.find(path + std::string(suffix));
    if (at == release.indexes.end() || digest_of(at->second).empty()) continue;
    listed = true;
    const auto name = known_plain ? digest_of(plain->second) : "of-" + digest_of(at->second);
    if (parties_.sets.has_object(name)) return name;
    const bool is_empty = known_plain && plain->second.size == 0;
    auto file =
        is_empty ? MirrorFile() : fetch_listed(suite, release.by_hash, at->first, at->second);
    if (!file) return std::unexpected(file.error());
    if (file->served != Served::bytes) continue;  // listed, but not kept in this form
    auto bytes = codec::decompress(file->bytes, plain_max);
    if (!bytes) return base::fail_with(bytes.error(), at->first);
    if (known_plain && !is_promised(*bytes, plain->second)) return not_promised(path);
    news_.fetched_bytes += file->bytes.size();
    ++news_.fetched_files;
    if (auto done = parties_.sets.put_object(name, *bytes); !done)
      return std::unexpected(done.error());
    return name;
  }
  // Without it all its packages would seem removed.
  return base::fail(listed ? ErrorKind::corrupt : ErrorKind::invalid,
                    listed ? path + " is in the Release, but the mirror does not have it"
                           : "the Release lists no " + path);
}

base::Result<SuiteSet> MirrorFetch::fill_suite(const MirrorRequest& request,
                                               const std::string& suite, const SignedText& text,
                                               SignedRelease release) {
  const auto extent = extent_of(request, release);
  if (!extent) return std::unexpected(extent.error());
  for (const auto& arch : request.architectures)
    if (std::ranges::find(extent->architectures, arch) == extent->architectures.end())
      parties_.log.info("mirror: " + suite + " has no architecture " + arch);
  SuiteSet out;
  out.suite = suite;
  out.date = release.date;
  out.valid_until = release.valid_until;
  out.validators = text.validators;
  out.signed_by = text.signed_by;
  for (const auto& path : paths_of(*extent, release)) {
    if (!parties_.doors.go_on()) return base::fail(ErrorKind::unavailable, "stopped");
    auto object = fetch_index(suite, release, path);
    if (!object) return std::unexpected(object.error());
    out.files.emplace(path, std::move(*object));
  }
  auto texts = text.evidence;
  texts.emplace("Release", release_text(release, extent->components, extent->architectures));
  for (const auto& [name, bytes] : texts) {
    const auto object = codec::sha256_hex(bytes);
    if (!parties_.sets.has_object(object))
      if (auto done = parties_.sets.put_object(object, bytes); !done)
        return std::unexpected(done.error());
    out.files.emplace(name, object);
  }
  return out;
}

// `known`: the suite as it is in use, if it is whole and of the same request; null otherwise.
base::Result<SuiteSet> MirrorFetch::fetch_suite(const MirrorRequest& request,
                                                const std::string& suite, const SuiteSet* known) {
  auto text = signed_text(suite, known);
  if (!text) return std::unexpected(text.error());
  ReleaseExpectation expectation{suite, parties_.clock.now(), {}, request.valid_until};
  const auto* const before = in_use_ ? in_use_->find(suite) : nullptr;
  if (before != nullptr) expectation.newest = before->date;
  // A server may not know conditions, and a directory has none. No evidence: it said "unchanged".
  const bool same =
      known != nullptr && std::ranges::all_of(text->evidence, [&](const auto& file) {
        const auto at = known->files.find(file.first);
        return at != known->files.end() && at->second == codec::sha256_hex(file.second);
      });
  if (same) {
    // It counts no longer than it says, also where nothing comes after it.
    SignedRelease release;
    release.suite = suite;
    release.date = known->date;
    release.valid_until = known->valid_until;
    if (auto fresh = check_release(release, expectation); !fresh)
      return std::unexpected(fresh.error());
    return *known;
  }
  auto release = parse_signed_release(text->text);
  if (!release) return base::fail_with(release.error(), "Release of " + suite);
  if (auto fits = check_release(*release, expectation); !fits) return std::unexpected(fits.error());
  return fill_suite(request, suite, *text, std::move(*release));
}

base::Result<MirrorNews> MirrorFetch::fetch(const MirrorRequest& request) {
  if (auto fits = check_request(request); !fits) return std::unexpected(fits.error());
  news_ = {};
  in_use_ = parties_.sets.current();
  const auto identity = identity_of(request, parties_.doors.files);
  const bool usable = in_use_ && in_use_->request == identity && parties_.sets.is_whole(*in_use_);
  news_.set.request = identity;
  for (const auto& suite : request.suites) {
    auto fetched = fetch_suite(request, suite, usable ? in_use_->find(suite) : nullptr);
    if (!fetched) return base::fail_with(fetched.error(), suite);
    news_.set.suites.push_back(std::move(*fetched));
  }
  if (usable && news_.set.suites == in_use_->suites) {
    news_.set = *in_use_;
    return std::move(news_);
  }
  auto staged = parties_.sets.stage(news_.set);
  if (!staged) return std::unexpected(staged.error());
  news_.staged = news_.set.number = *staged;
  return std::move(news_);
}

}  // namespace sluice::archive
