// covers: gate_inputs.cc
#include "flow/what_if.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "support/gate_scene.h"
#include "support/published_results.h"
#include "support/temporary_directory.h"

using namespace sluice;
using flow::Supposition;

namespace {

struct WhatIfScene : support::GateScene {
  // So that the run, and no policy, finds out that bar breaks its user.
  WhatIfScene() { files.put("c", *files.read("c") + "IMPLICIT_DEPS = no\n"); }
  void expect_tests_of_foo(const std::string& results) {
    auto config = *files.read("c");
    config.replace(config.find("ADT_ENABLE = no"), 15, "ADT_ENABLE = yes");
    files.put("c", config +
                       "ADT_ARCHES = amd64\nADT_AMQP = file:///q\n"
                       "ADT_SWIFT_URL = file:///r\nADT_CI_URL = http://ci.example/\n" +
                       results);
    auto sources = *files.read("u/Sources");
    sources.replace(sources.find("Package: foo\n"), 13, "Package: foo\nTestsuite: autopkgtest\n");
    files.put("u/Sources", sources);
  }
  base::Result<flow::WhatIf> ask(const Supposition& supposition) {
    return flow::suppose(config(), supposition, files, clock, log);
  }
};

std::string names(const std::vector<migrate::Item>& items, const flow::WhatIf& answer) {
  std::string text;
  for (const auto& item : items)
    (text += text.empty() ? "" : " ") += name_of(item, *answer.engine().archive().snapshot);
  return text;
}

}  // namespace

// migration 9 (e)
TEST_CASE("what-if: nothing supposed, nothing different, nothing written") {
  WhatIfScene scene;
  const auto before = scene.files.paths();
  const auto answer = scene.ask({});
  REQUIRE(answer);
  CHECK(answer->difference.empty());
  CHECK(scene.files.paths() == before);
}

// migration 9 (e)
TEST_CASE("what-if: a removal lets the package move that it held") {
  WhatIfScene scene;
  Supposition supposition;
  supposition.remove = {"user"};
  const auto answer = scene.ask(supposition);
  REQUIRE(answer);
  CHECK(names(answer->difference.moves, *answer) == "-user/1 bar/2");
}

// migration 9 (e), 4.3 F
TEST_CASE("what-if: a removal is made whatever it breaks, and that is shown") {
  WhatIfScene scene;
  Supposition supposition;
  supposition.remove = {"bar"};
  const auto answer = scene.ask(supposition);
  REQUIRE(answer);
  CHECK(answer->refused.empty());
  CHECK(names(answer->difference.moves, *answer) == "-bar/1");
  REQUIRE(answer->difference.uninstallable.size() == 1);
  CHECK(answer->difference.uninstallable[0].broken == std::vector<std::string>{"user"});
}

// migration 9 (e), 4.3 F
TEST_CASE("what-if: a removal that is blocked is refused with the reason") {
  WhatIfScene scene;
  scene.files.put("h/ada", "block -user\n");
  Supposition supposition;
  supposition.remove = {"user"};
  const auto answer = scene.ask(supposition);
  REQUIRE(answer);
  REQUIRE(answer->refused.size() == 1);
  CHECK(answer->refused[0].item == "-user");
  CHECK(answer->refused[0].because == std::vector<std::string>{"block"});
}

// migration 9 (e)
TEST_CASE("what-if: a hint by force shows what it breaks") {
  WhatIfScene scene;
  Supposition supposition;
  supposition.hints = {"force-hint bar/2"};
  const auto answer = scene.ask(supposition);
  REQUIRE(answer);
  CHECK(names(answer->difference.moves, *answer) == "bar/2");
  REQUIRE(answer->difference.uninstallable.size() == 1);
  CHECK(answer->difference.uninstallable[0].broken == std::vector<std::string>{"user"});
}

// migration 9 (e), 8.2: the old binaries of a source go when it moves, and what has none is
// obsolete
TEST_CASE("what-if: a waived source without binaries takes the old ones along") {
  WhatIfScene scene;
  scene.files.put("u/Packages_amd64", support::binary("bar", "2"));
  Supposition supposition;
  supposition.waive = {"foo"};
  const auto answer = scene.ask(supposition);
  REQUIRE(answer);
  CHECK(names(answer->difference.moves, *answer) == "-foo/2 foo/2");
  CHECK(answer->leaves == std::vector<flow::Gone>{{"foo", "amd64"}, {"foo", flow::Gone::kSource}});
  CHECK(scene.ask({})->leaves.empty());
}

// migration 9 (e), 4.5.3
TEST_CASE("what-if: time makes packages old enough") {
  WhatIfScene scene;
  auto config = *scene.files.read("c");
  config.replace(config.find("MINDAYS_MEDIUM = 0"), 18, "MINDAYS_MEDIUM = 3");
  scene.files.put("c", config);
  Supposition supposition;
  supposition.days = 2;
  auto answer = scene.ask(supposition);
  REQUIRE(answer);
  CHECK(answer->difference.moves.empty());
  supposition.days = 3;
  answer = scene.ask(supposition);
  REQUIRE(answer);
  CHECK(names(answer->difference.moves, *answer) == "foo/2");
  const auto& excuses = answer->difference.excuses;
  const auto foo = std::ranges::find(excuses, "foo", &migrate::ExcuseChange::uvname);
  REQUIRE(foo != excuses.end());
  CHECK(foo->gone_reasons.front() == "age");
}

// migration 9 (e)
TEST_CASE("what-if: a waiver ends a block, and so does approval") {
  WhatIfScene scene;
  scene.files.put("h/ada", "block foo\n");
  for (const bool waived : {true, false}) {
    CAPTURE(waived);
    Supposition supposition;
    (waived ? supposition.waive : supposition.unblock) = {"foo"};
    const auto answer = scene.ask(supposition);
    REQUIRE(answer);
    CHECK(names(answer->difference.moves, *answer) == "foo/2");
  }
}

TEST_CASE("what-if: what makes no sense is named") {
  struct Row {
    const char* name;
    Supposition supposition;
    const char* word;
  };
  const Row rows[] = {
      {"no such source", {.waive = {"nosuch"}}, "'nosuch'"},
      {"no such source in testing", {.remove = {"nosuch"}}, "testing"},
      {"no source with such tests", {.ignore_tests = {"nosuch/amd64"}}, "'nosuch'"},
      {"no such architecture", {.ignore_tests = {"foo/nosuch"}}, "'foo/nosuch'"},
      {"tests where none count", {.ignore_tests = {"foo"}}, "ADT_ENABLE"},
      {"tests of an upload where none count", {.skip_tests = {"foo"}}, "ADT_ENABLE"},
      {"no hint", {.hints = {"frobnicate foo"}}, "frobnicate"},
      {"a hint without its package", {.hints = {"easy"}}, "Malformed hint"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.name));
    WhatIfScene scene;
    if (std::string_view(row.word) != "ADT_ENABLE") scene.expect_tests_of_foo("");
    const auto answer = scene.ask(row.supposition);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == base::ErrorKind::invalid);
    CAPTURE(answer.error().what);
    CHECK(answer.error().what.find(row.word) != std::string::npos);
  }
}

// migration 9 (e), 6.3: of two hints that contradict each other the later one counts
TEST_CASE("what-if: what is supposed counts against the hint files, or says what overrules it") {
  WhatIfScene scene;
  scene.files.put("c", *scene.files.read("c") + "HINTS_ADA = ALL\n");
  Supposition supposition;
  supposition.waive = {"foo"};
  scene.files.put("h/ada", "force foo/1\nblock foo\nunblock foo/9\n");
  const auto stale = scene.ask(supposition);
  REQUIRE(stale);
  CHECK(names(stale->difference.moves, *stale) == "foo/2");
  const auto warned = [&](std::string_view begin) {
    return std::ranges::any_of(scene.log.lines,
                               [&](const auto& l) { return l.starts_with(begin); });
  };
  CHECK(warned("W: what-if: Overriding"));

  Supposition approved;
  approved.unblock = {"foo"};
  REQUIRE(scene.ask(approved));
  CHECK(warned("W: what-if: Ignoring"));
}

// migration 9 (e), 4.6.2: without results it would be the answer to another question
TEST_CASE("what-if: where results of tests cannot be read there is no answer") {
  const test::TemporaryDirectory directory;
  const auto path = directory.root + "/results.db";
  test::publish_results(
      path,
      "INSERT INTO test VALUES (1, 'testing', 'amd64', 'foo');"
      "INSERT INTO result VALUES (1, '20230101_100101@', '2', 'foo/2', 1, 0, '');");
  WhatIfScene scene;
  scene.expect_tests_of_foo("ADT_DB_URL = file://" + path + "\n");
  REQUIRE(scene.ask({}));
  // The first two pages are the schema and the names of the tests.
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(2 * 4096).write(std::string(2 * 4096, '\xff').data(), 2 * 4096);
  file.close();

  const auto answer = scene.ask({});

  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == base::ErrorKind::corrupt);
  CHECK(answer.error().text().starts_with("results of tests: "));
}
