#include "britney/launchpad_uploads.h"

#include <doctest/doctest.h>

#include "support/scripted_http.h"

namespace sluice::britney {
namespace {

const std::string kUploadsApi = "https://api.launchpad.net/1.0/";
const std::string kUpload =
    kUploadsApi +
    "ubuntu/+archive/primary?ws.op=getPublishedSources&pocket=Proposed&source_name=foo&version=2"
    "&exact_match=true&distro_series=%2Fubuntu%2Fnoble";
const std::string kLink = kUploadsApi + "ubuntu/+sourcepub/1";
const std::string kChanges = "https://launchpad.net/ubuntu/+files/foo.changes";
using Bugs = std::vector<std::string>;

struct UploadsScene {
  UploadsScene() {
    http.answer(kUpload, 200, R"({"entries": [{"self_link": ")" + kLink + R"("}]})");
  }
  void changes_at(const std::string& json) {
    http.answer(kLink + "?ws.op=changesFileUrl", 200, json);
  }
  std::optional<Bugs> bugs() { return uploads.bugs_fixed_by("foo", "2"); }

  test::ScriptedHttp http;
  LaunchpadClient client{http};
  LaunchpadUploads uploads{client, "ubuntu", "noble"};
};

}  // namespace

// migration 4.5.14
TEST_CASE("uploads: the bugs are those of the .changes, signed or not") {
  UploadsScene scene;
  scene.changes_at('"' + kChanges + '"');
  scene.http.answer(kChanges, 200,
                    "-----BEGIN PGP SIGNED MESSAGE-----\n\nSource: foo\n"
                    "Launchpad-Bugs-Fixed: 12 3\nCloses: 99\n");
  CHECK(scene.bugs() == Bugs{"12", "3"});
}

// migration 4.5.14
TEST_CASE("uploads: bugs are numbers, none twice") {
  CHECK(bugs_of_changes("launchpad-bugs-fixed: 1 x 2a 1 -3 4\r\n") == Bugs{"1", "4"});
  CHECK(bugs_of_changes("Launchpad-Bugs-Fixed:\nno colon").empty());
  CHECK(bugs_of_changes("").empty());
}

// migration 4.5.14
TEST_CASE("uploads: without publication or .changes there are no bugs") {
  UploadsScene copied;
  copied.changes_at("null");
  CHECK(copied.bugs() == Bugs{});
  for (const auto* answer : {"{}", R"({"entries": []})", R"({"entries": [{}]})"}) {
    test::ScriptedHttp http;
    http.answer(kUpload, 200, answer);
    LaunchpadClient client(http);
    CHECK(LaunchpadUploads(client, "ubuntu", "noble").bugs_fixed_by("foo", "2") == Bugs{});
  }
}

// migration 4.5.14
TEST_CASE("uploads: what is not answered is not known") {
  UploadsScene refused;
  refused.changes_at('"' + kChanges + '"');
  refused.http.fail(kChanges);
  CHECK_FALSE(refused.bugs());
  CHECK_FALSE(refused.uploads.is_proposed("foo", "2"));  // nobody asks again
  CHECK(refused.client.take_messages().size() == 1);

  UploadsScene elsewhere;
  elsewhere.changes_at(R"("https://elsewhere.example/foo.changes")");
  CHECK_FALSE(elsewhere.bugs());
  CHECK(elsewhere.http.asked.size() == 2);
}

// migration 4.5.14
TEST_CASE("uploads: a version is in proposed while it is published there") {
  const auto published = kUpload + "&status=Published";
  const auto asked = [&](const std::string& answer) {
    test::ScriptedHttp http;
    http.answer(published, 200, answer);
    LaunchpadClient client(http);
    return LaunchpadUploads(client, "ubuntu", "noble").is_proposed("foo", "2");
  };
  CHECK(asked(R"({"entries": [{}]})") == true);
  CHECK(asked(R"({"entries": []})") == false);
  CHECK_FALSE(asked("{}").has_value());
}

}  // namespace sluice::britney
