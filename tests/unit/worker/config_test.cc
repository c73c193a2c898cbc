#include "worker/config.h"

#include <doctest/doctest.h>

using namespace sluice;
using namespace std::chrono_literals;
using Words = std::vector<std::string>;

// autopkgtest 2.1
TEST_CASE("worker.conf: every key of the peers") {
  const auto config = worker::parse_worker_config(
      "[autopkgtest]\n"
      "checkout_dir = /srv/autopkgtest\n"
      "per_package_config_dir = /srv/lists\n"
      "releases = noble jammy\n"
      "architectures = amd64 i386\n"
      "extra_args = --env=a=b\n"
      "setup_command = one\n"
      "setup_command2 = two\n"
      "retry_delay = 30\n"
      "debug = 1\n"
      "worker_upstream_percentage = 33\n"
      "stable_release_percentage = 100\n"
      "[virt]\n"
      "args = lxd $LXD_REMOTE\n"
      "package_size_default = -c limits.cpu=2\n"
      "package_size_big = -c limits.cpu=4\n",
      {});

  REQUIRE(config);
  CHECK(config->checkout_dir == "/srv/autopkgtest");
  CHECK(config->per_package_config_dir == "/srv/lists");
  CHECK(config->releases == Words{"noble", "jammy"});
  CHECK(config->extra_args == "--env=a=b");
  CHECK(config->setup_command == "one");
  CHECK(config->setup_command2 == "two");
  CHECK(config->retry_delay == 30s);
  CHECK(config->debug);
  CHECK(config->args == "lxd $LXD_REMOTE");
  CHECK(config->package_size_default == "-c limits.cpu=2");
  CHECK(config->package_size_big == "-c limits.cpu=4");
  CHECK(config->problems ==
        Words{"[autopkgtest] architectures has no effect: -a and the remotes say for which ones it "
              "works",
              "[autopkgtest] worker_upstream_percentage has no effect: the order of service is the "
              "queue's",
              "[autopkgtest] stable_release_percentage has no effect: the order of service is the "
              "queue's"});
}

// autopkgtest 2.4
TEST_CASE("worker.conf: limits have the peers' values until they are set") {
  const auto config = worker::parse_worker_config("[autopkgtest]\ntimeout_test = 2\n", {});

  REQUIRE(config);
  CHECK(config->limits == worker::TimeLimits{300s, 3000s, 2s, 900s, 20'000s});
}

// testgrid 1.1 (DISK.WORKER)
TEST_CASE("worker.conf: the room that must be free is in MiB, a quarter GiB by itself") {
  const auto room = [](const char* text) {
    return worker::parse_worker_config(text, {}).value().disk_free_min;
  };
  CHECK(room("") == std::uint64_t{256} << 20);
  CHECK(room("[autopkgtest]\ndisk_free_min = 20480\n") == std::uint64_t{20} << 30);
  CHECK(room("[autopkgtest]\ndisk_free_min = 0\n") == 0);
}

// autopkgtest 2.1
TEST_CASE("worker.conf: credentials fill macros and are remembered as secrets") {
  const auto config = worker::parse_worker_config(
      "# #NOT_A_MACRO# in a comment\n[virt]\nargs = ssh -p #PASS#\n", {{"PASS", "secret"}});

  REQUIRE(config);
  CHECK(config->args == "ssh -p secret");
  CHECK(config->secrets == Words{"secret"});
}

// autopkgtest 1.1
TEST_CASE("worker.conf: contexts of the site, or the peers' four") {
  CHECK(worker::parse_worker_config("", {})->contexts ==
        Words{"ubuntu", "huge", "ppa", "upstream"});
  CHECK(worker::parse_worker_config("[autopkgtest]\ncontexts = laptop ubuntu\n", {})->contexts ==
        Words{"laptop", "ubuntu"});
  for (const auto* wrong : {"a-b", "", "../x"})
    CHECK(worker::parse_worker_config("[autopkgtest]\ncontexts = " + std::string(wrong) + "\n", {})
              .error()
              .text()
              .starts_with("[autopkgtest] contexts: expected"));
}

// autopkgtest 2.1
TEST_CASE("worker.conf: what the peers' worker ignores has no effect, and is said") {
  const auto config = worker::parse_worker_config("[autopkgtest]\narchitectures = i386\n", {});
  REQUIRE(config);
  REQUIRE(config->problems.size() == 1);
  CHECK(config->problems[0].contains("architectures has no effect"));
}

TEST_CASE("worker.conf: what is wrong is named with section and key") {
  const auto error = [](const char* text) {
    return worker::parse_worker_config(text, {}).error().text();
  };
  CHECK(error("[autopkgtest]\nretry_delay = soon\n") ==
        "[autopkgtest] retry_delay: expected a number of seconds");
  for (const auto* wrong : {"-1", "1G", "", "1000000001"})
    CHECK(error(("[autopkgtest]\ndisk_free_min = " + std::string(wrong) + "\n").c_str()) ==
          "[autopkgtest] disk_free_min: expected a number of MiB");
  CHECK(error("[autopkgtest]\ndebug = maybe\n") == "[autopkgtest] debug: expected yes or no");
  CHECK(error("[virt]\nargs = #PASS#\n") == "[virt] args: no credential for the macro #PASS#");
  CHECK(error("args\n") == "line 1: expected a [section] first");
}

TEST_CASE("worker.conf: unknown keys are problems, not errors; an empty file is all defaults") {
  const auto config = worker::parse_worker_config("[autopkgtest]\nrelease = noble\n", {});

  REQUIRE(config);
  CHECK(config->problems == Words{"line 2: unknown key [autopkgtest] release"});
  CHECK(worker::parse_worker_config("", {})->args == "null");
}
