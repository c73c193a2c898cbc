#include "archive/gpgv.h"

#include <doctest/doctest.h>

#include "support/mirror_scene.h"

namespace sluice::archive {
namespace {

using Lines = std::vector<std::string>;
using Reports = std::vector<SignatureReport>;

const std::string kValid = "[GNUPG:] VALIDSIG AB12 2026-11-21 1795261453 0 4 0 22 8 01 PRIMARY";

struct GpgvScene {
  GpgvScene() { (void)files.replace("/k.gpg", "keys"); }
  Gpgv checker(std::vector<std::string> keyrings = {"/k.gpg"}) {
    return {files, gpgv, "/d/gpgv", std::move(keyrings)};
  }
  test::LinkedFiles files;
  test::PlayedGpgv gpgv{files};
};

}  // namespace

// testgrid A40
TEST_CASE("gpgv status: a good signature has GOODSIG and VALIDSIG") {
  CHECK(read_gpgv_status(Lines{"gpgv: said to people", "[GNUPG:] NEWSIG g@x",
                               "[GNUPG:] GOODSIG 12 Good <g@x>", kValid}) ==
        Reports{{SignatureState::good, "PRIMARY"}});
  CHECK(read_gpgv_status(Lines{"[GNUPG:] NEWSIG", "[GNUPG:] GOODSIG 12 x"}) ==
        Reports{{SignatureState::incomplete, "12"}});
  CHECK(read_gpgv_status(Lines{"[GNUPG:] NEWSIG", kValid}) ==
        Reports{{SignatureState::incomplete, "PRIMARY"}});
}

// Found by fuzzing: a form feed before a keyword was passed over as space.
TEST_CASE("gpgv status: a keyword stands where gpgv writes it") {
  CHECK(read_gpgv_status(
            Lines{"[GNUPG:] NEWSIG", "[GNUPG:] GOODSIG 12 x", "[GNUPG:] \f" + kValid.substr(9)}) ==
        Reports{{SignatureState::incomplete, "12"}});
}

// gpgv ends with 0 for these, and says VALIDSIG.
TEST_CASE("gpgv status: keys that have expired or were revoked") {
  const auto state = [](const std::string& line) {
    return read_gpgv_status(Lines{"[GNUPG:] NEWSIG", "[GNUPG:] " + line, kValid}).at(0).state;
  };

  CHECK(state("EXPKEYSIG 12 Old") == SignatureState::expired_key);
  CHECK(state("REVKEYSIG 12 Old") == SignatureState::revoked_key);
  CHECK(state("EXPSIG 12 Old") == SignatureState::expired_signature);
}

TEST_CASE("gpgv status: several signatures are kept apart") {
  CHECK(read_gpgv_status(Lines{"[GNUPG:] NEWSIG", "[GNUPG:] ERRSIG BB 22 8 01 17 9 F",
                               "[GNUPG:] NO_PUBKEY BB", "[GNUPG:] NEWSIG", "[GNUPG:] GOODSIG 12 x",
                               kValid, "[GNUPG:] NEWSIG", "[GNUPG:] BADSIG 13 y"}) ==
        Reports{{SignatureState::no_key, "BB"},
                {SignatureState::good, "PRIMARY"},
                {SignatureState::bad, "13"}});
}

TEST_CASE("gpgv status: digests that can be forged do not count") {
  for (const auto* digest : {"1", "2", "3"})
    CHECK(read_gpgv_status(
              Lines{"[GNUPG:] NEWSIG", "[GNUPG:] GOODSIG 12 x",
                    std::string("[GNUPG:] VALIDSIG AB d 1 0 4 0 1 ") + digest + " 01 P"})[0]
              .state == SignatureState::weak_digest);
  CHECK(read_gpgv_status(Lines{"[GNUPG:] NEWSIG", "[GNUPG:] GOODSIG 12 x", "[GNUPG:] VALIDSIG AB"})
            .at(0)
            .state == SignatureState::weak_digest);
}

TEST_CASE(
    "gpgv status: lines before a signature, without words, or not of gpgv, count for nothing") {
  CHECK(read_gpgv_status(Lines{}).empty());
  CHECK(read_gpgv_status(Lines{"[GNUPG:] GOODSIG 12 x", kValid, "[GNUPG:] ", "GOODSIG"}).empty());
}

// testgrid A40
TEST_CASE("gpgv: one good signature is enough, but a bad one spoils all") {
  const SignatureReport good{SignatureState::good, "P"};

  CHECK(judge_signatures(Reports{{SignatureState::no_key, "B"}, good}) == "P");
  CHECK(judge_signatures(Reports{{SignatureState::expired_key, "B"}, good}) == "P");
  CHECK(judge_signatures(Reports{good, {SignatureState::bad, "B"}}).error().what ==
        "the signature of B is bad: the text is not what was signed");
  CHECK(judge_signatures(Reports{{SignatureState::expired_key, "B"}})
            .error()
            .text()
            .contains("has expired"));
  CHECK(judge_signatures(Reports{}).error().kind == base::ErrorKind::denied);
}

TEST_CASE("gpgv: only what was signed is answered, and nothing stays on disk") {
  GpgvScene scene;

  const auto verified =
      scene.checker({"/k.gpg", "/k.gpg"}).check_inline(test::clearsigned("Suite: x\n"));

  REQUIRE(verified);
  CHECK(verified->text == "Suite: x\n");
  CHECK(verified->fingerprint == "PRIMARY");
  CHECK(scene.gpgv.commands.at(0) == Lines{"gpgv", "--homedir", "/d/gpgv", "--status-fd", "1",
                                           "--keyring", "/k.gpg", "--keyring", "/k.gpg", "--output",
                                           "/d/gpgv/signed", "/d/gpgv/InRelease"});
  CHECK_FALSE(scene.files.exists("/d/gpgv/InRelease"));
}

TEST_CASE("gpgv: a detached signature") {
  GpgvScene scene;

  CHECK(scene.checker().check_detached("Suite: x\n", "good")->text == "Suite: x\n");
  const auto wrong = scene.checker().check_detached("Suite: x\n", "unknown");

  CHECK(wrong.error().what ==
        "the signature of BB is made by a key that is in no keyring (gpgv: said for people)");
  CHECK(scene.checker().check_detached("Suite: x\n", "").error().kind == base::ErrorKind::denied);
}

TEST_CASE("gpgv: keyrings that are missing, armoured or none are told apart from bad signatures") {
  GpgvScene scene;
  (void)scene.files.replace("/k.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
  const auto text = test::clearsigned("x\n");

  CHECK(scene.checker({"/none"}).check_inline(text).error().kind == base::ErrorKind::not_found);
  CHECK(scene.checker({"/k.asc"}).check_inline(text).error().kind == base::ErrorKind::invalid);
  CHECK(scene.checker({}).check_inline(text).error().kind == base::ErrorKind::invalid);
  CHECK(scene.gpgv.commands.empty());
}

TEST_CASE("gpgv: a text of another form, no gpgv, a full disk") {
  GpgvScene scene;

  CHECK(scene.checker().check_inline("Suite: x\n").error().kind == base::ErrorKind::corrupt);
  scene.gpgv.installed = false;
  CHECK(scene.checker().check_inline(test::clearsigned("x\n")).error().kind ==
        base::ErrorKind::not_found);
  scene.files.set_full(true);
  CHECK(scene.checker().check_inline(test::clearsigned("x\n")).error().kind ==
        base::ErrorKind::unavailable);
}

}  // namespace sluice::archive
