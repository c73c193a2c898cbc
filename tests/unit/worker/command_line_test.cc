#include "worker/command_line.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/text.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

// A worker with containers and a tool that knows everything.
struct Bench {
  Bench() {
    config.args = "lxd -r $LXD_REMOTE image/$RELEASE/$ARCHITECTURE$VMFLAG $PACKAGESIZE";
    config.package_size_default = "-c limits.cpu=2";
    config.package_size_big = "-c limits.cpu=4";
    tool = {true, true, true, true, true, "--test-name"};
    request.package = "gzip";
    request.triggers = {"glibc/2.36-9", "dpkg/1.21"};
  }

  base::Result<std::vector<std::string>> words() const {
    return worker::command_line(
        {config, tool, traits, queue, request, variables, "autopkgtest", "/run/out", copies});
  }
  std::string line() const {
    const auto all = words();
    return all ? base::join(*all, " ") : all.error().text();
  }
  bool has(const std::string& word) const {
    const auto all = words();
    return all && std::ranges::find(*all, word) != all->end();
  }

  worker::WorkerConfig config;
  worker::ToolOptions tool;
  worker::PackageTraits traits;
  adt::QueueName queue{"", "noble", "amd64"};
  adt::RequestMessage request;
  worker::Variables variables{{"LXD_REMOTE", "remote1"}};
  std::vector<std::pair<std::string, std::string>> copies;
};

}  // namespace

// autopkgtest 2.4
TEST_CASE("command line: an ordinary request, in the peers' order") {
  CHECK(Bench().line() ==
        "autopkgtest --output-dir /run/out --apt-pocket=proposed=src:glibc,src:dpkg --apt-upgrade "
        "gzip --timeout-short=300 --timeout-install=3000 --timeout-test=10000 --timeout-copy=900 "
        "--timeout-build=20000 --env=ADT_TEST_TRIGGERS=glibc/2.36-9 dpkg/1.21 -- lxd -r remote1 "
        "image/noble/amd64 -c limits.cpu=2");
}

// autopkgtest 2.4
TEST_CASE("command line: everything at once, in the peers' order") {
  Bench bench;
  bench.config.extra_args = "--extra=$RELEASE";
  bench.config.setup_command = "setup $ARCHITECTURE";
  bench.config.setup_command2 = "more";
  bench.config.debug = true;
  bench.request.ppas = {"me/tools"};
  bench.request.all_proposed = true;
  bench.request.env = {"A=b"};
  bench.request.testname = "smoke";
  bench.request.pins = {{"sid", {"src:x", "y"}}};
  bench.queue = {"ppa", "noble", "riscv64"};

  CHECK(bench.line() ==
        "autopkgtest --output-dir /run/out --needs-internet=skip --extra=noble --setup-commands "
        "setup riscv64 --setup-commands more --add-apt-source=ppa:me/tools --apt-pocket=proposed "
        "--pin-packages=sid=src:x,y --apt-upgrade gzip --debug --timeout-short=1200 "
        "--timeout-install=12000 --timeout-test=40000 --timeout-copy=3600 --timeout-build=80000 "
        "--env=A=b --env=ADT_TEST_TRIGGERS=glibc/2.36-9 dpkg/1.21 --test-name=smoke -- lxd -r "
        "remote1 image/noble/riscv64 -c limits.cpu=2");
}

// autopkgtest 2.4
TEST_CASE("command line: when packages come from proposed") {
  Bench bench;
  CHECK(bench.has("--apt-pocket=proposed=src:glibc,src:dpkg"));

  SUBCASE("synthetic triggers are no sources; without a real one there is no pocket") {
    bench.request.triggers = {"migration-reference/0"};
    CHECK_FALSE(bench.line().contains("--apt-pocket"));
  }
  SUBCASE("not on the worker's own machine") {
    bench.config.args = "null";
    CHECK_FALSE(bench.line().contains("--apt-pocket"));
    CHECK_FALSE(bench.has("--apt-upgrade"));
  }
  SUBCASE("not for tests from git") {
    bench.request.test_git = "https://git.example/x#main";
    CHECK_FALSE(bench.line().contains("--apt-pocket"));
    CHECK(bench.line().contains(" --no-built-binaries https://git.example/x#main "));
  }
  SUBCASE("for builds from git") {
    bench.request.build_git = "https://git.example/x";
    CHECK(bench.line().contains("--apt-pocket"));
    CHECK(bench.line().contains(" --apt-upgrade https://git.example/x --timeout"));
  }
  SUBCASE("not with PPAs, unless all of proposed is wanted") {
    bench.request.ppas = {"me/tools"};
    CHECK_FALSE(bench.line().contains("--apt-pocket"));
    bench.request.all_proposed = true;
    CHECK(bench.has("--apt-pocket=proposed"));
  }
}

// autopkgtest 2.4
TEST_CASE("command line: limits by list and architecture") {
  worker::WorkerConfig config;
  using worker::TimeLimits;
  CHECK(worker::time_limits(config, {.big = true}, "amd64") ==
        TimeLimits{300s, 3000s, 20'000s, 900s, 20'000s});
  CHECK(worker::time_limits(config, {.big = true, .long_tests = true}, "amd64") ==
        TimeLimits{300s, 3000s, 40'000s, 900s, 40'000s});
  CHECK(worker::time_limits(config, {.long_tests = true}, "riscv64") ==
        TimeLimits{1200s, 12'000s, 160'000s, 3600s, 160'000s});
  CHECK(worker::whole_limit(config, config.limits) == 273'600s);
  config.run_limit = 60s;
  CHECK(worker::whole_limit(config, config.limits) == 60s);
}

// autopkgtest 2.2, 2.4
TEST_CASE("command line: size and kind of the testbed") {
  Bench bench;
  bench.traits = {.big = true, .vm = true};
  CHECK(bench.line().ends_with("image/noble/amd64/vm -c limits.cpu=4"));
  bench.queue.arch = "s390x";
  CHECK(bench.line().ends_with("image/noble/s390x/vm -c limits.cpu=1"));
}

// autopkgtest 2.4
TEST_CASE("command line: i386 as part of amd64 needs a tool that has -a") {
  Bench bench;
  bench.queue.arch = "i386";
  bench.config.i386_on_amd64 = {"noble"};
  CHECK(bench.line().starts_with("autopkgtest --output-dir /run/out -a i386 --apt-pocket"));
  CHECK(bench.line().contains("image/noble/amd64"));

  bench.tool.architecture = false;
  CHECK(bench.words().error().kind == base::ErrorKind::unavailable);

  bench.queue.release = "bionic";
  CHECK(bench.line().contains("image/bionic/i386"));
}

// autopkgtest 2.4
TEST_CASE("command line: a kernel trigger installs its flavour, if the site wants that") {
  Bench bench;
  bench.request.triggers = {"linux-meta-aws-6.8/6.8.0.1"};
  CHECK_FALSE(bench.line().contains("--setup-commands"));
  bench.config.kernel_setup_command = "install linux-$KERNELFLAVOUR";
  CHECK(bench.line().contains("--setup-commands install linux-aws-6.8 "));
  bench.request.triggers = {"linux-meta/6.8.0.1"};
  CHECK(bench.line().contains("--setup-commands install linux-generic "));
}

// autopkgtest 2.4
TEST_CASE("command line: a PPA that the tool does not know is copied into the testbed") {
  Bench bench;
  bench.tool.ppa_sources = false;
  bench.request.ppas = {"me/tools"};
  bench.copies = {{"/run/1.sources", "/etc/apt/sources.list.d/1.sources"}};

  CHECK(bench.has("--copy=/run/1.sources:/etc/apt/sources.list.d/1.sources"));
  CHECK_FALSE(bench.line().contains("ppa:"));
}

// autopkgtest 2.4, 2.8
TEST_CASE("command line: credentials never stand on it") {
  Bench bench;

  SUBCASE("of a PPA, even if the tool could take them") {
    bench.request.ppas = {"user:token@me/tools"};
    CHECK(bench.words());
    CHECK_FALSE(bench.line().contains("token"));
  }
  SUBCASE("of a PPA, by way of a variable") {
    bench.request.ppas = {"user:token@me/tools"};
    bench.request.env = {"T=token"};
    CHECK(bench.words().error().kind == base::ErrorKind::invalid);
  }
  SUBCASE("of the worker, by way of a macro") {
    bench.config.secrets = {"s3cret"};
    bench.config.setup_command = "login --password=s3cret";
    CHECK(bench.words().error().kind == base::ErrorKind::denied);
    CHECK_FALSE(bench.words().error().text().contains("s3cret"));
  }
  SUBCASE("in a URL") {
    bench.request.test_git = "https://user:pw@git.example/x";
    CHECK(bench.words().error().kind == base::ErrorKind::invalid);
  }
}

// autopkgtest 1.6: today's worker ignores the key
TEST_CASE("command line: a branch in bzr is left out, the package of that name is tested") {
  Bench bench;
  const auto without = bench.line();
  bench.request.test_bzr = "lp:x";
  CHECK(bench.line() == without);
}

// autopkgtest 2.4
TEST_CASE("command line: what cannot be done here is refused and not left out") {
  Bench bench;

  SUBCASE("a PPA on the worker's own machine") {
    bench.config.args = "null";
    bench.request.ppas = {"me/tools"};
  }
  SUBCASE("a PPA on the worker's own machine, by way of a variable") {
    bench.config.args = "$VIRT";
    bench.variables["VIRT"] = "null";
    bench.request.ppas = {"me/tools"};
  }
  SUBCASE("a PPA with a tool that has no way for it") {
    bench.tool.ppa_sources = bench.tool.copy = false;
    bench.request.ppas = {"me/tools"};
  }
  SUBCASE("a single test") {
    bench.tool.test_name = "";
    bench.request.testname = "x";
  }
  SUBCASE("pins") {
    bench.tool.pin_packages = false;
    bench.request.pins = {{"sid", {"x"}}};
  }

  CHECK(bench.words().error().kind == base::ErrorKind::unavailable);
}
