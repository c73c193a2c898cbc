#include "flow/clauses_cache.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "flow/gate_batch.h"
#include "support/gate_scene.h"

using namespace sluice;

namespace {

struct ClausesScene : support::GateScene {
  // What a run with the cache `cache` writes.
  std::string run(const std::string& cache) {
    auto wanted = config();
    wanted.paths.parsed_cache = cache;
    base::check(flow::run_gate_batch(wanted, {}, files, clock, log).has_value(), "the run ends");
    std::string all;
    for (const auto* path : {"o/excuses.yaml", "o/output.txt", "o/Heidi", "o/noninst"})
      all += files.read(path).value_or("(missing)");
    return all;
  }
  std::string clauses() { return files.read("cache.clauses").value_or(""); }
  std::vector<solve::ResolvedClauses> kept() { return flow::ClausesCache(files, "cache").read(); }
};

}  // namespace

// migration 9
TEST_CASE("clauses cache: a second run writes what a run without cache writes") {
  ClausesScene scene;
  const auto first = scene.run("");
  CHECK_FALSE(scene.files.exists(".clauses"));
  CHECK(scene.run("cache") == first);
  REQUIRE(scene.kept().size() == 1);
  CHECK(scene.run("cache") == first);
  scene.files.put("u/Sources", support::source("foo", "3") + support::source("bar", "2") +
                                   support::source("user", "1"));
  scene.files.put("u/Packages_amd64", support::binary("foo", "3", "Depends: user, bar (>= 1)\n") +
                                          support::binary("bar", "2") +
                                          support::binary("user", "1", "Depends: bar (<< 2)\n"));
  const auto changed = scene.run("");
  CHECK(changed != first);
  CHECK(scene.run("cache") == changed);
}

TEST_CASE("clauses cache: the file is written when it is missing, damaged or of another cache") {
  ClausesScene scene;
  const auto first = scene.run("cache");
  const auto bytes = scene.clauses();
  REQUIRE_FALSE(bytes.empty());
  scene.files.put("cache.clauses", "damaged");
  CHECK(scene.run("cache") == first);
  CHECK(scene.clauses() == bytes);
  REQUIRE(scene.files.remove("cache"));  // the next one has another seed
  CHECK(scene.run("cache") == first);
  CHECK(scene.clauses() != bytes);
  CHECK(scene.kept().size() == 1);
}

TEST_CASE("clauses cache: a full disk costs a warning and not the run") {
  ClausesScene scene;
  (void)scene.run("cache");
  auto clauses = scene.kept();
  clauses.front().kept = 0;
  scene.files.fill_up_at(1);
  flow::ClausesCache(scene.files, "cache").update(clauses, scene.log);
  CHECK(std::ranges::any_of(scene.log.lines, [](const std::string& line) {
    return line.starts_with("W: Cache of resolved relations: ");
  }));
}
