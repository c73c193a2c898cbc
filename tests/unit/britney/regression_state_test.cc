#include "britney/regression_state.h"

#include <doctest/doctest.h>

#include "support/memory_files.h"

namespace sluice::britney {
namespace {

const std::string kStateFile = "u/sru_regress_inform_state";

struct RegressionScene {
  RegressionState state() { return {files, "u", "ubuntu", "noble"}; }
  std::string text() { return files.read(kStateFile).value_or("(missing)"); }
  test::MemoryFileSystem files;
};

}  // namespace

// migration 2.5, 4.5.14
TEST_CASE("told regressions: what is noted is known to the next run, others are kept") {
  RegressionScene scene;
  scene.files.put(kStateFile, R"({"ubuntu": {"jammy": {"foo": "1"}}})");
  auto state = scene.state();
  REQUIRE(state.load());
  CHECK_FALSE(state.knows("foo", "1"));
  REQUIRE(state.note("foo", "2"));
  CHECK(scene.text() == R"({"ubuntu": {"jammy": {"foo": "1"}, "noble": {"foo": "2"}}})");

  auto next = scene.state();
  REQUIRE(next.load());
  CHECK(next.knows("foo", "2"));
  CHECK_FALSE(next.knows("foo", "3"));
  CHECK_FALSE(next.knows("bar", "2"));
}

// migration 4.5.14
TEST_CASE("told regressions: the purge forgets what is over, of this series only") {
  RegressionScene scene;
  scene.files.put(kStateFile,
                  R"({"ubuntu": {"jammy": {"foo": "1"}, "noble": {"a": "1", "b": "2"}}})");
  auto state = scene.state();
  REQUIRE(state.load());
  REQUIRE(state.purge([](const auto&, const auto&) { return false; }));
  CHECK(scene.files.writes() == 0);
  REQUIRE(state.purge(
      [](const auto& source, const auto& version) { return source == "a" && version == "1"; }));
  CHECK(scene.text() == R"({"ubuntu": {"jammy": {"foo": "1"}, "noble": {"b": "2"}}})");
}

// migration 2.5
TEST_CASE("told regressions: a damaged record costs itself") {
  const auto read = parse_told_regressions(
      R"({"debian": 1, "ubuntu": {"jammy": [], "noble": {"a": 1, "b": "2"}}})", "F");
  REQUIRE(read);
  CHECK(read->messages.size() == 3);
  CHECK(read->messages[0].text == "F: debian: expected a map of series, ignored");
  CHECK(read->value.at("ubuntu").at("noble") == migrate::ByName<std::string>{{"b", "2"}});
}

// migration 2.5
TEST_CASE("told regressions: a damaged file is no empty file") {
  for (const auto* text : {"{", "[]", "7"}) {
    RegressionScene scene;
    scene.files.put(kStateFile, text);
    const auto loaded = scene.state().load();
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().kind == base::ErrorKind::corrupt);
  }
  RegressionScene none;
  CHECK(none.state().load());
  none.files.put(kStateFile, " \n");
  CHECK(none.state().load());
}

}  // namespace sluice::britney
