#include "worker/ppa_keys.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "support/memory_files.h"
#include "support/scripted_http.h"

using namespace sluice;
using base::ErrorKind;

namespace {

constexpr const char* kFingerprint = "0123456789ABCDEF0123456789ABCDEF01234567";
constexpr const char* kServed =
    "https://keys.example/pks/lookup?op=get&options=mr&exact=on&search="
    "0x0123456789ABCDEF0123456789ABCDEF01234567";
constexpr const char* kApi =
    "https://api.example/~me?ws.op=getPPAByName&distribution=/ubuntu&name=tools";

// gpg as it prints a key with this fingerprint.
class ListingGpg final : public sys::Processes {
 public:
  base::Result<int> run(const sys::Command& command, const OnLine& on_line) override {
    argv = command.argv;
    for (const auto line : base::split(listing, '\n')) on_line(line);
    return code;
  }
  std::string listing =
      "pub:-:4096:1:0123:1::::::scESC:\nfpr:::::::::" + std::string(kFingerprint) +
      ":\nuid:-::::1:::PPA:\nsub:-:4096:1:89AB:1::::::e:\nfpr:::::::::FFFF:\n";
  int code = 0;
  std::vector<std::string> argv;
};

struct PpaKeysScene {
  PpaKeysScene() {
    config.ppa_api = "https://api.example";
    config.key_server = "https://keys.example";
    http.answer(kServed, 200, "KEY");
  }
  base::Result<std::string> key(const std::string& fingerprint) {
    return worker::ServedPpaKeys(http, gpg, files, config, "/dir")
        .key_of({"", "", "me", "tools", fingerprint});
  }
  test::ScriptedHttp http;
  ListingGpg gpg;
  test::MemoryFileSystem files;
  worker::WorkerConfig config;
};

}  // namespace

// autopkgtest 1.6
TEST_CASE("ppa keys: the key of a fingerprint, as gpg reads it") {
  PpaKeysScene scene;
  CHECK(scene.key(kFingerprint).value() == "KEY");
  CHECK(scene.http.asked == std::vector<std::string>{kServed});
  CHECK(scene.files.read("/dir/key.asc").value() == "KEY");
  CHECK(scene.gpg.argv.back() == "/dir/key.asc");
}

// autopkgtest 1.6
TEST_CASE("ppa keys: without a fingerprint the PPA service is asked for it") {
  PpaKeysScene scene;
  scene.http.answer(kApi, 200,
                    "{\"signing_key_fingerprint\": \"" + std::string(kFingerprint) + "\"}");
  CHECK(scene.key("").value() == "KEY");

  PpaKeysScene unknown;
  CHECK(unknown.key("").error().kind == ErrorKind::not_found);
  unknown.http.answer(kApi, 200, "{}");
  CHECK(unknown.key("").error().kind == ErrorKind::not_found);
}

// autopkgtest 1.6
TEST_CASE("ppa keys: any other key is refused") {
  PpaKeysScene other;
  other.gpg.listing = "pub:\nfpr:::::::::AAAA:\n";
  CHECK(other.key(kFingerprint).error().kind == ErrorKind::corrupt);

  PpaKeysScene two;
  two.gpg.listing += "pub:\nfpr:::::::::AAAA:\n";
  CHECK(two.key(kFingerprint).error().kind == ErrorKind::corrupt);

  PpaKeysScene damaged;
  damaged.gpg.code = 2;
  CHECK(damaged.key(kFingerprint).error().kind == ErrorKind::corrupt);
}

TEST_CASE("ppa keys: a server that does not answer is unavailable") {
  PpaKeysScene scene;
  scene.config.key_server = "https://down.example";
  scene.http.answer("https://down.example/pks/lookup?op=get&options=mr&exact=on&search=0x" +
                        std::string(kFingerprint),
                    503);
  CHECK(scene.key(kFingerprint).error().kind == ErrorKind::unavailable);
}
