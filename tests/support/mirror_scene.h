// MirrorScene: a mirror that is published, served over played HTTP and fetched to a disk in memory.
// Signatures are played: the word in the armour says what gpgv would find.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "archive/mirror_fetch.h"
#include "archive/release_file.h"
#include "base/text.h"
#include "codec/compress.h"
#include "codec/digest.h"
#include "support/get_only_http.h"
#include "support/linked_files.h"
#include "support/manual_clock.h"
#include "support/patient_waiter.h"
#include "support/recording_log.h"

namespace sluice::test {

inline constexpr const char* kAddress = "http://m.example/debian";

// `how`: good, expired, revoked, unknown, bad; several words are several signatures.
inline std::string clearsigned(const std::string& text, const std::string& how = "good") {
  return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + text +
         "-----BEGIN PGP SIGNATURE-----\n\n" + how + "\n-----END PGP SIGNATURE-----\n";
}

// Stands for gpgv.
class PlayedGpgv final : public sys::Processes {
 public:
  explicit PlayedGpgv(sys::FileSystem& files) : files_(files) {}

  base::Result<int> run(const sys::Command& command, const OnLine& on_line) override {
    commands.push_back(command.argv);
    if (!installed) return base::fail(base::ErrorKind::not_found, "starting: no such program");
    const auto& argv = command.argv;
    const auto output = std::ranges::find(argv, "--output");
    const auto text = files_.read(output == argv.end() ? argv[argv.size() - 2] : argv.back());
    if (!text) return 2;
    if (output != argv.end()) (void)files_.replace(*(output + 1), archive::strip_signature(*text));
    const auto armour = text->find("-----BEGIN PGP SIGNATURE-----\n");
    const auto words = armour == std::string::npos ? *text : text->substr(armour + 30);
    for (const auto word : base::split_words(words)) say(word, on_line);
    on_line("gpgv: said for people");
    return 0;
  }

  std::vector<std::vector<std::string>> commands;
  bool installed = true;

 private:
  static void say(std::string_view word, const OnLine& on_line) {
    static const std::map<std::string, std::vector<std::string>, std::less<>> kLines = {
        {"good", {"NEWSIG", "GOODSIG AA Name", "VALIDSIG F 2026-01-01 1 0 4 0 22 8 01 PRIMARY"}},
        {"expired", {"NEWSIG", "EXPKEYSIG AA Name", "VALIDSIG F 2026-01-01 1 0 4 0 22 8 01 F"}},
        {"revoked", {"NEWSIG", "REVKEYSIG AA Name", "VALIDSIG F 2026-01-01 1 0 4 0 22 8 01 F"}},
        {"unknown", {"NEWSIG", "ERRSIG BB 22 8 01 1 9 F", "NO_PUBKEY BB"}},
        {"bad", {"NEWSIG", "BADSIG AA Name"}}};
    const auto at = kLines.find(word);
    if (at == kLines.end()) return;
    for (const auto& line : at->second) on_line("[GNUPG:] " + line);
  }

  sys::FileSystem& files_;
};

// Serves a map of URLs, with ETags and conditions; notes what was asked.
class PlayedMirror final : public GetOnlyHttp {
 public:
  base::Result<sys::HttpResponse> get(const sys::HttpRequest& request) override {
    asked.push_back(request.url);
    if (down) return base::fail(base::ErrorKind::unavailable, "cannot get it: refused");
    if (failures > 0) {
      --failures;
      return sys::HttpResponse{503, "busy"};
    }
    const auto at = files.find(request.url);
    if (at == files.end()) return sys::HttpResponse{404, "none"};
    sys::HttpResponse response{200, {}, {}};
    const auto etag = "\"" + codec::md5_hex(at->second) + "\"";
    if (conditional) response.headers = {{"ETag", etag}, {"Last-Modified", "then"}};
    if (!headers.empty()) response.headers = headers;
    if (conditional && sys::header_of(request.headers, "if-none-match") == etag) {
      response.status = 304;
      return response;
    }
    if (on_served) on_served(request.url);
    if (!request.on_body(at->second))
      return base::fail(base::ErrorKind::unavailable, "stopped by the taker");
    return response;
  }

  std::map<std::string, std::string> files;
  std::vector<std::string> asked;
  bool down = false, conditional = true;
  int failures = 0;
  sys::HttpHeaders headers;  // instead of the usual ones; empty: those
  std::function<void(const std::string&)> on_served;
};

struct Published {
  std::string suite = "testing";
  std::string date = "Sat, 21 Nov 2026 08:00:00 UTC";
  std::string more = "Acquire-By-Hash: yes\n";  // fields
  std::string packages = "Package: a\n";
  std::string how = "good";
  std::vector<std::string> suffixes = {".xz"};  // in which forms indexes are served
  bool by_hash = true;                          // served
  std::string digests = "SHA256";
};

class MirrorScene {
 public:
  MirrorScene() { (void)files.replace("/k.gpg", "keys"); }

  static std::string url(const std::string& rest) { return std::string(kAddress) + "/" + rest; }

  // Indexes of main for amd64, as text by path.
  static std::map<std::string, std::string> indexes_of(const Published& what) {
    return {{"main/source/Sources", "Package: s-" + what.suite + "\n"},
            {"main/binary-amd64/Packages", what.packages},
            {"main/debian-installer/binary-amd64/Packages", ""}};
  }

  static codec::Compression compression_of(const std::string& suffix) {
    return codec::compression_of_name("x" + suffix);
  }

  static std::string release_of(const Published& what) {
    std::string text = "Origin: Played\nSuite: " + what.suite + "\nDate: " + what.date + "\n" +
                       what.more + "Architectures: all amd64\nComponents: main\n" + what.digests +
                       ":\n";
    for (const auto& [path, plain] : indexes_of(what)) {
      auto forms = what.suffixes;
      if (std::ranges::find(forms, "") == forms.end()) forms.emplace_back("");
      for (const auto& suffix : forms) {
        const auto bytes = codec::compress(plain, compression_of(suffix));
        const auto digest =
            what.digests == "SHA512" ? codec::sha512_hex(bytes) : codec::sha256_hex(bytes);
        text += " " + digest + " " + std::to_string(bytes.size()) + " " + path + suffix + "\n";
      }
    }
    return text;
  }

  void publish_indexes(const Published& what) {
    const auto dists = url("dists/" + what.suite + "/");
    for (const auto& [path, plain] : indexes_of(what))
      for (const auto& suffix : what.suffixes) {
        const auto bytes = codec::compress(plain, compression_of(suffix));
        http.files[dists + path + suffix] = bytes;
        if (what.by_hash)
          http.files[dists + path.substr(0, path.rfind('/')) + "/by-hash/SHA256/" +
                     codec::sha256_hex(bytes)] = bytes;
      }
  }

  void publish(const Published& what) {
    publish_indexes(what);
    http.files[url("dists/" + what.suite + "/InRelease")] = clearsigned(release_of(what), what.how);
  }

  // Testing and unstable.
  void publish_both(const std::string& packages, const std::string& date) {
    for (const auto* suite : {"testing", "unstable"})
      publish({.suite = suite, .date = date, .packages = packages});
  }

  // A new process each time; what it stages is used.
  base::Result<archive::MirrorNews> fetch() {
    auto news = stage();
    if (!news) return news;
    auto sets = archive::MirrorSets::open(files, "/m");
    if (!sets) return std::unexpected(sets.error());
    if (news->staged)
      if (auto done = sets->use(*news->staged); !done) return std::unexpected(done.error());
    if (auto done = sets->clean({}); !done) return std::unexpected(done.error());
    return news;
  }

  base::Result<archive::MirrorNews> stage() {
    auto sets = archive::MirrorSets::open(files, "/m");
    if (!sets) return std::unexpected(sets.error());
    const archive::MirrorDoors doors{http, files, waiter, [this] { return go_on; }};
    auto source = archive::open_mirror(request.address, doors);
    if (!source) return std::unexpected(source.error());
    archive::Gpgv checker(files, gpgv, "/m/gpgv", request.keyrings);
    http.asked.clear();
    return archive::MirrorFetch({**source, checker, *sets, doors, clock, log}).fetch(request);
  }

  // What a reader of testing sees.
  std::string seen(const std::string& rest) {
    return files.read("/m/dists/" + rest).value_or("(none)");
  }

  LinkedFiles files;
  PlayedMirror http;
  PlayedGpgv gpgv{files};
  PatientWaiter waiter;
  ManualClock clock{*archive::parse_release_date("Sat, 21 Nov 2026 12:00:00 UTC")};
  RecordingLog log;
  bool go_on = true;
  archive::MirrorRequest request{kAddress, {"testing"}, {}, {}, {"/k.gpg"}};
};

}  // namespace sluice::test
