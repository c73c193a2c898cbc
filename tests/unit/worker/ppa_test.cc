#include "worker/ppa.h"

#include <doctest/doctest.h>

using namespace sluice;
using worker::Ppa;
using worker::TestbedFile;

namespace {

worker::WorkerConfig config() {
  worker::WorkerConfig config;
  config.ppa_archive = "https://ppa.example";
  config.ppa_private_archive = "https://private.example";
  return config;
}

}  // namespace

// autopkgtest 1.6
TEST_CASE("ppa: owner, name, fingerprint and credentials") {
  CHECK(worker::parse_ppa("me/tools").value() == Ppa{"", "", "me", "tools", ""});
  CHECK(worker::parse_ppa("me/tools:0123456789abcdef0123456789ABCDEF01234567")->fingerprint ==
        "0123456789ABCDEF0123456789ABCDEF01234567");
  const auto secret = worker::parse_ppa("user:token@me/tools");
  REQUIRE(secret);
  CHECK(*secret == Ppa{"user", "token", "me", "tools", ""});
}

TEST_CASE("ppa: an error never repeats the token") {
  const auto ppa = worker::parse_ppa("user:s3cret@me");
  REQUIRE_FALSE(ppa);
  CHECK_FALSE(ppa.error().text().contains("s3cret"));
}

// autopkgtest 2.4
TEST_CASE("ppa: a public one is a source and its key") {
  const auto files = worker::ppa_files({"", "", "me", "tools", ""}, "KEY", 1, "noble", config());

  CHECK(files ==
        std::vector<TestbedFile>{
            {"autopkgtest-ppa-1.asc", "/etc/apt/keyrings/autopkgtest-ppa-1.asc", "KEY"},
            {"autopkgtest-ppa-1.sources", "/etc/apt/sources.list.d/autopkgtest-ppa-1.sources",
             "Types: deb deb-src\nURIs: https://ppa.example/me/tools/ubuntu\nSuites: noble\n"
             "Components: main\nSigned-By: /etc/apt/keyrings/autopkgtest-ppa-1.asc\n"}});
}

// autopkgtest 2.4, 2.8
TEST_CASE("ppa: credentials are a file of apt's and not part of the source") {
  const auto files =
      worker::ppa_files({"user", "token", "me", "tools", ""}, "KEY", 2, "noble", config());

  REQUIRE(files.size() == 3);
  CHECK_FALSE(files[1].bytes.contains("token"));
  CHECK(files[2] ==
        TestbedFile{"autopkgtest-ppa-2.auth", "/etc/apt/auth.conf.d/autopkgtest-ppa-2.conf",
                    "machine private.example/me/tools/ubuntu login user password token\n"});
}
