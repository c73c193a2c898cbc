#include "britney/launchpad_people.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/get_only_http.h"
#include "support/scripted_http.h"

namespace sluice::britney {
namespace {

const std::string kPeopleApi = "https://api.launchpad.net/1.0/";
const std::string kUploads = kPeopleApi +
                             "ubuntu/+archive/primary?ws.op=getPublishedSources&source_name=foo"
                             "&version=1%2B2&exact_match=true";
const std::string kKeys =
    "https://keyserver.ubuntu.com/pks/lookup?op=index&options=mr&exact=on&search=0x";
const std::string kPrint = "0123456789ABCDEF0123456789ABCDEF01234567";
using People = std::vector<Addresses>;

// foo 1+2 was signed by jo, who shows addresses, and made by ada, who hides hers but has a key.
struct PeopleScene {
  PeopleScene() {
    uploaded("~jo", "~ada");
    http.answer(kPeopleApi + "~jo", 200, R"({"hide_email_addresses": false,
        "preferred_email_address_link": "https://api.launchpad.net/1.0/~jo/+email/jo%2Bw@a.example",
        "confirmed_email_addresses_collection_link": "https://api.launchpad.net/1.0/~jo/confirmed"})");
    http.answer(kPeopleApi + "~jo/confirmed", 200,
                R"({"entries": [{"email": "jo@ubuntu.com"}, {"email": "jo+w@a.example"}, {}, 7]})");
    http.answer(kPeopleApi + "~ada", 200, R"({"hide_email_addresses": true,
        "preferred_email_address_link": "tag:launchpad.net:2008:redacted",
        "confirmed_email_addresses_collection_link": "https://api.launchpad.net/1.0/~ada/confirmed",
        "gpg_keys_collection_link": "https://api.launchpad.net/1.0/~ada/gpg_keys"})");
    http.answer(
        kPeopleApi + "~ada/gpg_keys", 200,
        "{\"entries\": [{\"fingerprint\": \"" + kPrint + "\"}, {\"fingerprint\": \"&x=1\"}]}");
  }
  void uploaded(const std::string& signer, const std::string& creator) {
    http.answer(kUploads, 200,
                R"({"entries": [{"package_signer_link": ")" + kPeopleApi + signer +
                    R"(", "package_creator_link": ")" + kPeopleApi + creator + R"("}, {}]})");
  }
  std::optional<People> ask() { return people.uploaders_of("foo", "1+2"); }

  test::ScriptedHttp http;
  LaunchpadClient client{http};
  LaunchpadPeople people{client, http, "ubuntu"};
};

}  // namespace

// migration 4.5.13
TEST_CASE("people: shown addresses count, else those of the keys") {
  PeopleScene scene;
  scene.http.answer(kKeys + kPrint, 200,
                    "info:1:1\npub:0123:1:4096:1::\nuid:Ada%20%3Cada@b.example%3E:1::\n");
  CHECK(scene.ask() == People{{"jo+w@a.example", "jo@ubuntu.com"}, {"ada@b.example"}});
  CHECK(scene.people.take_messages().empty());
  CHECK(scene.client.take_messages().empty());
}

// migration 4.5.13
TEST_CASE("people: who signed and made it is asked once") {
  test::ScriptedHttp http;
  LaunchpadClient client(http);
  LaunchpadPeople people(client, http, "ubuntu");
  const auto jo = kPeopleApi + "~jo";
  http.answer(kUploads, 200,
              R"({"entries": [{"package_signer_link": ")" + jo + R"(", "package_creator_link": ")" +
                  jo + R"("}]})");
  http.answer(jo, 200, R"({"preferred_email_address_link": ")" + jo + R"(/+email/jo@a.example"})");
  CHECK(people.uploaders_of("foo", "1+2") == People{{"jo@a.example"}});
  CHECK(http.asked.size() == 2);
}

// migration 4.5.13
TEST_CASE("people: an upload that Launchpad does not know has none") {
  for (const auto* answer :
       {R"({"entries": []})", "{}", "[]", R"({"entries": [{"package_signer_link": null}]})",
        R"({"entries": [{"package_signer_link": "https://elsewhere.example/~jo"}]})"}) {
    CAPTURE(answer);
    test::ScriptedHttp http;
    http.answer(kUploads, 200, answer);
    LaunchpadClient client(http);
    LaunchpadPeople people(client, http, "ubuntu");
    CHECK(people.uploaders_of("foo", "1+2") == People{});
    CHECK(http.asked.size() == 1);
  }
}

// migration 4.5.13
TEST_CASE("people: who has neither address nor key is left out") {
  PeopleScene scene;
  scene.http.answer(kKeys + kPrint, 404);
  CHECK(scene.ask() == People{{"jo+w@a.example", "jo@ubuntu.com"}});
}

// migration 4.5.13
TEST_CASE("people: without Launchpad nothing is known, whichever question fails") {
  for (const auto* path : {"~jo", "~jo/confirmed", "~ada/gpg_keys"}) {
    CAPTURE(path);
    PeopleScene scene;
    class Failing final : public test::GetOnlyHttp {
     public:
      Failing(sys::HttpClient& http, std::string url) : http_(http), url_(std::move(url)) {}
      base::Result<sys::HttpResponse> get(const sys::HttpRequest& request) override {
        if (request.url == url_) return base::fail(base::ErrorKind::unavailable, "refused");
        return http_.get(request);
      }

     private:
      sys::HttpClient& http_;
      std::string url_;
    } failing(scene.http, kPeopleApi + path);
    LaunchpadClient client(failing);
    LaunchpadPeople people(client, failing, "ubuntu");
    CHECK_FALSE(people.uploaders_of("foo", "1+2"));
    CHECK(client.take_messages().size() == 1);
  }
}

// migration 4.5.13
TEST_CASE("people: a key server that fails is not asked again, and one warning says so") {
  PeopleScene scene;
  scene.http.answer(kKeys + kPrint, sys::HttpResponse::kTimedOut);
  CHECK_FALSE(scene.ask());
  CHECK_FALSE(scene.ask());
  CHECK(std::ranges::count(scene.http.asked, kKeys + kPrint) == 1);
  CHECK(scene.people.take_messages().size() == 1);
  CHECK(scene.people.take_messages().empty());
}

// migration 4.5.13
TEST_CASE("people: a key's names without those that are gone, malformed or repeated") {
  CHECK(key_addresses("info:1:1\nuid:Jo <jo@a.example>:1::\r\nuid:bare@b.example:1:\n"
                      "uid:Old <old@a.example>:1::r\nuid:No address:1::\nuid\n\nsub:x@y.example\n"
                      "uid:Jo%3Cjo@a.example%3E:1::\nuid:%zz%3C%:1::\n") ==
        Addresses{"jo@a.example", "bare@b.example"});
  CHECK(key_addresses("<html>no such thing</html>").empty());
}

TEST_CASE("people: an address is one address") {
  CHECK(is_mail_address("jo+x@a.example"));
  for (const auto* bad : {"", "jo", "@a.example", "jo@", "a@b@c", "a b@c", "a@b,c@d",
                          "a@b\r\nBcc: c", "<a@b>", "a@b;", "\"a\"@b", "ö@b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_mail_address(bad));
  }
}

}  // namespace sluice::britney
