#include "notify/compose_mail.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace sluice::notify {

// migration 4.5.13
TEST_CASE("compose: a stuck version, with the peer's sender, subject and header") {
  const auto mail = stuck_mail({"green", "2-1", "noble", 3, {"autopkgtest", "age"}, "https://x/e"},
                               {"jo@example.org", "ada@example.org"});

  CHECK(mail.from == "noreply+proposed-migration@ubuntu.com");
  CHECK(mail.to == std::vector<std::string>{"jo@example.org", "ada@example.org"});
  CHECK(mail.subject == "[proposed-migration] green 2-1 stuck in noble-proposed for 3 days.");
  REQUIRE(mail.headers.size() == 1);
  CHECK(mail.headers[0] == std::pair<std::string, std::string>{"X-Proposed-Migration", "notice"});
  CHECK(mail.body.contains("It is held by: autopkgtest, age."));
  CHECK(mail.body.contains("https://x/e"));
}

// migration 4.5.13
TEST_CASE("compose: one day is one day") {
  const auto mail = stuck_mail({"green", "2-1", "noble", 1, {}, ""}, {"jo@example.org"});

  CHECK(mail.subject.ends_with("for 1 day."));
  CHECK_FALSE(mail.body.contains("held by"));
  CHECK_FALSE(mail.body.contains("listed here"));
}

// migration 4.5.14
TEST_CASE("compose: regressions go to the bug") {
  const auto mail =
      regression_mail({"green", "2-1", "noble", {"blue/1 (amd64)", "red/3 (arm64)"}, ""}, "12345");

  CHECK(mail.to == std::vector<std::string>{"12345@bugs.launchpad.net"});
  CHECK(mail.body.contains("\n  blue/1 (amd64)\n  red/3 (arm64)\n"));
}

// migration 4.5.13
TEST_CASE("compose: which of a person's addresses") {
  CHECK(preferred_address({"a@example.org", "a@canonical.com", "a@Ubuntu.com"}) == "a@Ubuntu.com");
  CHECK(preferred_address({"a@example.org", "a@canonical.com"}) == "a@canonical.com");
  CHECK(preferred_address({"b@example.org", "a@example.org"}) == "b@example.org");
  CHECK(preferred_address({}).empty());
}

}  // namespace sluice::notify
