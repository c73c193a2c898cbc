// covers: yaml_keys.h
#include "cli/mirror_config.h"

#include <doctest/doctest.h>

#include "cli/serve_config.h"
#include "support/memory_files.h"

namespace sluice::cli {
namespace {

const std::string kWhole =
    "debian:\n  url: https://m.example/debian\n  suites: [testing, unstable]\n"
    "  components: [main]\n  architectures: amd64\n  keyrings: /k.gpg\n  directory: /srv/m\n"
    "  interval: 5\n  valid_until: ignore\n";
const std::string kLeast = "small:\n  url: /srv/archive\n  suites: [sid]\n  keyrings: [/k.gpg]\n";

std::string what_is_wrong(const std::string& text) {
  test::MemoryFileSystem files;
  files.put("mirrors.yaml", text);
  ServeArguments arguments;
  arguments.mirrors_file = "mirrors.yaml";
  const auto options = mirror_options(arguments, files);
  return options ? "nothing" : options.error().text();
}

}  // namespace

// decision 12
TEST_CASE("mirror config: every key, and what goes without saying") {
  test::MemoryFileSystem files;
  files.put("mirrors.yaml", kLeast);
  auto arguments = parse_serve_config(
      "mirrors:\n  debian:\n    url: https://m.example/debian\n"
      "    suites: [testing, unstable]\n    components: [main]\n"
      "    architectures: amd64\n    keyrings: /k.gpg\n"
      "    directory: /srv/m\n    interval: 5\n"
      "    valid_until: ignore\n",
      {});
  REQUIRE(arguments);
  arguments->mirrors_file = "mirrors.yaml";
  arguments->state = "/state";

  const auto options = mirror_options(*arguments, files);

  REQUIRE(options);
  const auto& whole = options->at(0);
  CHECK(whole.name == "debian");
  CHECK(whole.request.address == "https://m.example/debian");
  CHECK(whole.request.suites == std::vector<std::string>{"testing", "unstable"});
  CHECK(whole.request.components == std::vector<std::string>{"main"});
  CHECK(whole.request.architectures == std::vector<std::string>{"amd64"});
  CHECK(whole.request.keyrings == std::vector<std::string>{"/k.gpg"});
  CHECK(whole.request.valid_until == archive::ValidUntil::ignore);
  CHECK(whole.directory == "/srv/m");
  CHECK(whole.interval == std::chrono::minutes(5));
  const auto& least = options->at(1);
  CHECK(least.directory == "/state/mirrors/small");
  CHECK(least.request.valid_until == archive::ValidUntil::check);
  CHECK(least.request.components.empty());
}

// decision 12
TEST_CASE("mirror config: what is refused, with the key") {
  CHECK(what_is_wrong(kWhole) == "nothing");
  CHECK(what_is_wrong("x:\n  suite: [a]\n").contains("did you mean \"suites\"?"));
  CHECK(what_is_wrong("x:\n  suites: [a]\n  keyrings: /k\n").contains("url"));
  CHECK(what_is_wrong("x:\n  url: /a\n  suites: [a]\n").contains("keyring"));
  CHECK(what_is_wrong("x:\n  url: /a\n  keyrings: /k\n").contains("suite"));
  CHECK(what_is_wrong(kLeast + "  interval: 0\n").contains("interval"));
  CHECK(what_is_wrong(kLeast + "  valid_until: never\n").contains("check or ignore"));
  CHECK(what_is_wrong("a/b:\n  url: /a\n").contains("a/b"));
  CHECK(what_is_wrong("x: 5\n").contains("keys with values"));
  CHECK(what_is_wrong("- x\n").contains("names of mirrors"));
  CHECK(what_is_wrong("{").contains("mirrors.yaml"));
  CHECK(what_is_wrong(kLeast + "  directory: /d\nother:\n  url: /a\n  suites: [a]\n"
                               "  keyrings: /k\n  directory: /d\n")
            .contains("two mirrors"));
}

TEST_CASE("mirror config: a file that is not there") {
  test::MemoryFileSystem files;
  ServeArguments arguments;
  arguments.mirrors_file = "none";
  CHECK(mirror_options(arguments, files).error().kind == base::ErrorKind::not_found);
}

}  // namespace sluice::cli
